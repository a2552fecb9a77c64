"""A table as a spreadsheet (Office Open XML): typed cells, a header that stays in sight, a sheet that says what it is.

Text is written as text, so nothing that somebody typed is ever a formula. Rows are written as they come.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import IO
from xml.sax.saxutils import escape

from reports.pictures import Cell

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Excel counts days from here, and believes that 1900 was a leap year.
_FIRST_DAY = date(1899, 12, 30)
#: XML 1.0 cannot hold these.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Excel takes no more in a cell.
_LONGEST = 32_000
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.worksheet+xml"/>'
            for n in (1, 2)
        )
        + "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="r3" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
    ),
    # Plain, bold, and a day.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/>'
        '</font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
        'patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/>'
        '</cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" '
        'applyNumberFormat="1"/></cellXfs></styleSheet>'
    ),
}


def written(
    title: str, about: Sequence[str], about_name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> IO[bytes]:
    """The file, to be read from its beginning and closed. Memory does not grow with the rows.

    Args:
        title: of the sheet with the table.
        about: what the numbers are, of whom, and when: each a line of the second sheet.
        about_name: of that sheet.
    """
    # Whoever sends it closes it.
    file = SpooledTemporaryFile(max_size=2 * 1024 * 1024)  # noqa: SIM115
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as whole:
        for name, content in _PARTS.items():
            whole.writestr(name, _HEAD + content)
        sheets = "".join(
            f'<sheet name="{_text(name)[:31]}" sheetId="{n}" r:id="r{n}"/>'
            for n, name in enumerate((title, about_name), 1)
        )
        whole.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>',
        )
        with whole.open("xl/worksheets/sheet1.xml", "w") as sheet:
            _write(sheet, headings, rows)
        with whole.open("xl/worksheets/sheet2.xml", "w") as sheet:
            _write(sheet, [title], [[line] for line in about])
    file.seek(0)
    return file


def _write(sheet: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet.write(
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'.encode()
    )
    sheet.write(f"<row>{''.join(_as_text(heading, 1) for heading in headings)}</row>".encode())
    for row in rows:
        sheet.write(f"<row>{''.join(map(_cell, row))}</row>".encode())
    sheet.write(b"</sheetData></worksheet>")


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool | int | float):
        return f"<c><v>{value + 0}</v></c>"
    if isinstance(value, date):
        return f'<c s="2"><v>{(value - _FIRST_DAY).days}</v></c>'
    return _as_text(str(value))


def _as_text(value: str, style: int = 0) -> str:
    css = f' s="{style}"' if style else ""
    return f'<c{css} t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'


def _text(value: object) -> str:
    return escape(_NOT_IN_XML.sub("", str(value))[:_LONGEST], {'"': "&quot;"})
