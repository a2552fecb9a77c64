"""Reads a spreadsheet saved as CSV: a row for each statement, with a header that says what its columns are.

Commas, semicolons, tabs and bars part the cells; a cell may have line ends in quotes. The order of the rows is free, as
each has its code. A table may hold several standards if a column says which.
"""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from typing import BinaryIO

from occupations.importing.draft import DutyDraft, Findings, KsbDraft, OptionDraft, Problem, Refused, StandardDraft
from occupations.importing.formats.csv_columns import COLUMN, MOST_COLUMNS, best_dialect, columns_by_name
from occupations.importing.formats.decoding import MAX_BYTES, decoded, visible
from occupations.importing.parsing.codes import REFERENCE, TYPES, VERSION, Code, code_in, codes_in, printed_code
from occupations.importing.parsing.html_text import unescaped
from occupations.importing.parsing.ksb_texts import KsbTexts
from occupations.importing.parsing.list_keys import key_of
from occupations.importing.parsing.options import split_by_prefixes
from occupations.importing.parsing.repairs import is_spoilt, repaired, without_unprintable
from occupations.importing.parsing.text import shortened

_MOST_ROWS = 200_000
#: A spreadsheet program has a million rows, and may save those that are empty.
_MOST_LINES = 1_100_000
_TYPES = {
    "k": "K",
    "s": "S",
    "b": "B",
    "tk": "TK",
    "ts": "TS",
    "esb": "ESB",
    "knowledge": "K",
    "skill": "S",
    "skills": "S",
    "behaviour": "B",
    "behaviours": "B",
    "behavior": "B",
    "behaviors": "B",
    "technical knowledge": "TK",
    "technical skill": "TS",
    "technical skills": "TS",
    "employability skills and behaviours": "ESB",
    "employability skill and behaviour": "ESB",
}
_DUTY = re.compile(r"(?:d(?:uty)?\.?\s*)?0*([1-9][0-9]{0,2})", re.IGNORECASE)
_CORE = ("", "core", "all", "all options", "n/a", "none", "-", "both", "mandatory")
_STANDARD = re.compile(r"\b((?:ST|FA|AU)[0-9]{4})\b(?:\W*v(?:ersion)?\W*([0-9]{1,3}\.[0-9]{1,3}))?", re.IGNORECASE)


@dataclass
class _Row:
    """One row, with the line of the file that it begins on."""

    line: int
    cells: list[str]

    def cell(self, place: int | None) -> str:
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""


@dataclass
class _Statement:
    """What a row, or several of one code, say."""

    code: Code
    text: str
    line: int
    options: set[str] = field(default_factory=set)
    is_core: bool = False
    added: list[str] = field(default_factory=list)


def recognises(head: bytes, name: str) -> bool:
    """Text whose first rows have a header with columns for codes or types, and for statements."""
    if head.lstrip()[:1] in (b"<", b"{", b"["):
        return False
    try:
        text, _ = decoded(head, name)
    except Refused:
        return False
    # The head may end within a row, or within a character's quotes.
    lines = "\n".join(re.split("\r\n|\r|\n", text, maxsplit=60)[:60])
    return not name.lower().endswith((".md", ".markdown")) and best_dialect(lines, name) is not None


def read(stream: BinaryIO, name: str) -> Iterator[StandardDraft | Refused]:
    """A draft of each standard of the table. A reference that no column gives is left open.

    Raises:
        Refused: the table cannot be read, or has no column of codes or types, or none of statements.
    """
    content = stream.read(MAX_BYTES + 1)
    text, notes = decoded(content, name)
    dialect = best_dialect(text, name)
    if not dialect:
        reason = "no header names a column of codes (like “code”) or types, and one of statements (like “statement”)"
        raise Refused(Problem(name, 1, reason))
    rows = list(_rows(text, dialect, name))
    place = next(place for place, row in enumerate(rows) if columns_by_name(row.cells) and row.cells)
    table = _Table(rows[place], rows[place + 1 :], rows[:place], name)
    yield from table.drafts(hashlib.sha256(content).hexdigest(), notes)


