"""MP3, WAV and Ogg: tags, notes and pictures go, the sound stays bit by bit."""

import struct
from typing import BinaryIO

from files.opening.cleaning.pieces import HIDDEN, NOTES, CannotClean, Cleaned, Stretch, names_in, patched
from files.signatures import MAX_PARTS, length_of, read_at

# MP3 ------------------------------------------------------------------------------------------------------------------
_OLD_TAG_BYTES, _LYRICS_END = 128, b"LYRICS200"


def clean_mp3(file: BinaryIO) -> Cleaned:
    """Without the tags before and behind the sound."""
    made, start, end = Cleaned(), 0, length_of(file)
    for _step in range(100):
        header = read_at(file, start, 10)
        if header[:3] != b"ID3" or len(header) < 10:
            break
        length = header[6] << 21 | header[7] << 14 | header[8] << 7 | header[9]
        following = start + 10 + length + (10 if header[5] & 0x10 else 0)
        made.removed |= names_in(read_at(file, start, min(length, 1024 * 1024)))
        start = following
    for _step in range(100):
        shorter = _before_tag(file, start, end)
        if shorter == end:
            break
        made.removed.add(NOTES)
        end = shorter
    if start >= end:
        raise CannotClean("it holds nothing but tags")
    made.keep(start, end)
    return made


def _before_tag(file: BinaryIO, start: int, end: int) -> int:
    """Where the sound ends before a tag that stands at `end`; `end` itself if none does."""
    if end - start >= _OLD_TAG_BYTES and read_at(file, end - _OLD_TAG_BYTES, 3) == b"TAG":
        return end - _OLD_TAG_BYTES
    footer = read_at(file, max(end - 32, start), 32)
    if footer[:8] == b"APETAGEX":
        length = int.from_bytes(footer[12:16], "little") + (32 if footer[23] & 0x80 else 0)
        return max(end - length, start)
    if footer[-9:] == _LYRICS_END:
        digits = footer[-15:-9]
        return max(end - 15 - int(digits), start) if digits.isdigit() else end
    if footer[22:25] == b"3DI":
        length = footer[28] << 21 | footer[29] << 14 | footer[30] << 7 | footer[31]
        return max(end - 20 - length, start)
    return end


# WAV ------------------------------------------------------------------------------------------------------------------
_WAV_KEPT = {b"fmt ", b"data", b"fact"}


def clean_wav(file: BinaryIO) -> Cleaned:
    """Without broadcast notes, lists, positions and whatever else stands beside the sound."""
    body, end, offset = Cleaned(), length_of(file), 12
    total = 4
    for _step in range(MAX_PARTS):
        header = read_at(file, offset, 8)
        if len(header) < 8:
            break
        kind, length = struct.unpack("<4sI", header)
        # A recorder that was cut off, or writes as it goes, does not know how long its sound is.
        following = min(offset + 8 + length + length % 2, end)
        if kind in _WAV_KEPT:
            kept = min(length, end - offset - 8)
            body.pieces += [kind + struct.pack("<I", kept), Stretch(offset + 8, offset + 8 + kept)]
            body.pieces += [b"\0"] if kept % 2 else []
            total += 8 + kept + kept % 2
        else:
            content = read_at(file, offset + 8, min(length, 1024 * 1024))
            if any(content):
                body.removed |= names_in(content)
        offset = following
    else:
        raise CannotClean("it has too many parts")
    if offset < end:
        body.removed.add(HIDDEN)
    return Cleaned([b"RIFF" + struct.pack("<I", min(total, 0xFFFFFFFF)) + b"WAVE", *body.pieces], body.removed)


# Ogg ------------------------------------------------------------------------------------------------------------------
_MOST_HEADER_BYTES = 16 * 1024 * 1024


def _crc_of_byte(byte: int) -> int:
    value = byte << 24
    for _bit in range(8):
        value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
    return value


_CRC = [_crc_of_byte(byte) for byte in range(256)]


def _crc(page: bytes | bytearray) -> int:
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _CRC[value >> 24 ^ byte]
    return value


class _Stream:
    """The headers of one stream: its pages so far, and which bytes of its packets lie where."""

    def __init__(self, kind: str, headers: int) -> None:
        self.kind, self.headers = kind, headers
        self.packet = bytearray()
        self.places: list[tuple[int, int]] = []  # offset in the file and length, of the packet under way
        self.packets_seen = 0


