"""The duties on a page, each with the list of its KSBs' codes: in a table, or one line after the other."""

import re
from dataclasses import dataclass, field

from occupations.importing.draft import DutyDraft, Findings
from occupations.importing.formats.documents import item_text
from occupations.importing.parsing.codes import Code, codes_in, in_order
from occupations.importing.parsing.text import Line, shortened

HEADING = re.compile(
    r"(?:(?:occupation(?:al)?|core|typical|key) )?duties(?: and (?:KSBs|knowledge, skills and behaviours))?:?",
    re.IGNORECASE,
)
_DUTY = re.compile(r"duty\s*(?P<number>[0-9]{1,3})\b\s*[:.)–—-]?\s*(?P<text>.*)", re.IGNORECASE | re.DOTALL)
_NUMBERED = re.compile(r"(?:D\s?)?(?P<number>[0-9]{1,3})[.):]?", re.IGNORECASE)
_FILLER = re.compile(r"\W*(?:duty\s*[0-9]*\W*)?", re.IGNORECASE)
_CORE = re.compile(r"(?:core|common)(?: occupation(?:al)?)?(?: dut(?:y|ies))?:?", re.IGNORECASE)
_OPTION = re.compile(
    r"(?:(?:option|pathway|role)\s*[0-9]{0,2}\s*[:–—-]\s*(?P<named>.+?)|(?P<own>.+?)\s+(?:option|pathway|duties))"
    r"(?:\s+(?:option|pathway|duties))*:?",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
#: So many words at the end of a duty are looked at for codes.
_MOST_CODES = 200
#: What the first rows of a table call its columns.
_COLUMNS = {
    "number": re.compile(r"(?:index|no\.?|number|#|duty (?:no\.?|number))", re.IGNORECASE),
    "text": re.compile(
        r"(?:dut(?:y|ies)(?: statement| description| detail)?|description|detail|statement)", re.IGNORECASE
    ),
    "criteria": re.compile(r"criteria.*", re.IGNORECASE),
    "options": re.compile(r"options?|pathway|core(?: or |/)option", re.IGNORECASE),
    "codes": re.compile(r"KSBs?|(?:mapped )?(?:knowledge|skills?|behaviours?)|.*\bKSBs?\b.*", re.IGNORECASE),
}


@dataclass
class _Duty:
    number: int
    text: str
    line: int
    codes: list[Code] = field(default_factory=list)
    criteria: str = ""
    options: tuple[str, ...] = ()


class DutyRows:
    """Reads the duties in some lines of a page."""

    def __init__(self, lines: list[Line], findings: Findings) -> None:
        self.findings = findings
        self._duties: list[_Duty] = []
        self._columns: dict[int, str] = {}
        self._option = ""
        self._is_open = False
        self.option_titles: list[str] = []
        for line in lines:
            if line.text:
                self._read(line)

    def duties(self) -> list[DutyDraft]:
        """The duties in published order; one that says only "." or its own number fills a gap and is left out."""
        told = []
        for duty in self._duties:
            if any(code.is_alias for code in duty.codes):
                self.findings.warn(duty.line, f"duty {duty.number} names a sub-code; it is taken as the KSB it is of")
            if _FILLER.fullmatch(duty.text):
                self.findings.warn(duty.line, f"duty {duty.number} says only “{shortened(duty.text)}” and is left out")
                continue
            codes = tuple(map(str, in_order(duty.codes)))
            told.append(DutyDraft(duty.number, duty.text, codes, duty.options, duty.criteria, "", duty.line))
        self._check_numbers(told)
        if empty := [str(duty.number) for duty in told if not duty.ksb_codes]:
            line = next(duty.line for duty in told if not duty.ksb_codes)
            self.findings.warn(line or 1, f"these duties name no KSB: {', '.join(empty[:12])}")
        return told

    def _check_numbers(self, duties: list[DutyDraft]) -> None:
        first_at: dict[int, int | None] = {}
        for duty in duties:
            if duty.number in first_at:
                reason = f"duty {duty.number} stands here a second time; the first is on line {first_at[duty.number]}"
                self.findings.refuse(duty.line or 1, reason)
            first_at.setdefault(duty.number, duty.line)

    # Lines -----------------------------------------------------------------------------------------------------------

    def _read(self, line: Line) -> None:
        if line.kind == "row" and sum(bool(cell.strip()) for cell in line.cells) > 1:
            self._row(line)
            return
        text = item_text(line).strip()
        if codes := codes_in(text):
            if self._duties:
                self._duties[-1].codes += codes
                self._is_open = False
            else:
                self.findings.warn(line.number, f"these codes stand before the first duty: “{shortened(text)}”")
        elif (match := _DUTY.fullmatch(text)) and line.kind != "heading" or match and match["text"]:
            self._begin(int(match["number"]), match["text"], line.number)
        elif match:
            self._begin(int(match["number"]), "", line.number)
        elif is_header([text]) or HEADING.fullmatch(text):
            return
        elif self._is_option(line, text):
            self._is_open = False
        elif self._duties and self._is_open:
            self._go_on(text)
        elif line.kind == "item":
            self._begin(self._next(), text, line.number)
        else:
            self.findings.warn(line.number, f"this line belongs to no duty and is left out: “{shortened(text)}”")

    def _begin(self, number: int, text: str, line: int) -> None:
        options = (self._option,) if self._option else ()
        self._duties.append(_Duty(number, "", line, options=options))
        self._is_open = True
        self._go_on(text)

    def _go_on(self, text: str) -> None:
        """More of the text of the newest duty; a list of codes at its end is taken off it."""
        duty = self._duties[-1]
        begin = _where_codes_begin(text)
        if codes := codes_in(text[begin:]):
            duty.codes += codes
            text = text[:begin].rstrip(" ,;:([")
            self._is_open = False
        duty.text = f"{duty.text}\n{text}".strip()

    def _next(self) -> int:
        return max((duty.number for duty in self._duties), default=0) + 1

    def _is_option(self, line: Line, text: str) -> bool:
        """Whether this is a heading that says for whom the duties after it are."""
        if len(text) > 120 or text.endswith((".", ";", ",")):
            return False
        if _CORE.fullmatch(text):
            self._option = ""
            return True
        match = _OPTION.fullmatch(text)
        if not match or (line.kind != "heading" and self._is_open):
            return False
        title = " ".join((match["named"] or match["own"]).split())
        if title.casefold() in ("occupation", "occupational", "option", "additional", "specific", "optional"):
            return True
        self._option = title
        if title not in self.option_titles:
            self.option_titles.append(title)
        return True

    # Rows ------------------------------------------------------------------------------------------------------------

    def _row(self, line: Line) -> None:
        cells = [cell.strip() for cell in line.cells]
        if is_header(cells):
            self._columns = {
                place: name
                for place, cell in enumerate(cells)
                for name in [next((name for name, pattern in _COLUMNS.items() if pattern.fullmatch(cell)), "")]
                if name
            }
            return
        number, criteria = 0, ""
        codes: list[Code] = []
        texts: list[str] = []
        options: list[str] = []
        for place, cell in enumerate(cells):
            column = self._columns.get(place, "")
            if not cell:
                continue
            if found := codes_in(cell):
                codes += found
            elif not number and not texts and (match := _NUMBERED.fullmatch(cell) or _bare_duty(cell)):
                number = int(match["number"])
            elif column == "criteria":
                criteria = cell
            elif column == "options":
                options += [title for part in re.split(r"[;|\n]", cell) if (title := part.strip())]
            elif column == "codes":
                self._codes_with_words(cell, codes, line)
            else:
                texts.append(cell)
        if not texts and not number and self._duties and codes:
            self._duties[-1].codes += codes
            return
        text = texts[0] if texts else ""
        if match := _DUTY.fullmatch(text):
            number, text = int(match["number"]), match["text"]
        self._begin(number or self._next(), text, line.number)
        duty = self._duties[-1]
        duty.codes += codes
        duty.criteria = criteria
        titles = tuple(title for title in options if not _CORE.fullmatch(title))
        self.option_titles += [title for title in titles if title not in self.option_titles]
        duty.options = titles or duty.options
        self._is_open = not codes
        for extra in texts[1:]:
            self.findings.warn(line.number, f"this cell is not understood and left out: “{shortened(extra)}”")

    def _codes_with_words(self, cell: str, codes: list[Code], line: Line) -> None:
        """A cell that lists codes with other words between them: what is a code is taken, and the rest is said."""
        found = [code for piece in re.split(r"[\s,;]+", cell) for code in codes_in(piece) or []]
        codes += found
        self.findings.warn(line.number, f"this cell has more in it than codes: “{shortened(cell)}”")


def _where_codes_begin(text: str) -> int:
    """Where the codes at the end of a text begin, of which there must be two; its end where there are none."""
    begin, count = len(text), 0
    for match in reversed(list(_WORD.finditer(text, max(len(text) - 2_000, 0)))[-_MOST_CODES:]):
        if match.start() == 0 or not codes_in(match[0]) or match[0].isdecimal():
            break
        begin, count = match.start(), count + 1
    return begin if count > 1 else len(text)


def _bare_duty(cell: str) -> re.Match[str] | None:
    match = _DUTY.fullmatch(cell)
    return match if match and not match["text"] else None


def is_header(cells: list[str]) -> bool:
    """Whether all cells are the names of columns."""
    told = [cell for cell in cells if cell]
    return bool(told) and all(any(p.fullmatch(cell) for p in _COLUMNS.values()) for cell in told)
