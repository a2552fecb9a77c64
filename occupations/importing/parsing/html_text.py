"""From HTML, escaped or not, to plain text: entities read, tags taken away, and each block on a line of its own."""

import html
import re

from occupations.importing.parsing.html_tags import tokens

_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "figure", "footer", "form")
    + ("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section")
    + ("table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul")
)
_UNSHOWN = frozenset(("script", "style", "template", "head"))
_SPACE = re.compile(r"[^\S\n]+")
_MANY_LINE_ENDS = re.compile(r"\n{3,}")
_BETWEEN_ITEMS = re.compile(r"^(- [^\n]*)\n\n(?=- )", re.MULTILINE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")


class _Text:
    """Collects the text that a reader of the page would see."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._unshown = 0

    def feed(self, raw: str) -> None:
        for token in tokens(raw):
            if not token.name:
                self._data(html.unescape(token.text))
            elif token.name.startswith("/"):
                self._end(token.name[1:])
            else:
                self._start(token.name)

    def _start(self, tag: str) -> None:
        self._unshown += tag in _UNSHOWN
        if tag == "li":
            self.pieces.append("\n- ")
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def _end(self, tag: str) -> None:
        if tag in _UNSHOWN and self._unshown:
            self._unshown -= 1
        elif tag in ("p", "table", "ul", "ol") or (tag.startswith("h") and tag[1:].isdigit()):
            self.pieces.append("\n\n")
        elif tag in _BLOCKS - {"br", "hr", "li", "td", "th"}:
            self.pieces.append("\n")

    def _data(self, data: str) -> None:
        if not self._unshown:
            # Within HTML a line end is a space like any other.
            self.pieces.append(data.replace("\r", " ").replace("\n", " "))


def unescaped(text: str) -> str:
    """`text` with its HTML entities read once: "&amp;" is "&"."""
    return html.unescape(text)


def has_tags(text: str) -> bool:
    """Whether there is HTML in `text`, escaped or not."""
    return bool(_TAG.search(html.unescape(html.unescape(text))))


def plain(text: str) -> str:
    """What a reader of `text` would see, where `text` is HTML, escaped once or twice or not at all.

    Paragraphs are parted by an empty line, the items of a list begin with "- ", and without any tag the lines of
    `text` stay as they are.
    """
    raw = html.unescape(html.unescape(text))
    if not _TAG.search(raw):
        return _tidied(raw.replace("\r\n", "\n").replace("\r", "\n"))
    parser = _Text()
    parser.feed(raw)
    return _tidied("".join(parser.pieces))


def _tidied(text: str) -> str:
    """`text` with single spaces, at most one empty line at a time, and none between the items of a list."""
    lines: list[str] = []
    for line in (_SPACE.sub(" ", line).strip() for line in text.split("\n")):
        if lines and lines[-1] == "-":
            # The text of an item that stands in a paragraph of its own; an item without text is left out.
            lines[-1] = f"- {line}" if line and not line.startswith("-") else line
        else:
            lines.append(line)
    tidied = _MANY_LINE_ENDS.sub("\n\n", "\n".join(line for line in lines if line != "-"))
    return _BETWEEN_ITEMS.sub(r"\1\n", tidied).strip()
