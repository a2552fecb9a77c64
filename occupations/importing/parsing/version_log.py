"""The version log of a standard's page: each version with what changed and from when to when it can be started."""

import re
from datetime import date
from typing import Any

from occupations.importing.draft import Findings
from occupations.importing.parsing.codes import VERSION
from occupations.importing.parsing.days import day_in
from occupations.importing.parsing.text import Line, shortened

HEADING = re.compile(r"version (?:log|history|control)s?:?", re.IGNORECASE)
_DAY = r"(?:[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{1,2} [A-Z][a-z]{2,8} [0-9]{4}|not set|n/a|tbc|none)"
_VERSION = r"(?:v(?:ersion)? ?)?(?P<version>[0-9]{1,3}\.[0-9]{1,3})"
_HEADER = ("version", "change detail", "earliest start date", "latest start date", "latest end date", "change")
_ROW = re.compile(
    rf"(?:{_VERSION}(?=\s))?\s*(?P<change>.*?)\s*\b(?P<first>{_DAY})\s+(?P<last>{_DAY})", re.I | re.DOTALL
)
_ENDS_WITH_DAY = re.compile(rf"{_DAY}$", re.IGNORECASE)
_LONGEST_ROW = 3_000


def version_log_in(lines: list[Line], findings: Findings) -> list[dict[str, Any]]:
    """The rows of the log in published order, in whatever way the table was copied.

    A row of cells is taken cell by cell. Elsewhere a row ends with its two dates: the lines up to there are one row.
    """
    log: list[dict[str, Any]] = []
    waiting: list[str] = []
    begin = 0
    columns: dict[str, int] = {}
    for line in lines:
        if not line.text:
            continue
        cells = [" ".join(cell.split()) for cell in line.cells]
        if line.kind == "row" and len(cells) >= 3:
            if found := _columns(cells):
                columns = found
                continue
            if columns or len(cells) >= 4:
                log.append(_entry(*_by_column(cells, columns), line.number, findings))
                continue
        text = _without_header(" ".join(line.text.split()))
        if not text:
            continue
        begin = begin if waiting else line.number
        waiting.append(text)
        joined = " ".join(waiting)
        if _ENDS_WITH_DAY.search(text[-40:]) and (match := _ROW.fullmatch(joined[:_LONGEST_ROW])):
            log.append(_entry(match["version"] or "", match["change"], match["first"], match["last"], begin, findings))
            waiting = []
        elif len(joined) > _LONGEST_ROW:
            findings.warn(begin, f"a row of the version log is not understood: “{shortened(joined)}”")
            waiting = []
    if waiting and any(VERSION.match(text) for text in waiting):
        findings.warn(begin, f"a row of the version log is not understood: “{shortened(' '.join(waiting))}”")
    return [entry for entry in log if any(entry.values())]


def _columns(cells: list[str]) -> dict[str, int]:
    """The places of the columns, where `cells` are their names."""
    named = [cell.casefold() for cell in cells]
    if "version" not in named:
        return {}
    columns = {"version": named.index("version")}
    for name, word in (("change", "change"), ("first", "earliest"), ("last", "latest start")):
        place = next((place for place, cell in enumerate(named) if word in cell), None)
        if place is not None:
            columns[name] = place
    return columns


def _by_column(cells: list[str], columns: dict[str, int]) -> tuple[str, str, str, str]:
    places = columns or {"version": 0, "change": 1, "first": 2, "last": 3}
    version, change, first, last = (
        cells[places[name]] if name in places and places[name] < len(cells) else ""
        for name in ("version", "change", "first", "last")
    )
    return version, change, first, last


def _without_header(text: str) -> str:
    """`text` without the names of the columns, which a copied table may have on one line or on a line each."""
    rest = text.casefold()
    for name in _HEADER:
        rest = rest.replace(name, " ")
    return text if rest.split() else ""


def _entry(version: str, change: str, first: str, last: str, line: int, findings: Findings) -> dict[str, Any]:
    version = version.lower().removeprefix("version").removeprefix("v").strip() if version[:1] in "vV" else version
    # A row may have words in place of a number: "Revised version awaiting implementation". An address says nothing.
    version = "" if version.startswith("/") else version
    return {
        "version": version,
        "change": change,
        "earliest_start_on": _day(first, line, findings),
        "latest_start_on": _day(last, line, findings),
    }


def _day(text: str, line: int, findings: Findings) -> date | None:
    try:
        return day_in(text)
    except ValueError:
        findings.warn(line, f"“{shortened(text)}” is not a date and is left out")
        return None
