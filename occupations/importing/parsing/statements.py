"""The statements on a page in any layout: with codes before them, in headings or in cells; or under headings alone."""

import re
from dataclasses import dataclass, field, replace

from occupations.content import normalised
from occupations.importing.draft import Findings, KsbDraft
from occupations.importing.formats.documents import item_text, mark_of
from occupations.importing.parsing.codes import TYPES, Code, code_in, codes_in
from occupations.importing.parsing.ksb_lines import KsbBlock, gaps
from occupations.importing.parsing.ksb_texts import KsbTexts
from occupations.importing.parsing.list_keys import Key, key_of, odd_key
from occupations.importing.parsing.text import Line, shortened

_KIND_HEADINGS = {
    "TK": r"technical knowledge",
    "TS": r"technical skills",
    "ESB": r"employability skills(?: (?:and|&) behaviours)?",
    "K": r"(?:core )?knowledge(?: (?:and|&) understanding)?",
    "S": r"(?:core )?skills",
    "B": r"(?:core )?behaviours?",
}
_AROUND = r"(?:view |what you.ll learn: )?{}(?: statements?| requirements)?\s*(?:\([A-Z]{{1,3}}s?\))?\s*:?"
_KINDS = {kind: re.compile(_AROUND.format(words), re.IGNORECASE) for kind, words in _KIND_HEADINGS.items()}
_WHOLE_HEADING = re.compile(
    r"(?:view )?(?:KSBs|knowledge,?(?: and| &)? skills(?:,?(?: and| &) behaviours)?)(?: statements)?\s*(?:\(KSBs\))?:?",
    re.IGNORECASE,
)
_CODED = re.compile(
    r"(?P<code>(?P<type>TK|TS|ESB|K|S|B)\s?0{0,2}(?P<number>[1-9][0-9]{0,2}))(?![0-9]|\.[0-9]|[a-z&/])"
    r"(?P<after>\s*[:)]|\.(?=\s|$)|\s+[–—-](?=\s)|\s+|$|(?=[A-Z][a-z]))\s*(?P<statement>.*)",
    re.DOTALL,
)
#: K3.1 or AK1: what a provider's own tool adds to a KSB of the standard.
_ADDED = re.compile(
    r"(?P<code>A?(?:TK|TS|ESB|K|S|B)[0-9]{1,3}(?:[._][0-9]{1,2}[a-z]?|\([a-z]\)|(?<=[0-9])[a-z])?)"
    r"(?:\s*[:)–—-]|\.(?=\s)|(?=\s|$))\s*(?P<statement>.*)",
    re.DOTALL,
)
_BACK = re.compile(r"\s*\(?back to (?:duty|duties|top|the top|contents|grading)\)?\s*$", re.IGNORECASE)
_LONGEST_LINK_BACK = 80
_NUMBERED = re.compile(r"\(?(?P<number>[1-9][0-9]{0,2})[.)]\s+")
_FOOTNOTE = re.compile(r"\*+\s*(?=\S)")
_OF_A_FOOTNOTE = re.compile(r"\b(?:asterisk|footnote|marked|denotes?|indicates?|starred|these)\b", re.IGNORECASE)


def kind_of_heading(line: Line) -> str | None:
    """The type of KSB whose heading this line is."""
    text = line.text.strip()
    if len(text) > 80 or line.kind in ("item", "row"):
        return None
    return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(text)), None)


def is_whole_heading(line: Line) -> bool:
    """Whether the line is the heading of all KSBs together."""
    return len(line.text) < 80 and bool(_WHOLE_HEADING.fullmatch(line.text))


