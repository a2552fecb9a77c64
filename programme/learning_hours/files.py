"""Logs of off-the-job hours in CSV files, as spreadsheets write them: read and checked, with every fault named."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apprenticeships.models import Apprenticeship
from apprenticeships.progress import applicable_ksbs
from core.fields import DayField
from programme.learning_hours.durations import in_words, minutes_between, minutes_of, time_of_day
from programme.learning_hours.entry_rules import SoFar, Words, problems_of
from programme.models import Kind, OffTheJobEntry

MOST_LINES = 2_000
MOST_CHARACTERS = 500_000
#: What the columns may be called, in lower case.
_COLUMNS = {
    "date": ("date", "day", "activity date"),
    "start": ("start", "start time", "from"),
    "end": ("end", "end time", "to", "finish"),
    "minutes": ("minutes", "mins"),
    "duration": ("duration", "hours", "time", "length", "time spent"),
    "note": ("description", "note", "notes", "activity", "what", "title"),
    "kind": ("kind", "type", "category", "activity type"),
    "deliverer": ("deliverer", "delivered by", "trainer", "tutor"),
    "ksbs": ("ksbs", "ksb", "codes"),
}
#: In which column the fault of a field is.
_OF_FIELD = {"happened_on": "date", "starts": "start"}
_KINDS = {str(label).lower(): value for value, label in Kind.choices} | {value: value for value in Kind.values}
_CODE = re.compile(r"[A-Za-z]{1,3}\d{1,3}")
_days = DayField(required=True)
#: What a file that names no deliverer is said to come from: whoever confirms the entries says more.
UNKNOWN_DELIVERER = gettext_lazy("As in the imported log")


class Fault(NamedTuple):
    """What is wrong in a line, by its number in the file and the name of its column."""

    line: int
    column: str
    message: str


@dataclass
class Log:
    """What a file holds: entries with the ids that they have in every import of it, and every fault."""

    entries: list[tuple[UUID, Words]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    #: How many entries are here already.
    known: int = 0

    @property
    def minutes(self) -> int:
        """Of all its entries that count."""
        return sum(words.minutes for _pk, words in self.entries if words.counts)

    @property
    def in_words(self) -> str:
        """The same, for a page."""
        return in_words(self.minutes)


def read_log(text: str, apprenticeship: Apprenticeship) -> Log:
    """Read a file. Each line is held against the rules, the entries that are there and the lines above it."""
    log = Log()
    # Forms send line ends in a way of their own, and the same file is to have the same ids.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=_delimiter(text))
    try:
        heads = [name.strip().lower() for name in next(reader, [])]
        places = {name: heads.index(known) for name, names in _COLUMNS.items() for known in names if known in heads}
        if missing := _missing(places):
            log.faults.append(Fault(1, missing, _("There is no such column. The first line must name the columns.")))
            return log
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        log.faults.append(Fault(1, "", _("This is not a CSV file. Save it from your spreadsheet as CSV.")))
        return log
    if len(rows) > MOST_LINES:
        log.faults.append(Fault(1, "", _("Import at most %(most)s lines at once.") % {"most": f"{MOST_LINES:,}"}))
        return log
    codes = {code.upper(): pk for pk, code in applicable_ksbs(apprenticeship).values_list("pk", "code")}
    read = [(number, *_words_of(_Row(number, row, places, codes))) for number, row in rows]
    times: Counter[Words] = Counter()
    found: list[tuple[int, UUID, Words]] = []
    for number, words, faults in read:
        log.faults += faults
        if words:
            # The second of two lines that say the same is another entry, in every import of the file.
            times[words] += 1
            found.append((number, uuid5(apprenticeship.pk, f"{words!r} {times[words]}"), words))
    there = set(
        OffTheJobEntry.objects.unscoped()
        .filter(apprenticeship=apprenticeship, pk__in=[pk for _number, pk, _words in found])
        .values_list("pk", flat=True)
    )
    so_far = SoFar.of(apprenticeship)
    for number, pk, words in found:
        log.entries.append((pk, words))
        if pk in there:
            log.known += 1
            continue
        problems = problems_of(words, so_far)
        log.faults += [Fault(number, _OF_FIELD.get(one.field, one.field), one.message) for one in problems]
        so_far.add(words)
    log.faults.sort(key=lambda fault: fault.line)
    return log


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _missing(places: dict[str, int]) -> str:
    if "date" not in places:
        return _("Date")
    if "note" not in places:
        return _("Description")
    if not {"minutes", "duration"} & places.keys() and not {"start", "end"} <= places.keys():
        return _("Minutes, or Start and End")
    return ""


@dataclass
class _Row:
    number: int
    cells: list[str]
    places: dict[str, int]
    codes: dict[str, UUID]
    faults: list[Fault] = field(default_factory=list)

    def cell(self, name: str) -> str:
        """What stands in a column, without the apostrophe that spreadsheets put before text."""
        place = self.places.get(name)
        text = self.cells[place].strip() if place is not None and place < len(self.cells) else ""
        return text.removeprefix("'")

    def parsed(self, name: str, parse: Callable[[str], Any]) -> Any:
        """A column's value; None where it is empty or wrong, which is noted."""
        text = self.cell(name)
        try:
            return parse(text) if text else None
        except (ValueError, ValidationError) as wrong:
            said = " ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)
            self.fault(name, said)
            return None

    def fault(self, name: str, message: str) -> None:
        self.faults.append(Fault(self.number, name, message))


def _words_of(row: _Row) -> tuple[Words | None, list[Fault]]:
    on: date | None = row.parsed("date", _days.clean)
    if on is None and not row.faults:
        row.fault("date", _("Enter the date."))
    start: time | None = row.parsed("start", time_of_day)
    end: time | None = row.parsed("end", time_of_day)
    minutes = _minutes(row, on, start, end)
    kind = row.cell("kind").lower()
    if kind and kind not in _KINDS:
        row.fault(
            "kind", _("“%(kind)s” is not known. Use: %(these)s.") % {"kind": kind, "these": ", ".join(Kind.values)}
        )
    ksbs = []
    for code in _CODE.findall(row.cell("ksbs")):
        if code.upper() in row.codes:
            ksbs.append(row.codes[code.upper()])
        else:
            row.fault("ksbs", _("%(code)s is not in this standard.") % {"code": code})
    if on is None or minutes is None or row.faults:
        return None, row.faults
    words = Words(
        happened_on=on,
        minutes=minutes,
        kind=_KINDS.get(kind, Kind.TEACHING),
        note=row.cell("note"),
        starts=start,
        deliverer=row.cell("deliverer") or str(UNKNOWN_DELIVERER),
        ksbs=tuple(ksbs),
    )
    return words, []


def _minutes(row: _Row, on: date | None, start: time | None, end: time | None) -> int | None:
    """What passed from the start to the end; else the minutes or the duration that is given."""
    if on and start and end:
        try:
            return minutes_between(on, start, end)
        except ValueError as wrong:
            row.fault("end", str(wrong))
            return None
    minutes: int | None = row.parsed("minutes", int)
    if minutes is None:
        minutes = row.parsed("duration", minutes_of)
    if minutes is None and not row.faults:
        row.fault("minutes", _("Enter how long it took."))
    return minutes
