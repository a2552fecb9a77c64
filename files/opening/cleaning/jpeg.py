"""JPEG: keeps what a decoder needs, the colour profile, which way up and when; nothing behind the picture's end."""

import re
from typing import BinaryIO

from files.opening.cleaning import exif
from files.opening.cleaning.pieces import (
    DEVICE,
    HIDDEN,
    NOTES,
    THUMBNAIL,
    CannotClean,
    Cleaned,
    Piece,
    Stretch,
    names_in,
)
from files.signatures import MAX_PARTS, length_of, read_at

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
#: Frames, tables, restarts and lengths of lines: what is decoded.
_DECODED = {*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF}
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_CHUNK_BYTES = 1024 * 1024


def clean(file: BinaryIO) -> Cleaned:
    """The same picture, bit by bit, without its details."""
    made, details = Cleaned(), exif.Exif()
    end = length_of(file)
    made.keep(0, 2)
    offset = 2
    for _step in range(MAX_PARTS):
        header = read_at(file, offset, 4)
        if len(header) < 2 or header[0] != 0xFF:
            raise CannotClean("a segment does not begin where it should")
        marker = header[1]
        if marker == 0xFF:
            offset += 1
            continue
        if marker == _END:
            made.keep(offset, offset + 2)
            if offset + 2 < end and read_at(file, offset + 2, end - offset - 2).strip(b"\0"):
                made.removed.add(HIDDEN)
            break
        length = int.from_bytes(header[2:], "big")
        if length < 2 or offset + 2 + length > end:
            raise CannotClean("a segment is longer than the file")
        body_at, following = offset + 4, offset + 2 + length
        if marker in _DECODED:
            made.keep(offset, following)
        elif marker == _SCAN:
            following = _end_of_scan(file, following, end)
            made.keep(offset, following)
        else:
            kept, names = _other(file, marker, body_at, following, details)
            made.removed |= names
            if kept:
                made.keep(offset, following)
        offset = following
        if offset >= end:
            # A picture that was cut off shows as far as it goes.
            made.pieces.append(bytes([0xFF, _END]))
            break
    else:
        raise CannotClean("it has too many segments")
    made.removed |= details.names
    if kept_details := details.kept():
        block = b"Exif\0\0" + kept_details
        made.pieces = _with_details(made.pieces, b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block)
    return made


def _with_details(pieces: list[Piece], block: bytes) -> list[Piece]:
    """The pieces with a segment of details right after the first two bytes, where readers look for it."""
    first, *rest = pieces
    assert isinstance(first, Stretch)
    return [Stretch(0, 2), block, Stretch(2, first.end), *rest]


def _other(file: BinaryIO, marker: int, start: int, end: int, details: exif.Exif) -> tuple[bool, set[str]]:
    """Whether to keep a segment that is not decoded, and what of it is gone if not."""
    body = read_at(file, start, end - start)
    if marker == 0xE0 and body.startswith(b"JFIF\0"):
        has_thumbnail = len(body) > 14 and body[12] and body[13]
        return not has_thumbnail, {THUMBNAIL} if has_thumbnail else set()
    if marker == 0xE0 and body.startswith(b"JFXX\0"):
        return False, {THUMBNAIL}
    if marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
        return True, set()
    if marker == 0xEE and body.startswith(b"Adobe"):
        return True, set()
    if marker == 0xE1 and body.startswith(b"Exif\0"):
        read = exif.read(body[6:])
        if not details.taken and details.orientation == 1:
            details.orientation, details.taken, details.taken_offset = read.orientation, read.taken, read.taken_offset
        details.names |= read.names
        return False, set()
    if marker == 0xE1:
        return False, names_in(body)
    if marker == 0xE2 and body.startswith(b"MPF\0"):
        return False, {THUMBNAIL}
    if marker == 0xFE:
        return False, {NOTES}
    return False, {DEVICE} if 0xE1 <= marker <= 0xEF else {NOTES}


def _end_of_scan(file: BinaryIO, offset: int, end: int) -> int:
    """Where the next segment begins after the picture data at `offset`."""
    while offset < end:
        chunk = read_at(file, offset, _CHUNK_BYTES)
        if hit := _MARKER.search(chunk):
            return offset + hit.start()
        if len(chunk) < _CHUNK_BYTES:
            return end
        offset += len(chunk) - 1
    return end
