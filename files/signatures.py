"""How files of each allowed format begin and are built: enough to tell what a file is without decoding it.

Each check takes an open file and says whether it has that format. A check reads headers and steps over what lies
between them, so it costs the same for a small file and a large one; nothing is unpacked, decoded or executed. Whether
a decoder can open the file is found out later, in a process of its own.
"""

import codecs
import os
import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

#: A format's parts (segments, chunks, boxes) are walked up to this many; a real file's header lies well before.
MAX_PARTS = 20_000
_CHUNK_BYTES = 256 * 1024


def read_at(file: BinaryIO, offset: int, length: int) -> bytes:
    """The `length` bytes from `offset`, or fewer at the end of the file."""
    file.seek(offset)
    return file.read(length)


def length_of(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


# Photos ---------------------------------------------------------------------------------------------------------------
def is_jpeg(file: BinaryIO) -> bool:
    """Segments up to a frame header and the start of a scan. A phone may append more after the picture."""
    offset, has_frame = 2, False
    if read_at(file, 0, 3) != b"\xff\xd8\xff":
        return False
    for _step in range(MAX_PARTS):
        header = read_at(file, offset, 4)
        if len(header) < 4 or header[0] != 0xFF:
            return False
        marker, length = header[1], int.from_bytes(header[2:], "big")
        if marker == 0xFF:
            offset += 1
            continue
        if marker == 0xDA:
            return has_frame
        if length < 2:
            return False
        has_frame = has_frame or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC))
        offset += 2 + length
    return False


def is_png(file: BinaryIO) -> bool:
    """The signature, a header chunk, picture data and the end chunk."""
    if read_at(file, 0, 16) != b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR":
        return False
    offset, has_data = 8, False
    for _step in range(MAX_PARTS):
        header = read_at(file, offset, 8)
        if len(header) < 8:
            return False
        length, kind = struct.unpack(">I4s", header)
        if kind == b"IEND":
            return has_data
        has_data = has_data or kind == b"IDAT"
        offset += 12 + length
    return has_data


def is_gif(file: BinaryIO) -> bool:
    """The signature, a size, and extensions up to the first picture."""
    header = read_at(file, 0, 13)
    if header[:6] not in (b"GIF87a", b"GIF89a") or len(header) < 13 or not any(header[6:8]) or not any(header[8:10]):
        return False
    offset = 13 + (3 << ((header[10] & 7) + 1) if header[10] & 0x80 else 0)
    in_extension = False
    for _step in range(MAX_PARTS):
        block = read_at(file, offset, 2)
        if in_extension:
            in_extension = block[:1] != b"\0"
            offset += 1 + int.from_bytes(block[:1], "big")
        elif block[:1] == b"!":
            in_extension = True
            offset += 2
        else:
            return block[:1] == b","
    return False


def is_webp(file: BinaryIO) -> bool:
    header = read_at(file, 0, 16)
    return (
        header[:4] == b"RIFF"
        and header[8:15] == b"WEBPVP8"
        and header[15:] in (b" ", b"L", b"X")
        and 12 < int.from_bytes(header[4:8], "little") + 8 <= length_of(file)
    )


