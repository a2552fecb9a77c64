"""What Office and OpenDocument files may hold beside words and pictures, and why that is not taken in.

Macros, objects of other programs, commands to them, and content that is fetched from elsewhere when the file is opened.
Parts are unpacked as a stream, so memory does not grow with them; nothing is run and nothing is fetched.
"""

import codecs
import html
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from defusedxml import DefusedXmlException, ElementTree

from files import office_files

#: What is found, for the message. A link that a person clicks on is none of these.
MACROS, OBJECTS, COMMANDS, ELSEWHERE, ODD = "macros", "objects", "commands", "elsewhere", "odd"

_CHUNK_CHARACTERS, _OVERLAP = 256 * 1024, 2_048
#: Lists of relationships and of types are read whole, other parts until so much was read of them all.
_MOST_LIST_BYTES, _MOST_READ_BYTES = 4 * 1024 * 1024, 64 * 1024 * 1024
_MOST_INNER_BYTES = 16 * 1024 * 1024
_DAMAGED = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, struct.error, OverflowError, EOFError)

_PROGRAM = re.compile(
    r"\.(?:exe|dll|com|scr|msi|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|jar|class|sh|php|py|lnk|url|html?|mht|mhtml|svgz|"
    r"docm|dotm|xlsm|xltm|xlam|xlsb|pptm|potm|ppsm|doc|xls|ppt|rtf|zip|rar|7z)$"
)
#: Charts keep their figures as a workbook of their own, which is looked into as well.
_INNER_OFFICE = (".docx", ".xlsx", ".pptx")
_MACRO_TYPES = re.compile(r"macroenabled|vbaproject|vbadata|intlmacrosheet|ms-excel\.macrosheet|dialogsheet", re.I)
_OBJECT_TYPES = re.compile(r"oleobject|activex|ms-office\.vml-?object", re.I)
_OBJECT_RELATIONS = ("/oleobject", "/control", "/activexcontrolbinary", "/afchunk")
_FETCHED_RELATIONS = ("/frame", "/subdocument", "/package")
#: Targets on the device of whoever wrote it: a template's old place, which means nothing on any other.
_LOCAL = re.compile(r"(?!file:)(?![a-z][a-z0-9+.-]+:)(?![\\/]{2})|file:/{0,3}[a-z]:|file:///(?![/\\])(?!\w+[.@])", re.I)

_WORD_COMMANDS = re.compile(r"\bDDE(?:AUTO)?\s|\bINCLUDE(?:PICTURE|TEXT)\s+\\?\"?\s*(?:[a-z]{3,}:|[\\/]{2})", re.I)
_SHEET_COMMANDS = re.compile(
    r"<(?:\w+:)?ddeLink\b|<(?:\w+:)?oleLink\b|<(?:\w+:)?f\b[^>]*>[^<]{0,200}?\w\|(?:'|&apos;)", re.I
)
_SLIDE_COMMANDS = re.compile(r"ppaction://(?:program|macro|ole)", re.I)
_COMMANDS = {"xl": _SHEET_COMMANDS, "ppt": _SLIDE_COMMANDS}
_FIELD = re.compile(r"<(?:\w+:)?instrText\b[^>]*>([^<]*)<|<(?:\w+:)?fldSimple\b[^>]*?\binstr\s*=\s*[\"']([^>]*)>")
_ENTITIES = re.compile(r"<!ENTITY\b", re.I)
_OPEN_MACROS = re.compile(r"vnd\.sun\.star\.script:|<office:script[\s>]|<script:module\b", re.I)
_OPEN_COMMANDS = re.compile(r"<office:dde-source\b|<text:dde-connection-decl\b|<table:dde-link\b|\bDDE\s*\(", re.I)
_OPEN_OBJECTS = re.compile(r"<draw:(?:applet|plugin|floating-frame)\b|application/vnd\.sun\.star\.oleobject", re.I)
_OPEN_ELSEWHERE = re.compile(
    r"<(?:draw:image|draw:object|draw:object-ole|draw:fill-image|text:section-source|table:table-source|"
    r"table:cell-range-source|meta:template|style:background-image|office:settings-source)\b[^>]*?"
    r"xlink:href\s*=\s*[\"']\s*(?:https?:|ftp:|smb:|dav|[\\/]{2}|file:/{0,2}(?![/a-z]:|/)|file:/{4})",
    re.I,
)


def found_in_office(file: BinaryIO) -> str | None:
    """What of these a Word, Excel or PowerPoint file holds; None if nothing."""
    return _found(file, _office_parts)


def found_in_open_document(file: BinaryIO) -> str | None:
    """What of these an OpenDocument file holds; None if nothing."""
    return _found(file, _open_document_parts)


