"""What a PDF or a picture may hold beside what is seen of it, and why that is not taken in.

A PDF can run scripts, start programs and carry files. A picture can be followed by, or hold, something that is also an
archive, a page or a program. Files are read through once, in chunks, without being decoded; in a PDF the packed lists
of objects are unpacked, up to a limit.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from files.signatures import MAX_PARTS, length_of, read_at

#: What is found, for the message.
SCRIPT, LAUNCH, CARRIED, FORM, TWOFOLD, FLOOD = "script", "launch", "carried", "form", "twofold", "flood"
CALLS = "calls"

#: More than the largest camera of a phone takes. Whoever opened such a picture would run out of memory.
MOST_PIXELS = 250_000_000

_CHUNK_BYTES, _OVERLAP = 1024 * 1024, 4_096
_MOST_LIST_BYTES, _MOST_LISTS, _MOST_LISTS_BYTES = 8 * 1024 * 1024, 20_000, 64 * 1024 * 1024

# Between two words of a PDF may be space and comments.
_GAP = rb"(?:[\0\t\n\f\r ]|%[^\r\n]{0,200}[\r\n]){0,64}"
_POINTER = rb"\d{1,10}[\0\t\n\f\r ]{1,8}\d{1,5}[\0\t\n\f\r ]{1,8}R"
_VALUE = rb"(?:<<|\[|" + _POINTER + rb")"
_END = rb"(?![A-Za-z0-9_])"
#: Words count only where they stand for an act: a title may well say “HTML/CSS/JavaScript”.
_ACTS = (
    (
        SCRIPT,
        re.compile(
            rb"/S%b/JavaScript%b|/JavaScript%b%b|\bobj%b/JavaScript%b|/JS%b(?:[(<]%b[\xfe\xff\\\x20-\x7e\r\n\t]{4}|%b)"
            % (_GAP, _END, _GAP, _VALUE, _GAP, _END, _GAP, _GAP, _POINTER)
        ),
    ),
    (LAUNCH, re.compile(rb"/S%b/(?:Launch|ImportData|GoToE)%b|\bobj%b/Launch%b" % (_GAP, _END, _GAP, _END))),
    (
        CARRIED,
        re.compile(
            rb"/Type%b/EmbeddedFile%b|/EmbeddedFiles%b%b|/EF%b%b|/Subtype%b/(?:FileAttachment|RichMedia)%b|"
            rb"/RichMedia(?:Content|Settings)%b%b" % (_GAP, _END, _GAP, _VALUE, _GAP, _VALUE, _GAP, _END, _GAP, _VALUE)
        ),
    ),
    (FORM, re.compile(rb"/XFA%b%b" % (_GAP, _VALUE))),
)
_WRITTEN_OUT = re.compile(rb"#([0-9A-Fa-f]{2})")
#: The kind of stream that holds a packed list of objects, each letter plain or written out.
_LIST = re.compile(b"/" + b"".join(rb"(?:%c|#%02x)" % (letter, letter) for letter in b"ObjStm") + _END)
_STREAM = re.compile(rb"stream\r?\n")

#: How other formats begin. None of these is in a picture by chance, nor in the details that cameras and programs write.
_ANOTHER = re.compile(
    rb"<(?:script|html|head|body|iframe|svg)[\s>]|<!doctype html|<\?php|PK\x03\x04[\n\x14\x2d]\0|Rar!\x1a\x07|"
    rb"7z\xbc\xaf\x27\x1c|%PDF-[12]\.|This program cannot be run|\x7fELF[\x01\x02][\x01\x02]\x01\0|"
    rb"\xca\xfe\xba\xbe\0\0\0[\x2d-\x45]\0",
    re.IGNORECASE,
)
_CALL = re.compile(rb"(?:^|[,;\t\"\n\r])[ \"']{0,8}[=+\-@][^\n\r]{0,200}?\w\|[ ]{0,4}'")
_HEIC_SIZE = re.compile(rb"ispe\0\0\0\0(.{8})", re.DOTALL)
_ARCHIVE_END = b"PK\x05\x06"
_ARCHIVE_END_BYTES = 22 + 65_535


def found_in_pdf(file: BinaryIO) -> str | None:
    """What of these a PDF holds; None if nothing."""
    if what := found_beside(file):
        return what
    end = length_of(file)
    tail = read_at(file, max(end - 65_536, 0), 65_536)
    if _ANOTHER.search(tail[tail.rfind(b"%%EOF") :]) or _ANOTHER.search(read_at(file, 8, 64)):
        return TWOFOLD
    left = _MOST_LISTS_BYTES
    lists = 0
    for offset, chunk in _chunks(file):
        plain = _WRITTEN_OUT.sub(_one_byte, chunk) if b"#" in chunk else chunk
        if what := _act(plain):
            return what
        for match in _LIST.finditer(chunk):
            lists += 1
            if left <= 0 or lists > _MOST_LISTS:
                break
            unpacked = _unpacked(file, offset + match.end(), left)
            left -= len(unpacked)
            if what := _act(_WRITTEN_OUT.sub(_one_byte, unpacked)):
                return what
    return None


def found_in_picture(file: BinaryIO) -> str | None:
    """Whether a picture is something else as well, or far larger than it can be shown."""
    if any(width * height > MOST_PIXELS for width, height in _sizes(file)):
        return FLOOD
    return found_beside(file) or (TWOFOLD if any(_ANOTHER.search(chunk) for _at, chunk in _chunks(file)) else None)


def found_in_table(file: BinaryIO) -> str | None:
    """Whether a table of text has a formula that calls another program, as some spreadsheets do when they open it."""
    # Without the zero bytes of UTF-16; a cell begins after a separator.
    is_calling = any(_CALL.search(chunk.replace(b"\0", b"")) for _at, chunk in _chunks(file))
    return CALLS if is_calling else found_beside(file)


def found_beside(file: BinaryIO) -> str | None:
    """Whether a file that is no archive ends like one: programs that unpack look there."""
    tail = read_at(file, max(length_of(file) - _ARCHIVE_END_BYTES, 0), _ARCHIVE_END_BYTES)
    at = tail.rfind(_ARCHIVE_END)
    return TWOFOLD if 0 <= at <= len(tail) - 22 else None


def _sizes(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Width and height as the picture's header says, by whichever of the accepted formats it has."""
    start = read_at(file, 0, 30).ljust(30, b"\0")
    if start.startswith(b"\x89PNG"):
        yield struct.unpack(">II", start[16:24])
    elif start.startswith(b"GIF8"):
        yield struct.unpack("<HH", start[6:10])
    elif start[8:16] == b"WEBPVP8X":
        yield int.from_bytes(start[24:27], "little") + 1, int.from_bytes(start[27:30], "little") + 1
    elif start.startswith(b"\xff\xd8"):
        yield from _jpeg_sizes(file)
    elif start[4:8] == b"ftyp":
        for match in _HEIC_SIZE.finditer(read_at(file, 0, _CHUNK_BYTES)):
            yield struct.unpack(">II", match[1])


