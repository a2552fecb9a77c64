"""The cohort as a CSV file (RFC 4180), and as a spreadsheet."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship
from core.links import path_to
from reports.cohorts.cohort import COLUMNS, Column
from reports.pictures import Cell
from reports.tables import spreadsheet as spreadsheets
from reports.tables.csv_safety import cell

#: How many rows are in memory at once.
CHUNK_SIZE = 500


class _Line:
    """What csv writes to: gives each line back."""

    def write(self, text: str) -> str:
        return text


_FIELDS = tuple(dict.fromkeys(column.reads[0] for column in COLUMNS))


def lines(rows: QuerySet[Apprenticeship], full_address: Callable[[str], str]) -> Iterator[str]:
    """The file line by line, so that memory does not grow with it: every column, and the page of each learner.

    It begins with a byte order mark: Excel takes a file without one for the local code page, and spoils names with
    accents. `full_address` makes the path of a page into its address.
    """
    writer = csv.writer(_Line())
    headings = [f"{column.heading} {column.unit}".strip() for column in COLUMNS]
    yield "\ufeff" + writer.writerow([*headings, _("Page")])
    for pk, *values in rows.values_list("pk", *_FIELDS).iterator(chunk_size=CHUNK_SIZE):
        learner = dict(zip(_FIELDS, values, strict=True))
        # Two people can have one name: the page's address tells them apart.
        page = full_address(path_to("coverage", pk))
        yield writer.writerow([cell(value) for value in [*(_value(column, learner) for column in COLUMNS), page]])


def spreadsheet(rows: QuerySet[Apprenticeship], full_address: Callable[[str], str], about: Sequence[str]) -> IO[bytes]:
    """The same rows and columns as a spreadsheet with typed cells. `about` says what they are of."""
    headings = [f"{column.heading} {column.unit}".strip() for column in COLUMNS]
    found = rows.values_list("pk", *_FIELDS).iterator(chunk_size=CHUNK_SIZE)
    return spreadsheets.written(
        _("Learners"), about, _("About"), [*headings, _("Page")], (_typed_row(row, full_address) for row in found)
    )


def _typed_row(row: tuple[Any, ...], full_address: Callable[[str], str]) -> list[Cell]:
    pk, *values = row
    learner = dict(zip(_FIELDS, values, strict=True))
    return [*(_typed(column, learner) for column in COLUMNS), full_address(path_to("coverage", pk))]


def _value(column: Column, learner: dict[str, Any]) -> object:
    """What a column holds of a learner: a day as in ISO 8601, a share with one decimal, a code in words."""
    value = _typed(column, learner)
    return value.isoformat() if isinstance(value, date) else value


def _typed(column: Column, learner: dict[str, Any]) -> Any:
    """The same with days as days."""
    value = learner[column.reads[0]]
    if column.words is not None:
        said = column.words.get(value)
        return None if said is None else str(said)
    match value:
        case datetime():
            return timezone.localtime(value).date()
        case float():
            return round(value, 1)
    return value
