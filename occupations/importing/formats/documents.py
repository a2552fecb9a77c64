"""From the bytes of a page, in text, HTML or Markdown, to the same kind of numbered lines, however it was written."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice

from occupations.importing.draft import Problem, Refused
from occupations.importing.formats.decoding import LINE_END, LineNumbers, decoded, visible
from occupations.importing.parsing.html_tags import Token, tokens
from occupations.importing.parsing.repairs import is_spoilt, repaired
from occupations.importing.parsing.text import Line, shortened

MAX_LINES = 20_000
MAX_CELLS = 200

_HTML = re.compile(r"\s*(?:<!doctype html|<html|<head|<body|<!--|<\?xml)", re.IGNORECASE)
_TAG = re.compile(
    r"<(?:html|body|main|div|table|h[1-6]|p|ul|ol|dl|section|article|span|strong)\b[^<>]*>", re.IGNORECASE
)
#: A heading; or a code in strong words or in a link, as somebody has it who pastes a part of their notes.
_MARKDOWN = re.compile(
    r"^ {0,3}#{1,6}[ \t]+\S|^[ \t]*(?:[-*+][ \t]+)?(?:\*\*|__|\[|\|[ \t]*)(?:TK|TS|ESB|K|S|B)[ \t]?[0-9]", re.MULTILINE
)
#: Where a browser saved the page from, or where the page says it is.
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S{1,500})")
_CANONICAL = re.compile(r"<link\b[^<>]{0,300}\brel\s*=\s*[\"']?canonical\b[^<>]{0,600}>", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']?([^\s\"'<>]{1,500})", re.IGNORECASE)

_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "caption", "dd", "div", "dl", "dt", "details", "fieldset")
    + ("figcaption", "figure", "footer", "form", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "p")
    + ("pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "option")
)
#: What belongs to the site or to its working, not to what the page says.
_UNSHOWN = ("head", "nav", "footer", "template", "noscript", "svg", "select", "button", "dialog")
_HEADINGS = {f"h{depth}": depth for depth in range(1, 7)}
_LISTS = ("ul", "ol", "menu")
_MOST_DEPTH = 200


@dataclass
class Document:
    """The lines of a page, and what it says of itself outside of them."""

    name: str
    lines: list[Line]
    kind: str = "text"
    title: str = ""
    address: str = ""
    is_whole: bool = True
    warnings: list[Problem] = field(default_factory=list)

    @cached_property
    def texts(self) -> list[Line]:
        """The lines that say something."""
        return [line for line in self.lines if line.text]

    @property
    def is_html(self) -> bool:
        return self.kind == "html"


def document(content: bytes, name: str) -> Document:
    """The page in `content`.

    Raises:
        Refused: it is empty, too large or no text.
    """
    found = _document(content, name)
    if isinstance(found, Refused):
        raise Refused(*found.problems)
    return found


@lru_cache(maxsize=1)
def _document(content: bytes, name: str) -> Document | Refused:
    """Kept for one page at a time: first it is looked at to tell what it is, and then it is read."""
    try:
        return _read(content, name)
    except Refused as refused:
        return refused


def _read(content: bytes, name: str) -> Document:
    text, warnings = decoded(content, name)
    if is_html(text, name):
        page = _Page(text).read(name)
    else:
        kind = "markdown" if name.lower().endswith((".md", ".markdown")) or _MARKDOWN.search(text) else "text"
        page = Document(name, list(_text_lines(text, name, is_markdown=kind == "markdown")), kind)
    page.warnings += [*warnings, *_spoilt(page)]
    return page


def is_html(text: str, name: str = "") -> bool:
    """Whether `text` is HTML, or a piece of it."""
    if name.lower().endswith((".md", ".csv")):
        return False
    begin = text[:20_000].lstrip("\ufeff")
    return bool(_HTML.match(begin)) or (begin.lstrip()[:1] == "<" and bool(_TAG.search(begin)))


def _spoilt(page: Document) -> Iterable[Problem]:
    """Put right, in place, what was wrongly decoded before it came here; say so, once for each kind of fault."""
    said: set[str] = set()
    for place, line in enumerate(page.lines):
        if line.text.isascii():
            continue
        text, repairs = repaired(line.text)
        if repairs:
            cells = tuple(repaired(cell)[0] for cell in line.cells)
            page.lines[place] = line._replace(text=text, raw=repaired(line.raw)[0], cells=cells)
        for before, after in dict(repairs).items():
            if before not in said:
                said.add(before)
                yield Problem(page.name, line.number, f"“{before}” was wrongly decoded and is read as “{after}”")
        if is_spoilt(text) and "" not in said:
            said.add("")
            reason = f"this text may hold wrongly decoded characters; they are kept: “{shortened(text)}”"
            yield Problem(page.name, line.number, reason)


# Text and Markdown ---------------------------------------------------------------------------------------------------

_HASHES = re.compile(r"(?P<hashes>#{1,6})[ \t]+(?P<text>.*?)[ \t]*#*")
_RULE = re.compile(r"(?:[-*_=][ \t]*){3,}|\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?")
_BULLET = re.compile(r"(?P<mark>[•●○◦▪■‣⁃·*–—+-]|o(?= )|\uf0b7)(?:[ \t\xa0]+|(?<=[•●▪■‣⁃\uf0b7]))(?P<text>.*)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()\s]{0,500}(?: \"[^\"]{0,200}\")?\)")


def _text_lines(text: str, name: str, is_markdown: bool) -> Iterable[Line]:
    """The lines of text, as they are; in Markdown with its marks read and taken away."""
    if next(islice(LINE_END.finditer(text), MAX_LINES, None), None):
        raise Refused(Problem(name, 1, f"the file has more than {MAX_LINES} lines, which no page of a standard has"))
    for number, raw in enumerate(LINE_END.split(text), start=1):
        raw = visible(raw).rstrip()
        yield _markdown_line(number, raw) if is_markdown else _text_line(number, raw)


def _text_line(number: int, raw: str) -> Line:
    """A line of text. A copied table has tabs between its cells, a list a mark before each item."""
    text = raw.strip()
    if "\t" in text:
        return Line(number, text, raw, "row", 0, tuple(cell.strip() for cell in raw.split("\t")[:MAX_CELLS]))
    if _BULLET.fullmatch(text):
        return Line(number, text, raw, "item", len(raw) - len(raw.lstrip()) + 1)
    return Line(number, text, raw)


def _markdown_line(number: int, raw: str) -> Line:
    text = raw.strip()
    if not text or _RULE.fullmatch(text):
        return Line(number, "", "")
    if match := _HASHES.fullmatch(text):
        return Line(number, _unmarked(match["text"]), raw, "heading", len(match["hashes"]))
    if text.startswith("|") or text.count("|") > 1:
        cells = tuple(_unmarked(cell.strip()) for cell in re.split(r"(?<!\\)\|", text.strip("|"))[:MAX_CELLS])
        return Line(number, "\t".join(cells), raw, "row", 0, cells)
    if match := _BULLET.fullmatch(text):
        return Line(
            number, f"{match['mark']} {_unmarked(match['text'])}", raw, "item", len(raw) - len(raw.lstrip()) + 1
        )
    text = _unmarked(text)
    return Line(number, text, text)


def _unmarked(text: str) -> str:
    """`text` without the marks of Markdown for strong words and links; entities are read."""
    if "[" in text:
        text = _MARKDOWN_LINK.sub(r"\1", text)
    if "**" in text or "__" in text:
        text = _EMPHASIS.sub(r"\2", text)
    return html.unescape(text).replace("\\|", "|").replace("<br>", "\n").strip()


def item_text(line: Line) -> str:
    """The text of an item of a list without the mark before it."""
    match = _BULLET.fullmatch(line.text) if line.kind == "item" else None
    return match["text"].strip() if match else line.text


def mark_of(line: Line) -> str:
    """The mark before an item of a list."""
    match = _BULLET.fullmatch(line.text) if line.kind == "item" else None
    return match["mark"] if match else ""


# HTML ----------------------------------------------------------------------------------------------------------------


@dataclass
class _Table:
    """A table while it is read: the cells of the row that is open, and the text of the cell that is."""

    cells: list[str] = field(default_factory=list)
    number: int = 0
    span: int = 1


class _Page:
    """Reads the lines that a reader of an HTML page sees, with the line of the source where each begins."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._line_numbers = LineNumbers(source)
        self.lines: list[Line] = []
        self.title = ""
        self._pieces: list[str] = []
        self._begin = 0
        self._kind, self._depth = "", 0
        self._unshown: list[str] = []
        self._lists = 0
        self._tables: list[_Table] = []
        self._pre = 0
        self._in_title = False
        self._has_ended = False

    def read(self, name: str) -> Document:
        self.name = name
        for token in tokens(self.source):
            if not token.name:
                self._text(token)
            elif token.name.startswith("/"):
                self._end(token.name[1:])
            else:
                self._start(token)
            if len(self.lines) > MAX_LINES:
                reason = f"the page has more than {MAX_LINES} lines, which no page of a standard has"
                raise Refused(Problem(name, 1, reason))
        self._end_row()
        self._flush()
        address = _SAVED_FROM.search(self.source[:5_000]) or self._canonical()
        return Document(
            name,
            self.lines,
            "html",
            " ".join(visible(html.unescape(self.title)).split())[:500],
            html.unescape(address[1]) if address else "",
            is_whole=self._has_ended,
        )

    def _canonical(self) -> re.Match[str] | None:
        link = _CANONICAL.search(self.source)
        return _HREF.search(link[0]) if link else None

    # Tags and texts --------------------------------------------------------------------------------------------------

    def _start(self, token: Token) -> None:
        name = token.name
        if name == "title" and not self.title:
            self._in_title = True
        if name in _UNSHOWN and not token.text.rstrip().endswith("/"):
            if not self._unshown:
                self._flush()
            if len(self._unshown) < _MOST_DEPTH:
                self._unshown.append(name)
        elif name in ("body", "main"):
            self._unshown.clear()
        if self._unshown:
            return
        if name in _HEADINGS:
            self._leave_cell()
            self._begin_line("heading", _HEADINGS[name], token.place)
        elif name == "br":
            # A new line, but in the same cell, heading or item.
            self._pieces.append("\n")
        elif name in ("td", "th"):
            self._start_cell(token)
        elif name == "tr":
            self._end_row()
        elif name == "table":
            self._leave_cell()
            if len(self._tables) < _MOST_DEPTH:
                self._tables.append(_Table())
        elif name in _LISTS:
            self._flush()
            self._lists = min(self._lists + 1, _MOST_DEPTH)
        elif name == "li":
            self._flush()
            self._begin_line("item", max(self._lists, 1), token.place)
        elif name == "dt":
            self._flush()
            self._begin_line("term", 0, token.place)
        elif name == "pre":
            self._flush()
            self._pre += 1
        elif name == "p":
            if self._kind in ("item", "term") and not "".join(self._pieces).strip():
                return
            self._flush()
            self._blank()
        elif name in _BLOCKS:
            if self._kind in ("item", "term") and not "".join(self._pieces).strip():
                return
            self._flush()

    def _end(self, name: str) -> None:
        if name == "title":
            self._in_title = False
        if name in ("html", "body"):
            self._has_ended = True
        if name in self._unshown:
            while self._unshown.pop() != name:
                pass
            return
        if self._unshown:
            return
        if name in ("td", "th"):
            self._end_cell()
        elif name in ("tr", "thead", "tbody", "tfoot"):
            self._end_row()
        elif name == "table":
            self._end_row()
            if self._tables:
                self._tables.pop()
            self._blank()
        elif name in _LISTS:
            self._flush()
            self._lists = max(self._lists - 1, 0)
        elif name in _HEADINGS:
            self._flush()
        elif name == "pre":
            self._flush()
            self._pre = max(self._pre - 1, 0)
        elif name in _BLOCKS:
            self._flush()

    def _text(self, token: Token) -> None:
        if self._in_title:
            self.title += token.text[:500]
        if self._unshown:
            return
        if not self._pieces and not token.text.strip():
            return
        if not self._pieces and not self._kind:
            self._begin = token.place + len(token.text) - len(token.text.lstrip())
        text = html.unescape(token.text)
        self._pieces.append(text if self._pre else LINE_END.sub(" ", text))

    # Lines -----------------------------------------------------------------------------------------------------------

    def _begin_line(self, kind: str, depth: int, place: int) -> None:
        self._kind, self._depth, self._begin = kind, depth, place

    def _flush(self) -> None:
        """The block that is open ends here."""
        lines = [" ".join(visible(line).split()) for line in "".join(self._pieces).split("\n")]
        kind, depth, begin = self._kind, self._depth, self._begin
        self._pieces, self._kind, self._depth = [], "", 0
        lines = [line for line in lines if line]
        if not lines:
            return
        if self._tables and self._tables[-1].cells:
            table = self._tables[-1]
            mark = "- " if kind == "item" else ""
            text = mark + "\n".join(lines)
            table.cells[-1] = f"{table.cells[-1]}\n{text}" if table.cells[-1] else text
            return
        number = self._number(begin)
        if kind == "heading":
            lines = [" ".join(lines)]
        for place, text in enumerate(lines):
            if kind == "item":
                mark = "- " if not place else "  "
                self.lines.append(
                    Line(number, mark + text, "  " * (depth - 1) + mark + text, kind if not place else "", depth)
                )
            else:
                self.lines.append(Line(number, text, text, kind, depth))

    def _blank(self) -> None:
        """An empty line, where something stands before it that it parts from what follows."""
        is_in_cell = self._tables and self._tables[-1].cells
        if self.lines and self.lines[-1].text and not is_in_cell:
            self.lines.append(Line(self.lines[-1].number, "", ""))

    def _number(self, place: int) -> int:
        return self._line_numbers.at(place)

    # Tables ----------------------------------------------------------------------------------------------------------

    def _start_cell(self, token: Token) -> None:
        self._end_cell()
        if not self._tables:
            self._flush()
            return
        table = self._tables[-1]
        if not table.cells:
            self._flush()
            table.number = self._number(token.place)
        if len(table.cells) > MAX_CELLS:
            reason = f"a row of a table has more than {MAX_CELLS} cells, which no table of a standard has"
            raise Refused(Problem(self.name, table.number, reason))
        span = token.attribute("colspan")
        table.span = min(int(span), 50) if span.isdecimal() and len(span) < 4 and int(span) else 1
        table.cells.append("")

    def _end_cell(self) -> None:
        self._flush()
        if self._tables and self._tables[-1].cells:
            table = self._tables[-1]
            table.cells += [""] * (table.span - 1)
            table.span = 1

    def _end_row(self) -> None:
        self._end_cell()
        if not self._tables:
            return
        table = self._tables[-1]
        if any(table.cells):
            cells = tuple(table.cells)
            text = "\t".join(" ".join(cell.split()) for cell in cells)
            self.lines.append(Line(table.number, text.strip(), text, "row", 0, cells))
        table.cells = []

    def _leave_cell(self) -> None:
        """A table within a cell: the outer one only lays out the page, and what it holds is text like any other."""
        self._flush()
        if self._tables and self._tables[-1].cells:
            table = self._tables[-1]
            for cell in table.cells:
                self.lines += [Line(table.number, text, text) for text in cell.split("\n") if text]
            table.cells = []
