"""Reading a list of KSBs that were signed off in another system: every line is checked, and every fault is told."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from core import clock
from core.names import has_hidden, tidy

#: More lines than any standard has KSBs.
MOST_LINES = 500
MOST_BYTES = 256 * 1024
COLUMNS = ("ksb", "date", "signed off by", "file or note")
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y")
_LONGEST = {"signed off by": 150, "file or note": 300}


@dataclass(frozen=True)
class Line:
    """One KSB that was signed off elsewhere."""

    number: int
    ksb: UUID
    code: str
    on: date
    by: str
    note: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with one line, and in which column."""

    number: int
    column: str
    why: str


@dataclass
class Listed:
    """A list as it was read: what can be brought in, and what is wrong with it. With any fault, nothing can be."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(text: str, apprenticeship: Apprenticeship) -> Listed:
    """Read a CSV with the columns KSB, date, signed off by, and file or note (the last may be empty or missing).

    Args:
        apprenticeship: the codes are those of its version and option.
    """
    listed = Listed()
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        heads = [head.strip().casefold() for head in next(rows, [])]
        missing = [name for name in COLUMNS[:3] if name not in heads]
        if missing:
            why = _("The first line has to name the columns: KSB, date, signed off by, file or note.")
            return Listed(faults=[Fault(1, ", ".join(missing), why)])
        known = _known(apprenticeship)
        seen: set[str] = set()
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(listed.lines) + len(listed.faults) >= MOST_LINES:
                why = _("A list has at most %(count)s lines.") % {"count": MOST_LINES}
                listed.faults.append(Fault(rows.line_num, "", why))
                break
            cells = {head: cell.strip() for head, cell in zip(heads, row, strict=False)}
            _read_line(rows.line_num, cells, apprenticeship, known, seen, listed)
    except csv.Error:
        listed.faults.append(Fault(rows.line_num, "", _("This line cannot be read as CSV.")))
    if not listed.lines and not listed.faults:
        listed.faults.append(Fault(1, "", _("There is no line below the names of the columns.")))
    return listed


def _known(apprenticeship: Apprenticeship) -> dict[str, KsbProgress]:
    rows = KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship).select_related("ksb")
    return {row.ksb.code: row for row in rows}


def _read_line(
    number: int,
    cells: dict[str, str],
    apprenticeship: Apprenticeship,
    known: dict[str, KsbProgress],
    seen: set[str],
    listed: Listed,
) -> None:
    faults = []

    def wrong(column: str, why: str) -> None:
        faults.append(Fault(number, column, why))

    code = cells.get("ksb", "").upper().replace(" ", "")
    progress = known.get(code)
    if progress is None:
        wrong("KSB", _("“%(code)s” is no KSB of this apprentice.") % {"code": cells.get("ksb", "")})
    elif code in seen:
        wrong("KSB", _("%(code)s is in the list twice.") % {"code": code})
    elif progress.state == KsbState.SIGNED_OFF:
        wrong("KSB", _("%(code)s is signed off already.") % {"code": code})
    seen.add(code)
    on = _day(cells.get("date", ""))
    if on is None:
        wrong("date", _("Give a date such as 2026-11-26 or 26/11/2026."))
    elif on > clock.today():
        wrong("date", _("This date is in the future."))
    elif on < apprenticeship.started_on:
        wrong("date", _("This is before the apprenticeship started."))
    by = _text(cells, "signed off by", wrong)
    if not cells.get("signed off by"):
        wrong("signed off by", _("Say who signed it off."))
    note = _text(cells, "file or note", wrong)
    listed.faults += faults
    if not faults and progress and on:
        listed.lines.append(Line(number, progress.ksb_id, code, on, by, note))


def _text(cells: dict[str, str], column: str, wrong) -> str:  # type: ignore[no-untyped-def]
    text = tidy(cells.get(column, ""))
    if has_hidden(text):
        wrong(column, _("There are characters in it that do not show."))
    if len(text) > _LONGEST[column]:
        wrong(column, _("This is longer than %(count)s characters.") % {"count": _LONGEST[column]})
    return text


def _day(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    return None
