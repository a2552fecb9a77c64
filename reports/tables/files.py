"""A table as a file: CSV (RFC 4180), or a spreadsheet with typed cells and a sheet that says what the numbers are."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _

from reports.pictures import Cell
from reports.tables import spreadsheet as spreadsheets
from reports.tables.columns import as_written
from reports.tables.csv_safety import cell


@dataclass(frozen=True)
class TableFile:
    """A table to be written.

    Attributes:
        name: of the file, without its ending.
        about: what the numbers are of and when: a line each, on the spreadsheet’s second sheet.
        above: lines above the table in the CSV file, where it says these as well.
    """

    name: str
    title: str
    about: Sequence[str]
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    above: Sequence[str] = field(default=())

    def spreadsheet(self) -> IO[bytes]:
        """The file, to be read from its beginning and closed."""
        return spreadsheets.written(self.title, self.about, _("About"), self.headings, self.rows)

    def lines(self) -> Iterator[str]:
        """The CSV file line by line, so that memory does not grow with it.

        It begins with a byte order mark: Excel takes a file without one for the local code page, and spoils names with
        accents.
        """
        writer = csv.writer(_Line())
        above: list[Sequence[Cell]] = [[line] for line in self.above]
        first = "\ufeff"
        for row in (*above, *([[]] if above else []), self.headings):
            yield first + writer.writerow([cell(value) for value in row])
            first = ""
        for row in self.rows:
            yield writer.writerow([cell(as_written(value)) for value in row])


class _Line:
    """What csv writes to: gives each line back."""

    def write(self, text: str) -> str:
        return text
