"""Word, Excel, PowerPoint and OpenDocument: their words, in order, as blocks that can be laid out.

Parts are read from the archive one by one, each up to a limit that holds for what comes out, whatever its directory
says. XML is read without entities and document types; nothing that a part points at is fetched.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedxml import DefusedXmlException, ElementTree

from files.office_files import part_names
from files.opening.looking.output import CannotLook

_MOST_PART_BYTES = 32 * 1024 * 1024
_MOST_BLOCKS = 20_000
_MOST_ROWS, _MOST_COLUMNS = 2_000, 40
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
#: A character that XML cannot hold, such as the end of a line in PowerPoint (_x000B_).
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Row:
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    content: bytes


@dataclass(frozen=True)
class NewPage:
    pass


Block = Heading | Paragraph | Row | Picture | NewPage


def blocks(path: Path, content_type: str) -> list[Block]:
    """What a document says, from its beginning."""
    kind = content_type.rpartition(".")[2]
    readers = {"document": _word, "sheet": _excel, "presentation": _slides}
    with path.open("rb") as file:
        if not part_names(file):
            raise CannotLook("its parts are too many or too large")
        try:
            with zipfile.ZipFile(file) as archive:
                read = _open_document if "opendocument" in content_type else readers[kind]
                return [block for block, _count in zip(read(archive), range(_MOST_BLOCKS), strict=False)]
        except (zipfile.BadZipFile, ElementTree.ParseError, DefusedXmlException, NotImplementedError) as fault:
            raise CannotLook(f"it does not open: {type(fault).__name__}") from None


def words_of(found: list[Block]) -> Iterator[str]:
    """The words alone, line by line."""
    for block in found:
        match block:
            case Heading(text) | Paragraph(text):
                yield text
            case Row(cells):
                yield "\t".join(cells)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as part:
            content = part.read(_MOST_PART_BYTES + 1)
    except KeyError:
        raise CannotLook("a part is missing") from None
    except (zlib.error, EOFError, RuntimeError, OSError):
        raise CannotLook("a part is damaged") from None
    if len(content) > _MOST_PART_BYTES:
        raise CannotLook("a part is too large")
    return content


def _tree(archive: zipfile.ZipFile, name: str) -> Any:
    return ElementTree.fromstring(_part(archive, name), forbid_dtd=True)


def _numbered(archive: zipfile.ZipFile, pattern: str) -> list[str]:
    """The parts whose names fit, in the order of their number."""
    found = [(int(hit[1]), name) for name in archive.namelist() if (hit := re.fullmatch(pattern, name))]
    return [name for _number, name in sorted(found)[:500]]


# Office ---------------------------------------------------------------------------------------------------------------
def _word(archive: zipfile.ZipFile) -> Iterator[Block]:
    pictures = _pictures_of(archive, "word/document.xml")
    body = _tree(archive, "word/document.xml").find(f"{_W}body")
    for element in body if body is not None else ():
        if element.tag == f"{_W}tbl":
            for row in element.iter(f"{_W}tr"):
                cells = [" ".join(_runs(p) for p in cell.iter(f"{_W}p")) for cell in row.iterfind(f"{_W}tc")]
                yield Row(tuple(cells[:_MOST_COLUMNS]))
        else:
            for paragraph in element.iter(f"{_W}p"):
                yield from _word_paragraph(paragraph)
                for blip in paragraph.iter(f"{_A}blip"):
                    if (name := pictures.get(blip.get(f"{_R}embed", ""))) is not None:
                        yield Picture(_part(archive, name))


def _word_paragraph(paragraph: Any) -> Iterator[Block]:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = (style.get(f"{_W}val") or "") if style is not None else ""
    if any(b.get(f"{_W}type") == "page" for b in paragraph.iter(f"{_W}br")):
        yield NewPage()
    if text := _runs(paragraph).strip():
        yield Heading(text) if name.lower().startswith(("heading", "title")) else Paragraph(text)


def _runs(paragraph: Any) -> str:
    found = []
    for element in paragraph.iter():
        if element.tag == f"{_W}t":
            found.append(element.text or "")
        elif element.tag == f"{_W}tab":
            found.append("\t")
        elif element.tag in (f"{_W}br", f"{_W}cr"):
            found.append("\n")
        elif element.tag == f"{_W}noBreakHyphen":
            found.append("\u2011")
        elif element.tag == f"{_W}sym" and _ESCAPED.fullmatch(symbol := f"_x{element.get(f'{_W}char')}_"):
            found.append(_plain(symbol))
    return "".join(found)


def _plain(text: str) -> str:
    """`text` with the characters that are written by their numbers; halves of characters are left out."""
    characters = (chr(int(part, 16)) if place % 2 else part for place, part in enumerate(_ESCAPED.split(text)))
    return "".join(part for part in characters if not "\ud800" <= part <= "\udfff")


def _pictures_of(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """The pictures of a part that lie in the same archive, by their id."""
    folder, _slash, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    names = set(archive.namelist())
    if relations not in names:
        return {}
    found = {}
    for relation in _tree(archive, relations).iter(_RELATION):
        target = f"{folder}/{relation.get('Target', '')}"
        is_picture = relation.get("Type", "").endswith("/image") and relation.get("TargetMode") != "External"
        if is_picture and target in names:
            found[relation.get("Id", "")] = target
    return found


def _slides(archive: zipfile.ZipFile) -> Iterator[Block]:
    for name in _numbered(archive, r"ppt/slides/slide(\d{1,6})\.xml"):
        yield NewPage()
        is_first = True
        for paragraph in _tree(archive, name).iter(f"{_A}p"):
            if text := _drawn(paragraph).strip():
                yield Heading(text) if is_first else Paragraph(text)
                is_first = False


def _drawn(element: Any) -> str:
    """The text of a paragraph on a slide, or of a cell."""
    found = []
    for part in element.iter():
        if part.tag in (f"{_A}t", f"{_S}t"):
            found.append(_plain(part.text or ""))
        elif part.tag == f"{_A}br":
            found.append("\n")
    return "".join(found)


def _excel(archive: zipfile.ZipFile) -> Iterator[Block]:
    shared: list[str] = []
    if "xl/sharedStrings.xml" in archive.namelist():
        for item in _tree(archive, "xl/sharedStrings.xml").iter(f"{_S}si"):
            shared.append(_drawn(item))
    sheets = [sheet.get("name", "") for sheet in _tree(archive, "xl/workbook.xml").iter(f"{_S}sheet")]
    for place, name in enumerate(_numbered(archive, r"xl/worksheets/sheet(\d{1,6})\.xml")):
        yield NewPage()
        if place < len(sheets) and sheets[place]:
            yield Heading(sheets[place])
        rows = _tree(archive, name).iter(f"{_S}row")
        for row, _count in zip(rows, range(_MOST_ROWS), strict=False):
            cells = [_cell(cell, shared) for cell, _c in zip(row.iter(f"{_S}c"), range(_MOST_COLUMNS), strict=False)]
            if any(cells):
                yield Row(tuple(cells))


def _cell(cell: Any, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return _drawn(cell)
    value = cell.find(f"{_S}v")
    text = (value.text or "") if value is not None else ""
    if cell.get("t") == "s":
        return shared[int(text)] if text.isdecimal() and len(text) < 8 and int(text) < len(shared) else ""
    return text


# OpenDocument ---------------------------------------------------------------------------------------------------------
def _open_document(archive: zipfile.ZipFile) -> Iterator[Block]:
    names = set(archive.namelist())
    in_rows: set[Any] = set()
    for element in _tree(archive, "content.xml").iter():
        if element.tag in (f"{_DRAW}page", f"{_TABLE}table"):
            yield NewPage()
            if element.tag == f"{_TABLE}table" and (name := element.get(f"{_TABLE}name")):
                yield Heading(name)
        elif element.tag == f"{_TABLE}table-row":
            cells = []
            for cell in element.iterfind(f"{_TABLE}table-cell"):
                paragraphs = list(cell.iter(f"{_TEXT}p"))
                in_rows.update(paragraphs)
                cells.append(" ".join(_flowing(paragraph) for paragraph in paragraphs))
            if any(cells):
                yield Row(tuple(cells[:_MOST_COLUMNS]))
        elif element.tag in (f"{_TEXT}h", f"{_TEXT}p") and element not in in_rows:
            if text := _flowing(element).strip():
                yield Heading(text) if element.tag == f"{_TEXT}h" else Paragraph(text)
        elif element.tag == f"{_DRAW}image" and element.get(_XLINK, "") in names:
            yield Picture(_part(archive, element.get(_XLINK)))


def _flowing(element: Any) -> str:
    """The text of a paragraph, with its spaces, tabs and line breaks."""
    found = []
    for part in element.iter():
        if part.tag == f"{_TEXT}tab":
            found.append("\t")
        elif part.tag == f"{_TEXT}line-break":
            found.append("\n")
        elif part.tag == f"{_TEXT}s":
            found.append(" ")
        found.append(part.text or "")
        if part is not element:
            found.append(part.tail or "")
    return "".join(found)
