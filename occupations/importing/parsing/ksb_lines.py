"""The part of a page that lists knowledge, skills and behaviours, one coded statement after the other."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from occupations.content import normalised
from occupations.importing.draft import Findings, KsbDraft
from occupations.importing.parsing.codes import TYPES, Code, printed_code
from occupations.importing.parsing.text import Line, shortened

_TYPE = r"(?P<type>TK|TS|ESB|K|S|B)"
_CODE = re.compile(_TYPE + r"\s?(?P<number>[0-9]{1,3})\s*(?:[:)]|\.(?=\s|$))\s*(?P<statement>.*)")
_SUB_CODE = re.compile(_TYPE + r"\s?[0-9]{1,3}\.[0-9]{1,2}\b")
_ALMOST_A_CODE = re.compile(r"[•*–-]?\s*" + _TYPE + r"\s?(?P<number>[0-9]{1,3})(?![0-9])(?!\.[0-9])", re.IGNORECASE)
_BLOCK_HEADING = re.compile(
    r"(technical )?(knowledge|skills)|behaviours|employability skills and behaviours", re.IGNORECASE
)


def gaps(ksbs: list[KsbDraft]) -> Iterator[tuple[int, str]]:
    """Each gap in the numbers of a kind: the line behind it, and what is missing there."""
    for kind in TYPES:
        lines = {ksb.number: ksb.line for ksb in reversed(ksbs) if ksb.type == kind and ksb.number}
        for before, after in pairwise([0, *sorted(lines)]):
            if after - before > 2:
                yield lines[after], f"{kind}{before + 1} to {kind}{after - 1} are missing before {kind}{after}"
            elif after - before == 2:
                yield lines[after], f"{kind}{before + 1} is missing before {kind}{after}"


class KsbBlock:
    """Reads the coded statements of one page, and what is wrong or odd about them.

    Args:
        is_whole: whether all KSBs must be there, so that a gap means that something is lost.
    """

    def __init__(self, lines: list[Line], findings: Findings, is_whole: bool = True) -> None:
        self.findings, self.is_whole = findings, is_whole
        self._pieces: list[tuple[re.Match[str], int, list[str]]] = []
        self._last_lines: list[int] = []
        self._newest: dict[str, int] = {}
        self._depth = 0
        self._read(lines)
        ksbs = [self._ksb(*piece) for piece in self._pieces]
        self.ksbs = self._once(
            [
                replace(ksb, last_line=last) if last > ksb.line else ksb
                for ksb, last in zip(ksbs, self._last_lines, strict=True)
            ]
        )
        self._check_codes()
        self._check_types()
        self._check_statements()
        self.ksbs.sort(key=lambda ksb: (TYPES.index(ksb.type), ksb.number))

    def _read(self, lines: list[Line]) -> None:
        blank_before = False
        for place, line in enumerate(lines):
            if not line.text:
                blank_before = True
                continue
            if match := _CODE.match(line.text):
                self._pieces.append((match, line.number, [match["statement"]]))
                self._last_lines.append(line.number)
                self._newest[match["type"]] = int(match["number"])
                self._depth = line.depth if line.kind == "item" else 0
            elif not self._is_block_heading(lines, place):
                self._continue(line, blank_before)
            blank_before = False

    def _is_block_heading(self, lines: list[Line], place: int) -> bool:
        """Whether this is a line like "Skills" that stands before the first statement of its kind."""
        if not _BLOCK_HEADING.fullmatch(lines[place].text.rstrip(": ")):
            return False
        following = next((line.text for line in lines[place + 1 :] if line.text), "")
        match = _CODE.match(following)
        return match is not None and int(match["number"]) == 1

    def _continue(self, line: Line, blank_before: bool) -> None:
        """Take a line without a code as part of the statement before it, unless it looks like a code gone wrong."""
        if (almost := _ALMOST_A_CODE.match(line.text)) and self._would_be_next(almost):
            code = f"{almost['type'].upper()}{int(almost['number'])}"
            self.findings.refuse(line.number, f"this line seems to be {code}, but it does not begin with “{code}:”")
            return
        if not self._pieces:
            self.findings.warn(line.number, f"“{shortened(line.text)}” stands before the first KSB and is left out")
            return
        match, _, texts = self._pieces[-1]
        code = f"{match['type']}{int(match['number'])}"
        if _SUB_CODE.match(line.text):
            self.findings.warn(
                line.number, f"“{shortened(line.text, 20)}” is a sub-code; the line is kept as part of {code}"
            )
        elif blank_before or (not self.is_whole and line.kind == "item" and line.depth <= self._depth):
            self.findings.warn(
                line.number, f"this line has no code and is kept as part of {code}: “{shortened(line.text)}”"
            )
        if blank_before:
            texts.append("")
        texts.append(line.raw)
        self._last_lines[-1] = line.number

    def _would_be_next(self, almost: re.Match[str]) -> bool:
        return int(almost["number"]) == self._newest.get(almost["type"].upper(), 0) + 1

    def _ksb(self, match: re.Match[str], line: int, texts: list[str]) -> KsbDraft:
        """A statement. A code that stands in its text again is taken away; another one is kept, and said."""
        kind, number, statement = match["type"], int(match["number"]), "\n".join(texts).strip()
        source_code = ""
        if printed := printed_code(statement):
            if printed[0] == Code(kind, number) and printed[1]:
                statement = printed[1]
            elif printed[0] != Code(kind, number):
                source_code = str(printed[0])
                self.findings.warn(
                    line,
                    f"the text of {kind}{number} itself begins with a code, {source_code}; it is kept as published",
                )
        return KsbDraft(kind, number, statement, line, source_code=source_code)

    def _once(self, ksbs: list[KsbDraft]) -> list[KsbDraft]:
        """`ksbs` of a list without those that stand there again in the same words, which is said."""
        if self.is_whole:
            return ksbs
        first: dict[tuple[str, str], KsbDraft] = {}
        for ksb in ksbs:
            held = first.setdefault((ksb.code, normalised(ksb.statement)), ksb)
            if held is not ksb and ksb.statement:
                reason = f"{ksb.code} stands here a second time with the same words; the first is on line {held.line}"
                self.findings.warn(ksb.line, f"{reason}; it is taken once")
        return [ksb for ksb in ksbs if not ksb.statement or first[ksb.code, normalised(ksb.statement)] is ksb]

    def _check_codes(self) -> None:
        """No code stands twice, and each kind is numbered 1, 2, 3 …, without a gap where all must be there."""
        if self.is_whole:
            for line, reason in gaps(self.ksbs):
                self.findings.refuse(line, reason)
        for kind in TYPES:
            first_at: dict[int, int] = {}
            for ksb in (ksb for ksb in self.ksbs if ksb.type == kind):
                if ksb.number in first_at:
                    self.findings.refuse(
                        ksb.line, f"{ksb.code} stands here a second time; the first is on line {first_at[ksb.number]}"
                    )
                elif ksb.number == 0:
                    self.findings.refuse(ksb.line, f"{ksb.code} is not a code: numbers begin at 1")
                else:
                    first_at[ksb.number] = ksb.line
            numbers = sorted(first_at)
            if list(first_at) != numbers:
                line = next(first_at[later] for earlier, later in pairwise(first_at) if later < earlier)
                self.findings.warn(line, f"the {kind} codes are not in order; they are put in order")

    def _check_types(self) -> None:
        kinds = {ksb.type for ksb in self.ksbs}
        last = max((ksb.line for ksb in self.ksbs), default=0)
        if not kinds or self.findings.errors or not self.is_whole:
            return
        for wanted in (("TK", "TS"), ("K", "S")):
            if kinds & set(wanted):
                for kind in wanted:
                    if kind not in kinds:
                        self.findings.refuse(last, f"there is no {kind} statement; the file seems cut off or damaged")
        if kinds & {"TK", "TS", "ESB"} and kinds & {"K", "S", "B"}:
            self.findings.warn(last, "two ways to code KSBs stand beside each other: K, S, B and TK, TS, ESB")
        if not kinds & {"TK", "TS", "K", "S"}:
            self.findings.refuse(last, "there are no knowledge or skill statements; the file seems cut off or damaged")
        elif "K" in kinds and "B" not in kinds:
            self.findings.warn(last, "there are no behaviours; some standards have none, so it is taken as it is")

    def _check_statements(self) -> None:
        seen: dict[tuple[str, str], str] = {}
        for ksb in self.ksbs:
            if not ksb.statement:
                self.findings.refuse(ksb.line, f"{ksb.code} has no text")
                continue
            key = (ksb.type, " ".join(ksb.statement.casefold().split()))
            if key in seen:
                self.findings.warn(ksb.line, f"{ksb.code} has the same words as {seen[key]}; both are kept")
            seen.setdefault(key, ksb.code)
