"""PNG: keeps the chunks that make the picture and its colours, and which way up and when."""

import struct
import zlib
from typing import BinaryIO

from files.opening.cleaning import exif
from files.opening.cleaning.pieces import HIDDEN, NOTES, CannotClean, Cleaned, names_in
from files.signatures import MAX_PARTS, length_of, read_at

_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"}
_KEPT |= {b"hIST", b"acTL", b"fcTL", b"fdAT", b"cICP", b"mDCV", b"cLLI"}
_LONGEST_DETAILS = 1024 * 1024


def clean(file: BinaryIO) -> Cleaned:
    """The same picture without texts, details, and whatever stands behind it."""
    made, end, offset = Cleaned(), length_of(file), 8
    made.keep(0, 8)
    for _step in range(MAX_PARTS):
        header = read_at(file, offset, 8)
        if len(header) < 8:
            raise CannotClean("it ends before its last chunk")
        length, kind = struct.unpack(">I4s", header)
        following = offset + 12 + length
        if following > end:
            raise CannotClean("a chunk is longer than the file")
        if kind in _KEPT:
            made.keep(offset, following)
        elif kind == b"eXIf":
            details = exif.read(read_at(file, offset + 8, min(length, _LONGEST_DETAILS)))
            made.removed |= details.names
            if kept := details.kept():
                crc = zlib.crc32(b"eXIf" + kept)
                made.pieces.append(struct.pack(">I4s", len(kept), b"eXIf") + kept + struct.pack(">I", crc))
        elif kind != b"tIME":
            made.removed |= _about(kind, read_at(file, offset + 8, min(length, _LONGEST_DETAILS)))
        offset = following
        if kind == b"IEND":
            if offset < end:
                made.removed.add(HIDDEN)
            return made
    raise CannotClean("it has too many chunks")


def _about(kind: bytes, body: bytes) -> set[str]:
    return names_in(body) if kind in (b"tEXt", b"zTXt", b"iTXt") else {NOTES}