def is_heic(file: BinaryIO) -> bool:
    """A HEVC picture in the ISO container, as iPhones take them. AVIF uses the same container and is another format."""
    brands = _iso_brands(file)
    return (
        bool(brands & {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
        and b"avif" not in brands
        and _has_iso_box(file, b"meta")
    )


# Sound and video ------------------------------------------------------------------------------------------------------
_MP4_BRANDS = {
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"M4VH",
    b"dash",
    b"MSNV",
}


def is_mp4(file: BinaryIO) -> bool:
    return bool(_iso_brands(file) & _MP4_BRANDS) and _has_iso_box(file, b"moov")


def is_m4a(file: BinaryIO) -> bool:
    """Sound in the ISO container; many recorders name the general brands only."""
    return bool(_iso_brands(file) & {b"M4A ", b"M4B ", *_MP4_BRANDS}) and _has_iso_box(file, b"moov")


def is_mov(file: BinaryIO) -> bool:
    """QuickTime; files from before brands begin with one of their boxes."""
    is_old = read_at(file, 4, 4) in (b"moov", b"wide", b"mdat")
    return (is_old or b"qt  " in _iso_brands(file)) and _has_iso_box(file, b"moov")


def is_webm(file: BinaryIO) -> bool:
    """EBML whose document type is webm. Matroska is built alike and plays in few browsers."""
    header = read_at(file, 0, 64)
    return header[:4] == b"\x1a\x45\xdf\xa3" and b"\x42\x82\x84webm" in header


def is_ogg(file: BinaryIO) -> bool:
    """A first page that begins a stream of sound."""
    page = read_at(file, 0, 64)
    if page[:5] != b"OggS\0" or len(page) < 28 or not page[5] & 2:
        return False
    packet = page[27 + page[26] :]
    return packet.startswith((b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   "))


def is_wav(file: BinaryIO) -> bool:
    if (header := read_at(file, 0, 12))[:4] != b"RIFF" or header[8:] != b"WAVE":
        return False
    offset, kinds = 12, set()
    for _step in range(100):
        chunk = read_at(file, offset, 8)
        if len(chunk) < 8:
            break
        kinds.add(chunk[:4])
        if {b"fmt ", b"data"} <= kinds:
            return True
        length = int.from_bytes(chunk[4:], "little")
        offset += 8 + length + length % 2
    return False


def is_mp3(file: BinaryIO) -> bool:
    """Two frames of MPEG layer III in a row, after an ID3 tag if there is one."""
    tag, start = read_at(file, 0, 10), 0
    if tag[:3] == b"ID3" and len(tag) == 10 and tag[3] != 0xFF and not any(byte & 0x80 for byte in tag[6:]):
        start = 10 + (tag[6] << 21 | tag[7] << 14 | tag[8] << 7 | tag[9])
    # Some writers leave a gap of zeros between the tag and the first frame.
    window = read_at(file, start, 16 * 1024)
    gap = len(window) - len(window.lstrip(b"\0"))
    length = _mp3_frame_length(window[gap : gap + 4])
    if length is None:
        return False
    following = read_at(file, start + gap + length, 4)
    return _mp3_frame_length(following) is not None


_MP3_KBITS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_HERTZ = (44_100, 48_000, 32_000)


def _mp3_frame_length(header: bytes) -> int | None:
    """Length in bytes of the frame that `header` begins; None where it begins none of layer III."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return None
    version, bit_rate, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or bit_rate in (0, 15) or rate == 3:
        return None
    is_version_1 = version == 3
    hertz = _MP3_HERTZ[rate] >> {3: 0, 2: 1, 0: 2}[version]
    return (144 if is_version_1 else 72) * _MP3_KBITS[is_version_1][bit_rate] * 1000 // hertz + (header[2] >> 1 & 1)


def _iso_boxes(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Offset, length and kind of each outermost box of an ISO container, while they fit together."""
    offset, end = 0, length_of(file)
    for _step in range(MAX_PARTS):
        header = read_at(file, offset, 16)
        if len(header) < 8:
            return
        length, kind = struct.unpack(">I4s", header[:8])
        if length == 1 and len(header) == 16:
            length = int.from_bytes(header[8:], "big")
        elif length == 0:
            length = end - offset
        if length < 8 or offset + length > end:
            return
        yield offset, length, kind
        offset += length


def _iso_brands(file: BinaryIO) -> set[bytes]:
    """The brands that an ISO container declares at its start."""
    length, kind = struct.unpack(">I4s", read_at(file, 0, 8).ljust(8, b"\0"))
    if kind != b"ftyp" or not 16 <= length <= 4096:
        return set()
    body = read_at(file, 8, length - 8)
    return {body[at : at + 4] for at in (0, *range(8, len(body) - 3, 4))}


def _has_iso_box(file: BinaryIO, wanted: bytes) -> bool:
    """Whether the box is there whole: a recording that was cut off lacks its index and plays nowhere."""
    return any(kind == wanted for _offset, _length, kind in _iso_boxes(file))


# Documents and text ---------------------------------------------------------------------------------------------------
def is_pdf(file: BinaryIO) -> bool:
    """The header at the very start, so that it is nothing else as well, and an end near the end."""
    header = read_at(file, 0, 8)
    return (
        header[:5] == b"%PDF-"
        and header[5:6].isdigit()
        and b"%%EOF" in read_at(file, max(length_of(file) - 65_536, 0), 65_536)
    )


def is_text(file: BinaryIO) -> bool:
    """UTF-8, or UTF-16 with its mark, all through, without NUL; and neither markup, a script nor another format."""
    start = read_at(file, 0, 4)
    is_utf_16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and start != codecs.BOM_UTF32_LE
    decoder = codecs.getincrementaldecoder("utf-16" if is_utf_16 else "utf-8-sig")()
    file.seek(0)
    is_first = True
    try:
        while chunk := file.read(_CHUNK_BYTES):
            text = decoder.decode(chunk)
            if "\0" in text or (is_first and _is_another_language(text)):
                return False
            is_first = False
        return "\0" not in decoder.decode(b"", final=True)
    except UnicodeError:
        return False


#: How HTML, XML, SVG, scripts, rich text, PDF and PostScript begin. Anonymous text may well begin with "<Candidate A>".
_OTHER_LANGUAGES = re.compile(
    r"\s*(?:<(?:!doctype|!--|\?xml|\?php|(?:html|head|body|title|meta|link|base|svg|script|style|iframe|object|embed|img|"
    r"form|table|div|span|a|b|p|h1|br|font|math|template)[\s/>])|#!|\{\\rtf|%pdf-|%!ps|<%|@echo\s+off|"
    r"\[internetshortcut\]|\[autorun\]|mime-version:)",
    re.IGNORECASE,
)


def _is_another_language(text: str) -> bool:
    return _OTHER_LANGUAGES.match(text) is not None
