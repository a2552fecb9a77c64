"""The facts that a page gives with their names: "Status: Approved for delivery", "Level: 3"."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from occupations.importing.draft import Findings, StandardDraft
from occupations.importing.formats.documents import item_text
from occupations.importing.parsing.codes import REFERENCE, VERSION
from occupations.importing.parsing.days import day_in
from occupations.importing.parsing.progression import ROUTES
from occupations.importing.parsing.text import Line, shortened

#: What a page may call each fact. Those without a field are known so that they are not taken for something else.
LABELS = {
    "status": r"status",
    "reference": r"(?:standard |occupation(?:al standard)? )?reference(?: number| code)?|standard code",
    "version": r"(?:standard )?version(?: number)?",
    "level": r"(?:occupational |apprenticeship )?level",
    "typical_duration_months": r"(?:typical|minimum|expected)?\s*duration(?: to gateway)?(?: \(months\))?",
    "maximum_funding_pounds": r"max(?:imum)?(?:\.)? funding(?: \(£\)| band)?|funding band(?: maximum)?",
    "route": r"route|sector",
    "integrated_degree": r"integration|integrated degree",
    "approved_on": r"approved for delivery(?: date| on)?|date approved for delivery",
    "lars_codes": r"lars code(?: for providers only)?|lars",
    "quality_assured_by": r"eqa provider|external quality assurance(?: provider)?",
    "regulated_by": r"regulated body|regulator|regulated by",
    "": r"typical epa period|epa period|assessment period|date updated|last updated|review|options?|pathway|ssa1|ssa2|"
    r"minimum off-the-job(?: training)?(?: hours)?|off-the-job(?: training)?(?: hours)?|minimum (?:otj )?hours|"
    r"degree apprenticeship|core and options|trailblazer contact|learning type|equal to",
}
_LABEL = {name: re.compile(words, re.IGNORECASE) for name, words in LABELS.items()}
_NUMBER = re.compile(r"(?:\(?[0-9]{1,2}[.)]\s+|[•·*–-]\s+)")
_WITH_LABEL = re.compile(r"(?P<label>[A-Za-z][A-Za-z0-9 ()£.-]{1,45}?)\s*(?::|\t)\s*(?P<value>.*)", re.DOTALL)
_MONTHS = re.compile(r"(?P<months>[0-9]{1,3})(?:\s*(?:months?|$)|\s+to\s+[0-9]+ months)", re.IGNORECASE)
_POUNDS = re.compile(r"£?\s*(?P<pounds>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,7})(?:\.00)?\b.*")
_LEVEL = re.compile(r"(?:level\s*)?(?P<level>[1-8])\b.*", re.IGNORECASE | re.DOTALL)
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_NONE = ("", "none", "n/a", "not applicable", "no", "not set", "-", "tbc", "to be confirmed")


def label_of(line: Line) -> tuple[str, str] | None:
    """The name of the fact that a line gives, and its value if that stands on the same line; None if it gives none."""
    cells = [cell for cell in line.cells if cell.strip()]
    if line.kind == "row" and len(cells) == 2:
        label, value = cells[0].strip().rstrip(":"), cells[1].strip()
    else:
        text = item_text(line)
        if number := _NUMBER.match(text):
            text = text[number.end() :]
        match = _WITH_LABEL.fullmatch(text)
        label, value = (match["label"], match["value"]) if match else (text.rstrip(": "), "")
        if not match and len(label) > 45:
            return None
    label = " ".join(label.split())
    for name, pattern in _LABEL.items():
        if pattern.fullmatch(label):
            return name, value.strip()
    return None


class KeyFacts:
    """The named facts in some lines, read into a draft.

    A name with nothing behind it has its value on the line after it, unless that is another name.
    """

    def __init__(self, lines: list[Line], findings: Findings) -> None:
        self.findings = findings
        self.facts: dict[str, Line] = {}
        waiting: tuple[str, Line] | None = None
        for line in lines:
            if not line.text:
                continue
            found = label_of(line)
            if found and (found[1] or not waiting or waiting[0] != "version"):
                name, value = found
                waiting = None if value else (name, line)
                if value:
                    self._note(name, value, line)
            elif waiting:
                self._note(waiting[0], item_text(line), line)
                waiting = None

    def _note(self, name: str, value: str, line: Line) -> None:
        if name and name not in self.facts:
            self.facts[name] = Line(line.number, value, value)
        elif name in ("reference", "version", "level") and self.facts[name].text.casefold() != value.casefold():
            first = self.facts[name].number
            reason = f"a second {name} differs from the one on line {first}: “{shortened(value)}”"
            self.findings.warn(line.number, f"{reason}; the first is taken")

    def fill(self, draft: StandardDraft) -> None:
        """Set what is known on `draft`. What is not understood is said and left out."""
        for name, fact in self.facts.items():
            value = _READERS[name](fact.text)
            if value is None and fact.text.casefold().rstrip(".") not in _NONE:
                self.findings.warn(fact.number, f"“{shortened(fact.text)}” is not understood as {_SHOWN[name]}")
            if value is not None:
                setattr(draft, name, value)
            draft.lines[name] = fact.number
        draft.is_version_named = "version" in self.facts and bool(VERSION.fullmatch(draft.version))
        if draft.route and draft.route not in ROUTES:
            self.findings.warn(
                self.facts["route"].number, f"“{shortened(draft.route)}” is not one of the routes known; it is kept"
            )


def _words(text: str) -> str | None:
    text = " ".join(text.split())
    return text[:100] if text.casefold() not in _NONE else None


def _status(text: str) -> str | None:
    """The status, without what a page adds in brackets: "(available for starts)"."""
    return _words(_IN_BRACKETS.sub("", text))


def _reference(text: str) -> str | None:
    found = re.search(r"\b(?:ST|FA|AU|OCC)[0-9]{4}\b", text.upper())
    if not found:
        return None
    reference = found[0].replace("OCC", "ST")
    return reference if REFERENCE.fullmatch(reference) else None


def _version(text: str) -> str | None:
    text = text.strip().lower().removeprefix("v").strip()
    return text if VERSION.fullmatch(text) else None


def _level(text: str) -> int | None:
    match = _LEVEL.fullmatch(text)
    return int(match["level"]) if match else None


def _months(text: str) -> int | None:
    match = _MONTHS.search(text)
    return int(match["months"]) or None if match else None


def _pounds(text: str) -> int | None:
    match = _POUNDS.fullmatch(text)
    return int(match["pounds"].replace(",", "")) if match else None


def _day(text: str) -> date | None:
    try:
        return day_in(text)
    except ValueError:
        return None


def _codes(text: str) -> list[int] | None:
    codes = [int(code) for code in re.findall(r"\b[0-9]{1,6}\b", text[:200])]
    return [code for code in codes if code] or None


def _degree(text: str) -> str | None:
    return "" if text.casefold() in _NONE else _words(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "status": _status,
    "reference": _reference,
    "version": _version,
    "level": _level,
    "typical_duration_months": _months,
    "maximum_funding_pounds": _pounds,
    "route": _words,
    "integrated_degree": lambda text: (_degree(text) or "")[:60],
    "approved_on": _day,
    "lars_codes": _codes,
    "quality_assured_by": _words,
    "regulated_by": _words,
}
_SHOWN = {
    "status": "a status",
    "reference": "a reference; one looks like ST0321",
    "version": "a version; one looks like 1.1",
    "level": "a level",
    "typical_duration_months": "a number of months",
    "maximum_funding_pounds": "a sum of pounds",
    "route": "a route",
    "integrated_degree": "a kind of degree",
    "approved_on": "a date",
    "lars_codes": "a LARS code",
    "quality_assured_by": "a name",
    "regulated_by": "a name",
}
