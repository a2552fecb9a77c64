"""WebP: keeps the picture, its transparency, frames and colours, and which way up and when."""

import struct
from typing import Any, BinaryIO

from files.opening.cleaning import exif
from files.opening.cleaning.pieces import HIDDEN, NOTES, CannotClean, Cleaned, names_in
from files.signatures import MAX_PARTS, length_of, read_at

_KEPT = {b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_HAS_EXIF, _HAS_XMP = 0x08, 0x04
_LONGEST_DETAILS = 1024 * 1024


def clean(file: BinaryIO) -> Cleaned:
    """The same picture without its details, and with a header that says so."""
    file_end = length_of(file)
    end = min(int.from_bytes(read_at(file, 4, 4), "little") + 8, file_end)
    body, details, is_extended = Cleaned(), b"", False
    offset = 12
    for _step in range(MAX_PARTS):
        if offset + 8 > end:
            break
        kind, length = struct.unpack("<4sI", read_at(file, offset, 8))
        following = offset + 8 + length + length % 2
        if offset + 8 + length > end:
            raise CannotClean("a chunk is longer than the file")
        if kind == b"VP8X":
            is_extended = True
        elif kind in _KEPT:
            body.keep(offset, min(following, end))
        elif kind == b"EXIF":
            block = read_at(file, offset + 8, min(length, _LONGEST_DETAILS)).removeprefix(b"Exif\0\0")
            read = exif.read(block)
            body.removed |= read.names
            details = read.kept()
        else:
            content = read_at(file, offset + 8, min(length, _LONGEST_DETAILS))
            body.removed |= names_in(content) if kind == b"XMP " else {NOTES}
        offset = following
    else:
        raise CannotClean("it has too many chunks")
    if file_end > end:
        body.removed.add(HIDDEN)
    return _with_header(file, body, details if is_extended else b"", is_extended=is_extended)


def _with_header(file: BinaryIO, body: Cleaned, details: bytes, *, is_extended: bool) -> Cleaned:
    pieces: list[Any] = []
    if is_extended:
        header = bytearray(read_at(file, 12, 18))
        if header[:4] != b"VP8X":
            raise CannotClean("its header is not at its start")
        header[8] = header[8] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if details else 0)
        pieces.append(bytes(header))
    pieces += body.pieces
    if details:
        pieces.append(struct.pack("<4sI", b"EXIF", len(details)) + details + b"\0" * (len(details) % 2))
    total = sum(len(piece) if isinstance(piece, bytes) else piece.end - piece.start for piece in pieces)
    return Cleaned([b"RIFF" + struct.pack("<I", total + 4) + b"WEBP", *pieces], body.removed)