def _rows(text: str, delimiter: str, name: str) -> Iterator[_Row]:
    """The rows that say something, each with the line it begins on."""
    # A StringIO would take four bytes for each character.
    lines = TextIOWrapper(BytesIO(text.encode()), encoding="utf-8", newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    before = 0
    count = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if line > _MOST_LINES:
                raise Refused(Problem(name, line, f"the table has more than {_MOST_LINES} lines"))
            if len(cells) > MOST_COLUMNS:
                raise Refused(Problem(name, line, f"this row has {len(cells)} cells, which no table of KSBs has"))
            if not any(cell.strip() for cell in cells) or (line == 1 and cells[0].lower().startswith("sep=")):
                continue
            count += 1
            if count > _MOST_ROWS:
                raise Refused(Problem(name, line, f"the table has more than {_MOST_ROWS} rows"))
            yield _Row(line, cells)
    except csv.Error as error:
        shown = str(error)
        if "unexpected end" in shown:
            reason = "a quotation mark before this is never closed; the table seems cut off or damaged"
        elif "field larger" in shown:
            reason = "a cell is longer than any statement; a quotation mark seems to be missing"
        else:
            reason = f"this is not a row of a table: {shown}"
        raise Refused(Problem(name, before + 1, reason)) from None


def _named_code(cell: str) -> Code | None:
    """The one code of a cell like “KSB: K04 –”."""
    key = key_of(cell)
    return key.codes[0] if key and len(key.codes) == 1 and not key.statement else None


class _Table:
    """A table while it is read."""

    def __init__(self, header: _Row, rows: list[_Row], before: list[_Row], name: str) -> None:
        self.header, self.rows, self.before, self.name = header, rows, before, name
        self.columns = columns_by_name(header.cells)
        self._settle_columns()

    def _settle_columns(self) -> None:
        """Which of two columns is the code, and which the statement or the standard, by what stands in them."""
        sample = self.rows[:50]

        def share(place: int | None, fits: "re.Pattern[str] | None" = None) -> float:
            cells = [cell for row in sample if (cell := row.cell(place))]
            hits = sum(bool(fits.fullmatch(cell)) if fits else code_in(cell.rstrip(":.")) is not None for cell in cells)
            return hits / len(cells) if cells else 0.0

        columns = self.columns
        if "code" not in columns:
            unnamed = [place for place in range(len(self.header.cells)) if place not in columns.values()]
            coded = max(unnamed, key=share, default=None)
            if coded is not None and share(coded) >= 0.5:
                columns["code"] = coded
        code, statement = columns.get("code"), columns.get("statement")
        if code is not None and statement is not None and share(code) < 0.5 and share(statement) >= 0.5:
            columns["code"], columns["statement"] = statement, code
        elif code is not None and share(code) < 0.2:
            others = [
                place
                for place, cell in enumerate(self.header.cells)
                if place not in columns.values() and COLUMN["code"].fullmatch(" ".join(cell.split()))
            ]
            standard = re.compile(r"(?:ST|FA|AU)[0-9]{4}", re.IGNORECASE)
            if share(code, standard) > 0.8:
                columns.setdefault("standard", code)
                columns.pop("code")
            if others and share(others[0]) >= 0.5:
                columns["code"] = others[0]

    # Standards -------------------------------------------------------------------------------------------------------

    def drafts(self, sha256: str, notes: list[Problem]) -> Iterator[StandardDraft | Refused]:
        """A draft for each standard that the rows name, in the order in which they are first named."""
        groups: dict[tuple[str, str], list[_Row]] = {}
        odd = Findings(self.name)
        for row in self.rows:
            reference, version = self._which(row, odd)
            groups.setdefault((reference, version), []).append(row)
        if odd.errors:
            raise Refused(*odd.errors[:20])
        if not groups:
            raise Refused(Problem(self.name, self.header.line, "there is no row after the header"))
        for (reference, version), rows in groups.items():
            try:
                draft = _Standard(self, rows, reference, version, sha256).draft()
            except Refused as refused:
                yield refused
                continue
            draft.warnings = [*notes, *draft.warnings]
            yield draft

    def _which(self, row: _Row, odd: Findings) -> tuple[str, str]:
        reference, version = row.cell(self.columns.get("standard")).upper(), row.cell(self.columns.get("version"))
        if reference and not REFERENCE.fullmatch(reference):
            match = _STANDARD.search(reference)
            if not match and len(odd.errors) < 20:
                odd.refuse(
                    row.line, f"“{shortened(reference)}” is not a reference of a standard; one looks like ST0321"
                )
            reference, version = (match[1], version or match[2] or "") if match else ("", version)
        version = version.lower().removeprefix("v").strip()
        if re.fullmatch(r"[0-9]{1,3}", version):
            version += ".0"  # a spreadsheet makes 1 out of 1.0
        if version and not VERSION.fullmatch(version) and len(odd.errors) < 20:
            odd.refuse(row.line, f"“{shortened(version)}” is not a version; one looks like 1.1")
        return reference, version


class _Standard:
    """The rows of one standard while they are read."""

    def __init__(self, table: _Table, rows: list[_Row], reference: str, version: str, sha256: str) -> None:
        self.table, self.rows, self.columns = table, rows, table.columns
        self.name, self.sha256 = table.name, sha256
        self.findings = Findings(table.name)
        self.reference, self.version = reference, version
        self.statements: dict[str, _Statement] = {}
        self.duties: dict[int, list[Code]] = {}
        self.duty_line: dict[int, int] = {}
        self.counted: dict[str, int] = {}
        self.titles: dict[str, str] = {}

    def draft(self) -> StandardDraft:
        self._look_before_the_header()
        for row in self.rows:
            self._read(row)
            if len(self.findings.errors) > 50:
                break
        self.findings.raise_if_refused()
        ksbs = self._ksbs()
        if not ksbs:
            raise Refused(Problem(self.name, self.table.header.line, "the table has no statement"))
        self._say_what_is_missing(ksbs)
        titles = list(self.titles.values())
        if "options" not in self.columns:
            ksbs, titles = split_by_prefixes(ksbs, self.findings)
        draft = StandardDraft(
            self.name,
            self.sha256,
            self.reference,
            self.version or "1.0",
            is_version_named=bool(self.version),
            is_list=True,
            title=self.rows[0].cell(self.columns.get("title"))[:300] or None,
            is_title_loose=True,
            ksbs=ksbs,
            options=[OptionDraft(title) for title in titles] or None,
            duties=self._duties(),
            lines={"reference": self.table.header.line, "ksbs": ksbs[0].line},
        )
        self.findings.raise_if_refused()
        draft.warnings = sorted(self.findings.warnings, key=lambda problem: problem.line or 0)
        return draft

    def _look_before_the_header(self) -> None:
        if self.reference:
            return
        for row in self.table.before:
            if match := _STANDARD.search(" ".join(row.cells)):
                self.reference, self.version = match[1].upper(), self.version or match[2] or ""
                return

    # Rows ------------------------------------------------------------------------------------------------------------

    def _read(self, row: _Row) -> None:
        extra = [cell for cell in row.cells[len(self.table.header.cells) :] if cell.strip()]
        if extra:
            reason = (
                "this row has more cells than the header; a statement with a comma in it must stand in quotation marks"
            )
            self.findings.refuse(row.line, reason)
            return
        text = self._text(row)
        for code, statement in self._shared(row, text) or self._coded(row, text):
            self._take(row, code, statement)

    def _text(self, row: _Row) -> str:
        text = row.cell(self.columns.get("statement"))
        if text.isascii() and text.isprintable() and "&" not in text:
            return text
        text, repairs = repaired(without_unprintable(visible(text).replace("\r\n", "\n").replace("\r", "\n")))
        for before, after in dict(repairs).items():
            self.findings.warn(row.line, f"“{before}” was wrongly decoded and is read as “{after}”")
        if is_spoilt(text):
            reason = f"this text may hold wrongly decoded characters; they are kept: “{shortened(text)}”"
            self.findings.warn(row.line, reason)
        return unescaped(text).strip()

    def _shared(self, row: _Row, text: str) -> list[tuple[Code, str]]:
        """The codes of a row that has several, each of which gets its statement."""
        shown = visible(row.cell(self.columns.get("code"))).strip().rstrip(":.")
        codes = codes_in(shown) or [] if text and not code_in(shown) else []
        if len(codes) > 1 and self.columns.get("code") != self.columns.get("statement"):
            named = " and ".join([", ".join(map(str, codes[:-1])), str(codes[-1])])
            self.findings.warn(row.line, f"“{shortened(shown, 20)}” is {named}; each of them gets this statement")
            return [(code, text) for code in codes]
        return []

    def _coded(self, row: _Row, text: str) -> list[tuple[Code, str]]:
        found = self._code(row, text)
        return [found] if found else []

    def _code(self, row: _Row, text: str) -> tuple[Code, str] | None:
        """The code of a row and its text: in its column, before its text, made of type and number, or by its place."""
        raw = visible(row.cell(self.columns.get("code"))).strip().rstrip(":.")
        kind = _TYPES.get(" ".join(row.cell(self.columns.get("type")).casefold().split()).rstrip(":"))
        if raw and (code := code_in(raw) or _named_code(raw)):
            if kind and kind != code.type:
                shown = row.cell(self.columns["type"])
                self.findings.warn(row.line, f"{code} is called “{shortened(shown, 30)}”; its code counts")
            return code, text
        if raw and kind and raw.isascii() and raw.isdecimal() and 0 < int(raw[:9]) < 1000:
            return Code(kind, int(raw)), text
        if raw and self.columns.get("code") != self.columns.get("statement"):
            if not text:
                self.findings.warn(row.line, f"this row is a heading and is left out: “{shortened(raw)}”")
            else:
                self.findings.refuse(row.line, f"“{shortened(raw, 20)}” is not the code of a KSB; one looks like K1")
            return None
        if printed := printed_code(text):
            return printed
        if not text:
            return None
        if kind and "code" not in self.columns and (elsewhere := self._code_elsewhere(row)):
            self.findings.refuse(row.line, f"“{elsewhere}” seems to be the code of this row; call its column “code”")
            return None
        if kind and "code" not in self.columns:
            self.counted[kind] = self.counted.get(kind, 0) + 1
            if self.counted[kind] > 999:
                self.findings.refuse(row.line, f"there are more than 999 {kind} statements")
                return None
            return Code(kind, self.counted[kind]), text
        self.findings.refuse(row.line, f"this row has no code: “{shortened(text)}”")
        return None

    def _code_elsewhere(self, row: _Row) -> str | None:
        """A code that stands in a column of another name: it is never replaced by a place."""
        return next((cell.strip() for cell in row.cells if code_in(visible(cell).strip().rstrip(":."))), None)

    def _take(self, row: _Row, code: Code, text: str) -> None:
        if not text:
            self.findings.warn(row.line, f"{code} has no text and is left out")
            return
        shown = visible(row.cell(self.columns.get("code"))).strip()
        key = str(code)
        held = self.statements.get(key)
        if code.is_alias:
            self.findings.warn(row.line, f"“{shortened(shown, 20)}” is a sub-code; it is taken as part of {code}")
            held = self.statements.setdefault(key, _Statement(Code(code.type, code.number), "", row.line))
            if " ".join(text.split()) != " ".join(held.text.split()):
                held.added.append(f"{shown} {text}")
        elif held and held.text:
            if " ".join(held.text.split()) != " ".join(text.split()):
                reason = f"{code} stands here a second time, with other words; the first is on line {held.line}"
                self.findings.refuse(row.line, reason)
                return
            if not self.columns.get("options") and not self.columns.get("duties"):
                self.findings.warn(row.line, f"{code} stands here a second time with the same words; it is taken once")
        elif held:
            held.text, held.line = text, row.line
        else:
            held = self.statements[key] = _Statement(code, text, row.line)
        self._options(row, held)
        self._mapped(row, held.code)

    def _options(self, row: _Row, statement: _Statement) -> None:
        cell = row.cell(self.columns.get("options"))
        titles = [" ".join(part.split()) for part in re.split(r"[;|\n]", cell)]
        for title in titles:
            if title.casefold() in _CORE:
                statement.is_core = True
            elif len(title) > 300:
                self.findings.refuse(row.line, "the title of an option is longer than 300 characters")
            else:
                statement.options.add(self.titles.setdefault(title.casefold(), title))

    def _mapped(self, row: _Row, code: Code) -> None:
        """The duties that a row names: "D1 D2", "1, 2", "Duty 1; Duty 2"."""
        cell = row.cell(self.columns.get("duties"))
        if not cell:
            return
        pieces = re.split(r"[\s,;|/&]+", re.sub(r"(?i)\b(?:duty|duties|d)\s+(?=[0-9])", "D", cell))
        for piece in pieces:
            if not piece or piece.casefold() == "and":
                continue
            if not (match := _DUTY.fullmatch(piece)):
                self.findings.warn(row.line, f"“{shortened(piece, 20)}” is not the number of a duty and is left out")
                continue
            self.duties.setdefault(int(match[1]), []).append(code)
            self.duty_line.setdefault(int(match[1]), row.line)

    # The whole -------------------------------------------------------------------------------------------------------

    def _ksbs(self) -> list[KsbDraft]:
        texts = KsbTexts(self.findings)
        ordered = sorted(self.statements.values(), key=lambda one: (TYPES.index(one.code.type), one.code.number))
        everybody = set(self.titles.values()) if len(self.titles) > 1 else set()
        ksbs = []
        for one in ordered:
            text = "\n".join(part for part in (one.text, *one.added) if part)
            options = one.options if not one.is_core and one.options != everybody else set()
            if ksb := texts.ksb(one.code.type, one.code.number, text, one.line):
                ksbs.append(
                    KsbDraft(ksb.type, ksb.number, ksb.statement, ksb.line, "", ksb.source_code, tuple(sorted(options)))
                )
        if self.counted:
            texts.say_places_were_taken(ksbs, ksbs[0].line if ksbs else self.table.header.line)
        return ksbs

    def _duties(self) -> list[DutyDraft] | None:
        """The duties by their numbers alone: what they say stands elsewhere."""
        if not self.duties:
            return None
        there = set(self.statements)
        return [
            DutyDraft(
                number,
                "",
                tuple(dict.fromkeys(str(Code(code.type, code.number)) for code in codes if str(code) in there)),
                line=self.duty_line[number],
            )
            for number, codes in sorted(self.duties.items())
        ]

    def _say_what_is_missing(self, ksbs: list[KsbDraft]) -> None:
        there = {ksb.code for ksb in ksbs}
        last = {ksb.type: ksb for ksb in ksbs}
        gaps = [f"{kind}{n}" for kind, most in last.items() for n in range(1, most.number) if f"{kind}{n}" not in there]
        if gaps:
            shown = ", ".join(gaps[:12]) + (f" and {len(gaps) - 12} more" if len(gaps) > 12 else "")
            self.findings.warn(self.table.header.line, f"no row has {shown}; is all of the table here?")
        kinds = {ksb.type for ksb in ksbs}
        if kinds <= {"B", "ESB"} or ("K" in kinds) != ("S" in kinds):
            self.findings.warn(
                self.table.header.line, "there are not both knowledge and skills; is all of the table here?"
            )