@dataclass
class _Part:
    """The lines under one heading, and whether one of them begins with a code."""

    kind: str | None
    heading: Line | None
    is_list: bool = False
    lines: list[Line] = field(default_factory=list)
    originals: list[Line] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    coded_count: int = 0
    has_added: bool = False

    @property
    def has_codes(self) -> bool:
        """Whether codes say what is what here.

        Under a heading of one kind they do not if they are of another kind, stand twice, or most statements have none:
        there they are part of what was published. In a list that somebody keeps they always do, unless each is where
        counting would put it.
        """
        if self.kind and self.codes and any(line.kind == "item" for line in self.originals):
            items = sum(line.kind == "item" and line.depth <= 1 for line in self.originals)
            in_a_row = [f"{self.kind}{number}" for number in range(1, len(self.codes) + 1)]
            if self.is_list:
                return self.coded_count >= items or not self._are_places()
            is_odd = len(set(self.codes)) < len(self.codes) or 2 * self.coded_count < items
            is_odd |= self.coded_count < items and self.codes != in_a_row
            if is_odd or any(code.rstrip("0123456789") != self.kind for code in self.codes):
                return False
        return bool(self.codes) or self.has_added

    def _are_places(self) -> bool:
        """Whether each code that is printed is that of its place among the items."""
        items = [line for line in self.originals if line.kind == "item" and line.depth <= 1]
        keys = {place: key for place, line in enumerate(items, start=1) if (key := key_of(item_text(line)))}
        return not self.has_added and all(key.codes == (Code(self.kind or "", place),) for place, key in keys.items())


