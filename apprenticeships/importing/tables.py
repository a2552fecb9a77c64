"""From the cells of a table, whatever program saved it, to rows of learners."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apprenticeships.importing import cells
from apprenticeships.importing.columns import (
    DAYS,
    HEADER_WITHIN,
    WHOLE_NUMBERS,
    best_header,
    columns_of,
    require,
    unknown_columns,
)
from apprenticeships.importing.reading import Reading, Refused, Row
from occupations.importing import draft
from occupations.importing.formats.decoding import decoded

_DELIMITERS = ",;\t|"
_WORDS = ("first_name", "last_name", "name", "employer", "option")
#: Columns where spaces and an apostrophe before the value are never part of it.
_CODES = ("learner_reference", "uln", "email", "standard", "version", "assessor", "weekly_hours", "ukprn")

#: A row of a table with its number.
Numbered = tuple[int, Sequence[str]]


def read_csv(content: bytes, name: str) -> Reading:
    """The learners of a CSV file in UTF-8, UTF-16 or Windows-1252, with commas, semicolons or tabs.

    Raises:
        Refused: it is no text, or no table of learners.
    """
    try:
        text, warnings = decoded(content, name)
    except draft.Refused as refused:
        raise Refused(" ".join(problem.reason.capitalize() + "." for problem in refused.problems)) from refused
    delimiter = _delimiter_of(text)
    try:
        reading = read_table(_lines(text, delimiter), "csv")
    except csv.Error as fault:
        raise Refused(_("This is not a readable CSV file: %(fault)s.") % {"fault": fault}) from fault
    reading.notes += [warning.reason.capitalize() + "." for warning in warnings]
    return reading


def _delimiter_of(text: str) -> str:
    """The delimiter with which the first rows have the most columns that are known."""

    def known(delimiter: str) -> int:
        try:
            return len(best_header(row for _number, row in _lines(text[:20_000], delimiter))[1])
        except csv.Error:
            return 0

    return max(_DELIMITERS, key=known)


def _lines(text: str, delimiter: str) -> Iterator[Numbered]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    begun = 1
    for row in reader:
        yield begun, row
        begun = reader.line_num + 1


def read_table(rows: Iterator[Numbered], format_name: str) -> Reading:
    """The learners of a table whose header is among its first rows.

    Raises:
        Refused: it lacks a column, or has no learner.
    """
    first = list(islice(rows, HEADER_WITHIN))
    place, columns = best_header([row for _number, row in first])
    require(columns)
    header = first[place][1]
    reading = Reading(format_name)
    body = [*first[place + 1 :], *rows]
    reading.add(_row(number, row, columns, header) for number, row in body if any(cell.strip() for cell in row))
    if not reading.rows:
        raise Refused(_("This file has headings and no learners."))
    if unread := unknown_columns(header, columns):
        reading.notes.append(
            ngettext("This column is not read: %(names)s.", "These columns are not read: %(names)s.", len(unread))
            % {"names": ", ".join(heading[:40] for heading in unread[:20])}
        )
    for name in _WORDS:
        tidied = cells.without_prefix([row.get(name) for row in reading.rows])
        for row, value in zip(reading.rows, tidied, strict=True):
            row.values[name] = value
    _read_days(reading)
    for row in reading.rows:
        row.values = {name: value for name, value in row.values.items() if value}
    return reading


def _row(number: int, found: Sequence[str], columns: dict[str, int], header: Sequence[str]) -> Row:
    row = Row(number)
    for name, place in columns.items():
        cell = found[place] if place < len(found) else ""
        if "\0" in cell:
            row.refuse(name, _("This cell has characters that are no text. Type it again."))
        elif name in _WORDS:
            row.values[name] = cells.wording(cell)
        elif name in WHOLE_NUMBERS:
            row.values[name] = cells.whole_number(cell)
        else:
            row.values[name] = cells.code(cell)
    if any(cell.strip() for cell in found[len(header) :]):
        row.refuse(
            "", _("This row has more cells than there are headings. Put text that contains a comma in quotation marks.")
        )
    if columns_of(found).keys() == columns.keys():
        row.skipped = _("the headings again")
    return row


def _read_days(reading: Reading) -> None:
    """Turn the days of all rows into ISO, in one order for the whole file."""
    order, said = cells.order_of(row.get(name) for row in reading.rows for name in DAYS)
    if said:
        reading.notes.append(said)
    for row in reading.rows:
        if row.skipped:
            continue
        for name in DAYS:
            if not (cell := row.get(name)):
                continue
            try:
                row.values[name] = cells.read_day(cell, order, is_past=name == "date_of_birth").isoformat()
            except ValueError as fault:
                row.refuse(name, str(fault))
                del row.values[name]