def clean_ogg(file: BinaryIO) -> Cleaned:
    """The same recording in the same number of bytes, with empty comments."""
    length, offset = length_of(file), 0
    streams: dict[int, _Stream] = {}
    changes: dict[int, bytes] = {}  # what to write, by its place in the file
    pages: list[tuple[int, int]] = []
    removed: set[str] = set()
    seen_bytes = 0
    while offset < length:
        header = read_at(file, offset, 27)
        if len(header) < 27 or header[:4] != b"OggS":
            break
        lacing = read_at(file, offset + 27, header[26])
        body_at = offset + 27 + header[26]
        end = body_at + sum(lacing)
        serial = int.from_bytes(header[14:18], "little")
        if header[5] & 2:
            streams[serial] = _begin(read_at(file, body_at, 64))
        stream = streams.get(serial)
        if stream is None:
            raise CannotClean("a page belongs to no stream")
        if stream.packets_seen < stream.headers and end <= length:
            pages.append((offset, end))
            seen_bytes += end - offset
            if seen_bytes > _MOST_HEADER_BYTES:
                raise CannotClean("its headers are too long")
            _take(file, stream, lacing, body_at, changes, removed)
        offset = end
    patches = []
    if offset < length:
        patches.append((offset, length, b""))
        removed.add(HIDDEN)
    for start, end in pages:
        page = bytearray(read_at(file, start, end - start))
        before = bytes(page)
        for place, instead in changes.items():
            if start <= place < end:
                page[place - start : place - start + len(instead)] = instead
        if page != before:
            page[22:26] = bytes(4)
            page[22:26] = _crc(page).to_bytes(4, "little")
            patches.append((start, end, bytes(page)))
    return patched(length, patches, removed)


def _begin(packet: bytes) -> _Stream:
    if packet.startswith(b"OpusHead"):
        return _Stream("opus", 2)
    if packet.startswith(b"\x01vorbis"):
        return _Stream("vorbis", 2)
    if packet.startswith(b"Speex   "):
        return _Stream("speex", 2)
    if packet.startswith(b"\x7fFLAC"):
        return _Stream("flac", 1 + max(int.from_bytes(packet[7:9], "big"), 1))
    raise CannotClean("it has a stream that is no sound")


def _take(
    file: BinaryIO, stream: _Stream, lacing: bytes, offset: int, changes: dict[int, bytes], removed: set[str]
) -> None:
    """Go on with a stream's packets in one page; each that is complete and holds comments is emptied."""
    for segment in lacing:
        stream.packet += read_at(file, offset, segment)
        stream.places.append((offset, segment))
        offset += segment
        if segment == 255:
            continue
        packet, places = bytes(stream.packet), stream.places
        stream.packet, stream.places = bytearray(), []
        stream.packets_seen += 1
        if stream.packets_seen == 1 or stream.packets_seen > stream.headers:
            continue
        emptied = _emptied(stream.kind, packet)
        if emptied is None or emptied == packet:
            continue
        if _has_comments(stream.kind, packet):
            removed |= names_in(packet)
        at = 0
        for place, length in places:
            changes[place] = emptied[at : at + length]
            at += length


def _emptied(kind: str, packet: bytes) -> bytes | None:
    """A packet of comments with none in it, and as long; None for a packet of another kind."""
    start = {"opus": b"OpusTags", "vorbis": b"\x03vorbis", "speex": b""}.get(kind)
    if kind == "flac":
        block = packet[0] & 0x7F if packet else 0
        return packet[:4] + bytes(max(len(packet) - 4, 0)) if block in (2, 4, 6) else None
    if start is None or not packet.startswith(start):
        raise CannotClean("its comments are not where they should be")
    # The length of the writer's name and the number of comments, both zero; Vorbis ends with a bit that is set.
    end = b"\x01" if kind == "vorbis" else b""
    empty = start + bytes(8) + end
    if len(packet) < len(empty):
        raise CannotClean("its comments are too short")
    return empty + bytes(len(packet) - len(empty))


def _has_comments(kind: str, packet: bytes) -> bool:
    """Whether there is more than the name of the program that wrote it."""
    at = {"opus": 8, "vorbis": 7, "speex": 0, "flac": 4}[kind]
    if kind == "flac" and packet[0] & 0x7F != 4:
        return True
    vendor = int.from_bytes(packet[at : at + 4], "little")
    return any(packet[at + 4 + vendor : at + 8 + vendor])