def _jpeg_sizes(file: BinaryIO) -> Iterator[tuple[int, int]]:
    offset = 2
    for _step in range(MAX_PARTS):
        header = read_at(file, offset, 9)
        if len(header) < 9 or header[0] != 0xFF or header[1] == 0xDA:
            return
        if header[1] == 0xFF:
            offset += 1
            continue
        if 0xC0 <= header[1] <= 0xCF and header[1] not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", header[5:9])
            yield width, height
        offset += 2 + int.from_bytes(header[2:4], "big")


def _act(content: bytes) -> str | None:
    return next((what for what, pattern in _ACTS if pattern.search(content)), None)


def _one_byte(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)])


def _unpacked(file: BinaryIO, offset: int, most: int) -> bytes:
    """What a packed list of objects holds, as far as it goes; nothing where it is packed in another way."""
    content = read_at(file, offset, _MOST_LIST_BYTES)
    start = _STREAM.search(content, 0, 4_096)
    if start is None:
        return b""
    packed = content[start.end() :]
    if b"/FlateDecode" not in content[: start.start()] and b"/Fl" not in content[: start.start()]:
        # The filter may stand before the word for the list.
        before = read_at(file, max(offset - 1_024, 0), min(1_024, offset))
        if b"/Fl" not in before[before.rfind(b" obj") :]:
            return b""
    try:
        return zlib.decompressobj().decompress(packed, min(most, _MOST_LIST_BYTES))
    except zlib.error:
        return b""


def _chunks(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The whole file in stretches that overlap, each with its offset."""
    offset, end = 0, length_of(file)
    while offset < end:
        yield offset, read_at(file, offset, _CHUNK_BYTES + _OVERLAP)
        offset += _CHUNK_BYTES
