"""The numbers of a picture: as a table of the page, and as a file."""

import csv
from io import StringIO
from typing import Any

from django.http import HttpResponse
from django.utils.html import escape
from django.utils.safestring import SafeString

from core.readable import readable
from pages.pictures.shapes import number
from reports.pictures import Cell, Picture
from reports.tables.csv_safety import cell


def drawn_table(picture: Picture) -> SafeString:
    """The table, in which each row leads to the rows behind it."""
    table = picture.table()
    addresses = table.addresses or [""] * len(table.rows)
    head = "".join(f'<th scope="col"{_number(place)}>{escape(said)}</th>' for place, said in enumerate(table.headings))
    rows = "".join(_row(row, address) for row, address in zip(table.rows, addresses, strict=True))
    return SafeString(
        f'<div class="table-frame" tabindex="0" role="group" aria-label="{escape(picture.title)}">'
        f'<table class="table"><caption class="visually-hidden">{escape(picture.title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _number(place: int) -> str:
    return ' class="number"' if place else ""


def _row(row: list[Cell], address: str) -> str:
    first = escape(_said(row[0]))
    if address:
        first = SafeString(f'<a href="{escape(address)}">{first}</a>')
    cells = "".join(f"<td{_number(not isinstance(value, str))}>{escape(_said(value))}</td>" for value in row[1:])
    return f'<tr><th scope="row">{first}</th>{cells}</tr>'


def _said(value: Cell) -> str:
    if value is None:
        return "–"
    return number(value) if isinstance(value, int | float) else readable(str(value))


def as_file(picture: Picture) -> HttpResponse:
    """The numbers as CSV, with what they are about in the first lines."""
    table = picture.table()
    written = StringIO()
    writer = csv.writer(written)
    lines: list[list[Any]] = [[picture.title], [picture.description], [], list(table.headings), *table.rows]
    writer.writerows([cell(value) for value in line] for line in lines)
    response = HttpResponse(f"\ufeff{written.getvalue()}", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{picture.name}.csv"'
    return response
