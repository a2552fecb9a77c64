"""The numbers of a picture: as a table of the page, and as a file."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.html import escape
from django.utils.safestring import SafeString

from core.readable import readable
from pages.pictures.shapes import number
from pages.table_files import table_file
from reports.pictures import Cell, Picture, named
from reports.tables.files import TableFile


def drawn_table(picture: Picture) -> SafeString:
    """The table, in which each row leads to the rows behind it."""
    table = picture.table()
    addresses = table.addresses or [""] * len(table.rows)
    texts = {place for row in table.rows for place, value in enumerate(row) if isinstance(value, str)} | {0}
    head = "".join(
        f'<th scope="col"{_number(place not in texts)}>{escape(said)}</th>' for place, said in enumerate(table.headings)
    )
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


def asked_file(request: HttpRequest, pictures: Sequence[Picture]) -> HttpResponseBase | None:
    """The file of the picture that the address names after `csv` or `xlsx`; None if it asks for no file.

    Raises:
        Http404: there is no picture of that name.
    """
    for ending in ("csv", "xlsx"):
        if ending in request.GET:
            picture = named(pictures, request.GET[ending])
            if picture is None:
                raise Http404
            return table_file(as_table(picture), ending)
    return None


def as_table(picture: Picture) -> TableFile:
    """The numbers to be written, with what they are about."""
    table, about = picture.table(), [picture.title, picture.description]
    return TableFile(picture.name, picture.title, about, table.headings, table.rows, above=about)