class Statements:
    """Reads the KSBs in some lines of a page.

    Args:
        may_count: whether statements without codes may be given those of their places, which is then said.
        is_whole: whether all of a standard's KSBs must be there, so that a gap means that something is lost.
        is_list: whether somebody keeps them as they like: with gaps, sub-codes, several codes for one statement.
    """

    def __init__(
        self, lines: list[Line], findings: Findings, *, may_count: bool, is_whole: bool, is_list: bool = False
    ) -> None:
        self.findings, self.may_count, self.is_whole, self.is_list = findings, may_count, is_whole, is_list
        self._newest: dict[str, int] = {}
        self._added: list[tuple[Code, str, int]] = []
        self._shared: list[tuple[tuple[Code, ...], int]] = []
        self._are_bare_codes_sure = is_list and self._begin_most_lines(lines)
        self._odd_at = 0
        self._part_is_open = False
        self.parts = self._split(lines)

    @property
    def has_codes(self) -> bool:
        return any(part.has_codes for part in self.parts)

    def read(self) -> list[KsbDraft]:
        """The KSBs in the order of a standard."""
        ksbs = self._with_shared(self._with_added(self._coded()))
        if not self.is_whole:
            for line, reason in gaps(ksbs):
                self.findings.warn(line, reason)
        for part in self.parts if self.is_list else ():
            items = [line for line in part.originals if line.kind == "item" and line.depth <= 1]
            if part.has_codes and 0 < part.coded_count * 2 < len(items):
                reason = f"a code stands before {part.coded_count} of these {len(items)} items only"
                self.findings.refuse(items[0].number, f"{reason}; give each of them its code")
        if self.may_count:
            ksbs += self._counted({ksb.type for ksb in ksbs})
        return sorted(ksbs, key=lambda ksb: (TYPES.index(ksb.type), ksb.number))

    def _split(self, lines: list[Line]) -> list[_Part]:
        parts = [_Part(None, None, self.is_list)]
        waiting = False
        for line in lines:
            if not line.text:
                if not waiting:
                    parts[-1].lines.append(line)
                continue
            if line.kind == "heading":
                waiting = False
            if kind := kind_of_heading(line):
                waiting = False
                parts.append(_Part(kind, line, self.is_list))
            elif is_whole_heading(line):
                waiting = False
                parts.append(_Part(None, line, self.is_list))
            elif line.text.strip() and (taken := self._without_back(line)):
                if self._is_added(taken):
                    parts[-1].has_added = True
                    continue
                if waiting and line.kind != "heading":
                    # What follows a code in a heading is its statement, even if it begins with a code itself.
                    begun = parts[-1].lines[-1]
                    text, raw = f"{begun.text} {item_text(taken)}", f"{begun.raw} {item_text(taken)}"
                    parts[-1].lines[-1] = begun._replace(text=text, raw=raw)
                    waiting = False
                    continue
                coded = self._coded_line(taken)
                if self._is_odd(taken, coded):
                    continue
                if coded is None and line.kind == "heading":
                    parts.append(_Part(None, line, self.is_list))
                    continue
                waiting = coded is not None and line.kind == "heading" and coded.text.endswith(": ")
                parts[-1].lines.append(coded or taken)
                parts[-1].originals.append(taken)
                if coded:
                    code = coded.text.partition(":")[0]
                    parts[-1].codes += [*map(str, self._shared_with(coded.number)), code]
                    parts[-1].coded_count += 1
        return parts

    def _begin_most_lines(self, lines: list[Line]) -> bool:
        """Whether codes with nothing but a space behind them begin so many lines that they are no words of a text."""
        told = [line for line in lines if line.text]
        coded = sum(bool((key := key_of(item_text(line))) and key.statement) for line in told)
        return coded > 1 and coded * 2 >= len(told)

    def _is_odd(self, line: Line, coded: Line | None) -> bool:
        """Whether a line of a list begins with what looks like a code and is none, or goes on from such a line."""
        shown = odd_key(item_text(line)) if self.is_list else None
        if shown:
            self._odd_at = line.number
            reason = f"“{shown}” is not the code of a KSB; one looks like K2 or S2. The line is left out"
            self.findings.warn(line.number, f"{reason}: “{shortened(line.text)}”")
        elif coded or line.kind in ("heading", "row"):
            self._odd_at = 0
        elif self._odd_at:
            reason = f"this line goes on from line {self._odd_at} and is left out: “{shortened(line.text)}”"
            self.findings.warn(line.number, reason)
        return bool(self._odd_at)

    def _without_back(self, line: Line) -> Line | None:
        """A line without the link that leads back from it to the duties; None if it is nothing else."""
        place = max(len(line.text) - _LONGEST_LINK_BACK, 0)
        match = _BACK.search(line.text[place:])
        if not match:
            return line
        text = line.text[: place + match.start()]
        return (
            line._replace(text=text, raw=line.raw.rstrip().removesuffix(line.text[place + match.start() :]))
            if text
            else None
        )

    # With codes ------------------------------------------------------------------------------------------------------

    def _coded_line(self, line: Line) -> Line | None:
        """The line as “K1: …” if it begins with a code in whatever way; None if it does not."""
        if line.kind == "row":
            return self._coded_row(line)
        text = item_text(line)
        if self.is_list and (key := key_of(text)):
            return self._keyed_line(line, key)
        match = _CODED.fullmatch(text)
        if not match:
            return None
        kind, number = match["type"], int(match["number"])
        is_sure = match["after"].strip() in (":", ")", ".") or line.kind == "heading"
        if not is_sure and number != self._newest.get(kind, 0) + 1:
            return None
        if codes_in(text) and match["statement"]:
            return None  # a list of codes, not a statement
        self._newest[kind] = number
        text = f"{kind}{number}: {match['statement'].strip()}"
        return Line(line.number, text, text)

    def _keyed_line(self, line: Line, key: Key) -> Line | None:
        """A line of a list with its code, or the last of several, to which the others are noted."""
        code = key.codes[-1]
        is_next = code.number == self._newest.get(code.type, 0) + 1
        is_code = key.is_sure or (is_next and key.is_likely) or line.kind == "heading"
        is_code = is_code or (self._are_bare_codes_sure and len(key.codes) == 1)
        if not is_code or (not key.statement and not key.is_likely and line.kind != "heading"):
            return None
        self._newest[code.type] = code.number
        if others := key.codes[:-1]:
            self._shared.append((tuple(Code(other.type, other.number) for other in others), line.number))
            named = " and ".join([", ".join(map(str, others)), str(code)])
            self.findings.warn(line.number, f"“{key.shown}” is {named}; each of them gets this statement")
        text = f"{code}: {key.statement}"
        return Line(line.number, text, text, "" if line.kind == "row" else line.kind, line.depth)

    def _shared_with(self, line: int) -> tuple[Code, ...]:
        """The other codes of the statement on a line."""
        return next((codes for codes, number in self._shared if number == line), ())

    def _with_shared(self, ksbs: list[KsbDraft]) -> list[KsbDraft]:
        """`ksbs` with a statement that has several codes under each of them."""
        whole = list(ksbs)
        for ksb in ksbs:
            for code in self._shared_with(ksb.line):
                other = next((other for other in ksbs if other.code == str(code)), None)
                if not other:
                    whole.append(replace(ksb, type=code.type, number=code.number, source_code=""))
                elif normalised(other.statement) != normalised(ksb.statement):
                    reason = f"{code} stands here a second time, with other words; the first is on line {other.line}"
                    self.findings.refuse(ksb.line, reason)
        return whole

    def _coded_row(self, line: Line) -> Line | None:
        """A row of a table that has a code in one cell, and the statement in another or behind the code."""
        cells = [cell.strip() for cell in line.cells]
        if self.is_list and len(cells) > 1 and (key := key_of("\t".join(cells[:2]))) and len(key.codes) > 1:
            return self._keyed_line(line, key)
        for place, cell in enumerate(cells):
            code = code_in(cell.rstrip(":."))
            others = [other for other in cells[place + 1 :] if other and not codes_in(other)]
            if code and not code.is_alias and others:
                self._newest[code.type] = code.number
                return Line(line.number, f"{code}: {others[0]}", f"{code}: {others[0]}")
            match = _CODED.fullmatch(cell) if not place else None
            if match and match["statement"] and not codes_in(cell):
                self._newest[match["type"]] = int(match["number"])
                text = f"{match['type']}{int(match['number'])}: {match['statement'].strip()}"
                return Line(line.number, text, text)
        return None

    def _is_added(self, line: Line) -> bool:
        """Take a statement with a sub-code, which belongs to the KSB that the code is derived from."""
        cells = [cell.strip() for cell in line.cells] if line.kind == "row" else []
        text = "\t".join(cells) if cells else item_text(line)
        if self.is_list:
            return self._is_part(line, text)
        match = _ADDED.fullmatch(text)
        code = code_in(match["code"]) if match else None
        if not match or not code or not code.is_alias or (codes_in(text) and match["statement"]):
            return False
        text = " ".join(match["statement"].split())
        self.findings.warn(line.number, f"“{match['code']}” is a sub-code; it is taken as part of {code}")
        self._added.append((Code(code.type, code.number), f"{match['code']} {text}".strip(), line.number))
        return True

    def _is_part(self, line: Line, text: str) -> bool:
        key = key_of(text)
        if not key or not key.is_part or not (key.is_likely or line.kind == "heading"):
            return self._goes_on_from_part(line, key)
        code = key.codes[0]
        self._part_is_open = not key.statement
        self._newest[code.type] = max(code.number, self._newest.get(code.type, 0))
        self._odd_at = 0
        self.findings.warn(line.number, f"“{key.shown}” is a sub-code; it is taken as part of {code}")
        statement = " ".join(key.statement.split())
        self._added.append((Code(code.type, code.number), f"{key.shown} {statement}".strip(), line.number))
        return True

    def _goes_on_from_part(self, line: Line, key: Key | None) -> bool:
        """Take the line after a sub-code that stands alone, as in a heading, as what that part says."""
        is_open, self._part_is_open = self._part_is_open, False
        if not is_open or key or line.kind == "heading" or kind_of_heading(line):
            return False
        code, text, number = self._added[-1]
        self.findings.warn(line.number, f"this line is what “{text}” says; it is taken as part of {code}")
        self._added[-1] = (code, f"{text} {' '.join(item_text(line).split())}", number)
        return True

    def _with_added(self, ksbs: list[KsbDraft]) -> list[KsbDraft]:
        """`ksbs` with what sub-codes add to them; one that is not there itself is made of its parts."""
        held = {ksb.code: ksb for ksb in ksbs}
        for code, text, line in self._added:
            if ksb := held.get(str(code)):
                held[str(code)] = replace(ksb, statement=f"{ksb.statement}\n{text}")
            elif " " in text:
                held[str(code)] = KsbDraft(code.type, code.number, text, line)
        return list(held.values())

    def _coded(self) -> list[KsbDraft]:
        lines: list[Line] = []
        for part in self.parts:
            if part.has_codes:
                begin = next((place for place, line in enumerate(part.lines) if _CODED.match(line.text)), None)
                if begin is None:
                    continue
                lines += [line for line in part.lines[:begin] if line.text and line.kind != "row" and lines]
                lines += [_as_text(line) for line in part.lines[begin:] if line.kind != "row"]
                lines.append(Line(part.lines[-1].number, "", ""))
        return KsbBlock(lines, self.findings, is_whole=self.is_whole).ksbs if lines else []

    # Without codes ---------------------------------------------------------------------------------------------------

    def _counted(self, coded: set[str]) -> list[KsbDraft]:
        """The statements that have a heading, but no codes: each gets that of its place, and that is said."""
        texts = KsbTexts(self.findings)
        ksbs: list[KsbDraft] = []
        counts: dict[str, int] = {}
        for part in self.parts:
            if part.has_codes or not part.kind:
                continue
            items = self._items(part)
            if items and part.kind in coded:
                for number, text in items:
                    reason = f"a statement without a code beside those with one is left out: “{shortened(text)}”"
                    self.findings.warn(number, reason)
                continue
            for number, text in items:
                place = counts[part.kind] = counts.get(part.kind, 0) + 1
                if place > 999:
                    self.findings.refuse(number, f"there are more than 999 {part.kind} statements")
                    return []
                if ksb := texts.ksb(part.kind, place, text, number):
                    ksbs.append(ksb)
        if ksbs:
            ksbs.sort(key=lambda ksb: (TYPES.index(ksb.type), ksb.number))
            texts.say_places_were_taken(ksbs, ksbs[0].line)
        return ksbs

    def _items(self, part: _Part) -> list[tuple[int, str]]:
        """The items of a list, or the paragraphs where there is no list, with their lines; footnotes are left out."""
        lines = part.originals
        marks = {mark for line in lines if (mark := mark_of(line))}
        has_list = any(line.kind == "item" for line in lines)
        least = min((line.depth for line in lines if line.kind == "item"), default=0)
        items: list[tuple[int, list[str]]] = []
        for line in lines:
            if not line.text or _is_footnote(line, marks):
                if line.text:
                    self.findings.warn(line.number, f"a footnote is left out: “{shortened(line.text)}”")
                continue
            if line.kind == "item" and line.depth > least + 1 and items:
                items[-1][1].append(f"- {item_text(line)}")
            elif line.kind == "item" or not has_list:
                items.append((line.number, [item_text(line)]))
            elif items:
                items[-1][1].append(line.text)
        told = [(number, self._without_star(number, "\n".join(texts))) for number, texts in items]
        return _without_numbers(told)

    def _without_star(self, number: int, text: str) -> str:
        """A statement without the asterisk that points to a footnote."""
        shorter = text.rstrip()
        if not shorter.endswith("*"):
            return text
        self.findings.warn(number, "the asterisk after this statement belongs to a footnote and is left out")
        return shorter.rstrip("* ")


def _without_numbers(items: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Items that are numbered 1, 2, 3 … without these numbers, which are their places."""
    numbers = [_NUMBERED.match(text) for _, text in items]
    if [int(match["number"]) if match else 0 for match in numbers] != list(range(1, len(items) + 1)):
        return items
    return [(line, text[match.end() :]) for (line, text), match in zip(items, numbers, strict=True) if match]


def _is_footnote(line: Line, marks: set[str]) -> bool:
    """Whether a line explains the asterisks, and is not an item of a list that has asterisks for marks."""
    if not _FOOTNOTE.match(line.text):
        return False
    is_other_list = bool(marks - {"*"})
    return is_other_list or not marks or bool(_OF_A_FOOTNOTE.search(line.text))


def _as_text(line: Line) -> Line:
    """A line as part of a statement: an item of a list with its mark, whatever it was in the source."""
    return Line(line.number, line.text, line.raw, "item" if line.kind == "item" else "", line.depth)