def _found(file: BinaryIO, search, *, depth: int = 0) -> str | None:  # type: ignore[no-untyped-def]
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            names = [part.filename.lower() for part in parts]
            if len(set(names)) < len(names) or any(_leads_out(name) for name in names):
                return ODD
            if any(_PROGRAM.search(name) for name in names):
                return OBJECTS
            return next(search(archive, parts, depth), None)
    except (*_DAMAGED, ElementTree.ParseError, DefusedXmlException, RuntimeError):
        return ODD


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or re.match(r"[a-z]:", name) is not None


def _office_parts(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], depth: int) -> Iterator[str]:
    left = _MOST_READ_BYTES
    for part in sorted(parts, key=lambda part: not part.filename.lower().endswith((".rels", "[content_types].xml"))):
        name = part.filename.lower()
        if name.endswith(".rels"):
            yield from _relations(_whole(archive, part))
        elif name == "[content_types].xml":
            yield from _types(_whole(archive, part))
        elif "/activex/" in name or ("/embeddings/" in name and not name.endswith((*_INNER_OFFICE, "/"))):
            yield OBJECTS
        elif name.endswith(_INNER_OFFICE):
            yield from _inner(archive, part, depth)
        elif name.endswith((".xml", ".vml")) and left > 0:
            left -= part.file_size
            yield from _words(archive, part, name)


def _relations(content: bytes) -> Iterator[str]:
    for relation in ElementTree.fromstring(content, forbid_dtd=True):
        kind, target = relation.get("Type", "").lower(), relation.get("Target", "").strip()
        is_outside = relation.get("TargetMode", "").lower() == "external"
        if kind.endswith("/vbaproject"):
            yield MACROS
        if kind.endswith(_OBJECT_RELATIONS):
            yield OBJECTS
        is_local = not kind.endswith(_FETCHED_RELATIONS) and _LOCAL.match(target)
        if is_outside and not is_local and not kind.endswith("/hyperlink"):
            yield ELSEWHERE


def _types(content: bytes) -> Iterator[str]:
    for entry in ElementTree.fromstring(content, forbid_dtd=True):
        content_type = entry.get("ContentType", "")
        # Word and Excel announce their usual endings in each file, whether there is such a part or not.
        if entry.get("PartName") or entry.get("Extension", "").lower() == "xml":
            if _MACRO_TYPES.search(content_type):
                yield MACROS
            if _OBJECT_TYPES.search(content_type):
                yield OBJECTS


def _inner(archive: zipfile.ZipFile, part: zipfile.ZipInfo, depth: int) -> Iterator[str]:
    if depth or part.file_size > _MOST_INNER_BYTES:
        yield OBJECTS
        return
    with archive.open(part) as packed:
        inner = io.BytesIO(packed.read(_MOST_INNER_BYTES))
    if not office_files.part_names(inner) or office_files.has_macros(inner):
        yield OBJECTS
    elif what := _found(inner, _office_parts, depth=depth + 1):
        yield what


def _words(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> Iterator[str]:
    """Fields of Word, formulas of Excel and buttons of PowerPoint that start another program or fetch something."""
    instruction = ""
    for text in _texts(archive, part):
        if _ENTITIES.search(text):
            yield ODD
        if name.startswith("word/"):
            # One instruction may be spread over many runs of text.
            instruction = (instruction + "".join(map("".join, _FIELD.findall(text))))[-100_000:]
            if _WORD_COMMANDS.search(html.unescape(instruction)):
                yield COMMANDS
        elif (pattern := _COMMANDS.get(name.partition("/")[0])) and pattern.search(text):
            yield COMMANDS


def _open_document_parts(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], depth: int) -> Iterator[str]:
    left = _MOST_READ_BYTES
    for part in parts:
        name = part.filename.lower()
        if not name.endswith((".xml", ".rdf")) or left <= 0:
            continue
        left -= part.file_size
        for text in _texts(archive, part):
            for pattern, what in (
                (_ENTITIES, ODD),
                (_OPEN_MACROS, MACROS),
                (_OPEN_COMMANDS, COMMANDS),
                (_OPEN_OBJECTS, OBJECTS),
                (_OPEN_ELSEWHERE, ELSEWHERE),
            ):
                if pattern.search(text):
                    yield what


def _whole(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    with archive.open(part) as packed:
        content = packed.read(_MOST_LIST_BYTES + 1)
    if len(content) > _MOST_LIST_BYTES:
        raise ValueError("a list of parts has a moderate length")
    return content


def _texts(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[str]:
    """The text of a part in stretches that overlap, so that nothing is missed where two meet."""
    with archive.open(part) as packed:
        start = packed.read(4)
        is_wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in start
        encoding = "utf-8"
        if is_wide:
            encoding = "utf-16" if b"\0" not in start[:1] and start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-be"
            encoding = "utf-16-le" if start[1:2] == b"\0" else encoding
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        tail, chunk = "", start + packed.read(_CHUNK_CHARACTERS)
        while chunk:
            text = tail + decoder.decode(chunk)
            yield text
            tail = text[-_OVERLAP:]
            chunk = packed.read(_CHUNK_CHARACTERS)
