"""The first sheet of an Excel workbook as rows of text: dates as ISO days, and codes with the zeros that they show."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse
from django.utils.translation import gettext as _

from apprenticeships.importing.columns import MOST_COLUMNS
from apprenticeships.importing.reading import MOST_ROWS, Reading, Refused
from apprenticeships.importing.tables import Numbered, read_table
from files.office_files import is_locked_or_old, part_names

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
#: The number formats of days that every workbook has (ECMA-376 part 1, 18.8.30).
_BUILT_IN_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_PLACE = re.compile(r"([A-Z]{1,3})[0-9]+")
_ZEROS = re.compile(r"0{2,20}")
#: An empty sheet may claim a million rows.
_MOST_EMPTY = 1_000


def read_xlsx(content: bytes) -> Reading:
    """The learners of a workbook's first sheet.

    Raises:
        Refused: it is locked, damaged or no workbook, or no table of learners.
    """
    stream = BytesIO(content)
    if is_locked_or_old(stream):
        raise Refused(
            _("This workbook is locked with a password, or in the format from before 2007. Save it as .xlsx or CSV.")
        )
    if "xl/workbook.xml" not in part_names(stream):
        raise Refused(_("This is not an Excel workbook that we can open. Save it again as .xlsx or CSV."))
    try:
        with zipfile.ZipFile(stream) as archive:
            return read_table(_Workbook(archive).rows(), "xlsx")
    except (zipfile.BadZipFile, DefusedXmlException, SyntaxError, KeyError, ValueError, NotImplementedError) as fault:
        # SyntaxError: what the XML parser raises.
        raise Refused(_("This Excel workbook is damaged. Save it again as .xlsx or CSV.")) from fault


class _Workbook:
    """What is needed of a workbook to show the cells of its first sheet as a person sees them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = {name.lower(): name for name in archive.namelist()}
        book = self._tree("xl/workbook.xml")
        properties = book.find(f"{_MAIN}workbookPr")
        counts_from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self.first_day = date(1904, 1, 1) if counts_from_1904 else date(1899, 12, 30)
        sheets = book.find(f"{_MAIN}sheets")
        relation = next(iter(sheets)).get(_RELATION) if sheets is not None and len(sheets) else None
        self.sheet = self._path_of(relation)
        self.texts = self._texts()
        self.formats = self._formats()

    def _tree(self, name: str) -> Any:
        return fromstring(self.archive.read(self.names[name.lower()]))

    def _path_of(self, relation: str | None) -> str:
        for one in self._tree("xl/_rels/workbook.xml.rels"):
            if one.get("Id") == relation:
                target = str(one.get("Target"))
                return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        raise KeyError(relation)

    def _texts(self) -> list[str]:
        """The texts that cells share."""
        if "xl/sharedstrings.xml" not in self.names:
            return []
        return [_text_of(one) for one in self._tree("xl/sharedStrings.xml").iter(f"{_MAIN}si")]

    def _formats(self) -> list[str]:
        """Of each style: "day", so many zeros as a number is filled up with, or nothing."""
        if "xl/styles.xml" not in self.names:
            return []
        styles = self._tree("xl/styles.xml")
        own = {int(one.get("numFmtId", 0)): one.get("formatCode", "") for one in styles.iter(f"{_MAIN}numFmt")}
        found = styles.find(f"{_MAIN}cellXfs")
        return [_kind_of(int(style.get("numFmtId", 0)), own) for style in (found if found is not None else ())]

    def rows(self) -> Iterator[Numbered]:
        """Every row of the sheet that has a cell, with its number."""
        empty = 0
        number = 0
        with self.archive.open(self.names[self.sheet.lower()]) as part:
            for _event, element in iterparse(part):
                if element.tag != f"{_MAIN}row":
                    continue
                number = int(element.get("r") or number + 1)
                cells: list[str] = []
                for cell in element.iter(f"{_MAIN}c"):
                    place = _column_of(cell.get("r") or "", len(cells))
                    if place < MOST_COLUMNS:
                        cells += [""] * (place + 1 - len(cells))
                        cells[place] = self._shown(cell)
                element.clear()
                empty = 0 if any(cells) else empty + 1
                if empty > _MOST_EMPTY or number > 50 * MOST_ROWS:
                    return
                yield number, cells

    def _shown(self, cell: Any) -> str:
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            return _text_of(cell)
        value = cell.findtext(f"{_MAIN}v") or ""
        if kind == "s":
            return self.texts[int(value)]
        if kind == "n" and value:
            return self._number(value, int(cell.get("s") or 0))
        if kind == "d":
            return value[:10]
        return "" if kind == "e" else value

    def _number(self, value: str, style: int) -> str:
        number = float(value)
        shown_as = self.formats[style] if style < len(self.formats) else ""
        if shown_as == "day" and 0 <= number < 110_000:
            return (self.first_day + timedelta(days=int(number))).isoformat()
        if number != int(number):
            return repr(number)
        return str(int(number)).zfill(len(shown_as)) if shown_as.startswith("0") else str(int(number))


def _text_of(element: Any) -> str:
    """All of a text with several styles, without the reading aids beside it."""
    parts = []
    for child in element.iter():
        if child.tag == f"{_MAIN}rPh":
            child.clear()
        elif child.tag == f"{_MAIN}t":
            parts.append(child.text or "")
    return "".join(parts)


def _kind_of(number: int, own: dict[int, str]) -> str:
    if number in own:
        code = _QUOTED.sub("", own[number].partition(";")[0]).lower()
        if _ZEROS.fullmatch(code):
            return code
        return "day" if any(letter in code for letter in "dy") and "general" not in code else ""
    return "day" if number in _BUILT_IN_DAYS else ""


def _column_of(place: str, otherwise: int) -> int:
    """Which column a cell stands in, from 0."""
    found = _PLACE.fullmatch(place)
    if not found:
        return otherwise
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1
