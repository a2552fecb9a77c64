"""Telling Word, Excel, PowerPoint and OpenDocument files from other zip archives, by the archive's directory alone."""

import struct
import zipfile
from collections.abc import Callable
from typing import BinaryIO

from files.signatures import length_of, read_at

MAX_PARTS = 5_000
MAX_DIRECTORY_BYTES = 1024 * 1024
MAX_UNPACKED_BYTES = 500 * 1024 * 1024
MAX_UNPACKED_RATIO = 100
#: Below this a ratio says nothing: an almost empty sheet packs very well.
SMALL_UNPACKED_BYTES = 10 * 1024 * 1024
#: Where macros are kept: Visual Basic and Excel 4 sheets in Office files, Basic and scripts in OpenDocument.
MACRO_MARKS = ("vbaproject", "vbadata", "xl/macrosheets/", "xl/dialogsheets/")
OPEN_DOCUMENT_MACRO_FOLDERS = ("basic/", "scripts/")


def is_office(*main_parts: str) -> Callable[[BinaryIO], bool]:
    """A check for an Office file that has these parts and no macros."""

    def check(file: BinaryIO) -> bool:
        names = part_names(file)
        wanted = {"[content_types].xml", "_rels/.rels", *main_parts}
        return wanted <= names and not any(mark in name for mark in MACRO_MARKS for name in names)

    return check


def is_open_document(kind: str) -> Callable[[BinaryIO], bool]:
    """A check for an OpenDocument file of this kind, without macros and not locked with a password.

    Its first part is the uncompressed word for what it is, which is read at its fixed place.
    """
    media_type = f"application/vnd.oasis.opendocument.{kind}".encode()

    def check(file: BinaryIO) -> bool:
        if read_at(file, 30, 8 + len(media_type) + 2) != b"mimetype" + media_type + b"PK":
            return False
        names = part_names(file)
        return (
            {"mimetype", "content.xml", "meta-inf/manifest.xml"} <= names
            and "encrypted-package" not in names
            and not any(name.startswith(OPEN_DOCUMENT_MACRO_FOLDERS) for name in names)
        )

    return check


def has_macros(file: BinaryIO) -> bool:
    """Whether an Office or OpenDocument file holds macros: for saying why it was refused."""
    return any(
        mark in name or name.startswith(OPEN_DOCUMENT_MACRO_FOLDERS)
        for mark in MACRO_MARKS
        for name in part_names(file)
    )


def is_locked_or_old(file: BinaryIO) -> bool:
    """Whether it is the container of Office files that are locked with a password, or from before 2007."""
    return read_at(file, 0, 8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def part_names(file: BinaryIO) -> set[str]:
    """The names of an archive's parts, in lower case; none where it is not a plain, whole and moderate zip archive."""
    if not _has_small_directory(file):
        return set()
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError, OSError):
        return set()
    unpacked_bytes = sum(part.file_size for part in parts)
    too_much = max(SMALL_UNPACKED_BYTES, min(MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO * length_of(file)))
    is_encrypted = any(part.flag_bits & 1 for part in parts)
    if len(parts) > MAX_PARTS or unpacked_bytes > too_much or is_encrypted:
        return set()
    return {part.filename.lower() for part in parts}


def _has_small_directory(file: BinaryIO) -> bool:
    """Whether it starts as an archive, and ends with a directory of moderate length.

    `zipfile` reads a directory of any declared length into memory, so the declaration is read first. An archive with
    a comment or in the 64-bit form, which no Office program writes, is not one of ours.
    """
    end = read_at(file, max(length_of(file) - 42, 0), 42)
    return (
        read_at(file, 0, 4) == b"PK\x03\x04"
        and end[:4] != b"PK\x06\x07"
        and end[20:24] == b"PK\x05\x06"
        and end[40:] == b"\0\0"
        and int.from_bytes(end[32:36], "little") <= MAX_DIRECTORY_BYTES
    )
