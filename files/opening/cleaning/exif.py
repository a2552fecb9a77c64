"""EXIF: reading which details a photo tells, and writing the two that stay: which way up, and when it was taken."""

import re
import struct
from dataclasses import dataclass, field

from files.opening.cleaning.pieces import DEVICE, NOTES, POSITION, THUMBNAIL

_ORIENTATION, _EXIF, _GPS = 0x0112, 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET, _MODIFIED = 0x9003, 0x9011, 0x0132
_DEVICE = {0x010F, 0x0110, 0x013C, 0x927C, 0xA430, 0xA431, 0xA433, 0xA434, 0xA435, 0xC62F, 0xC614}
#: How the picture is to be read: sizes, colour, resolution, exposure. Nobody is known by these.
_HARMLESS = {0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0112, 0x0115, 0x011A, 0x011B, 0x0128, 0x0132, 0x0213, 0x0214}
_HARMLESS |= {_EXIF, 0x829A, 0x829D, 0x8822, 0x8827, 0xA005, 0x0001, 0x0002, 0x1001, 0x1002, 0x0211, 0x0212, 0x013E}
_HARMLESS |= {0x013F, *range(0x9000, 0x9020), *range(0x9100, 0x9210), *range(0x9290, 0x9293), *range(0xA000, 0xA004)}
_HARMLESS |= {*range(0xA20B, 0xA218), *range(0xA300, 0xA303), *range(0xA400, 0xA40D)}
#: How a block of details begins, by the order of its bytes.
TIFF = (b"II*\0", b"MM\0*")
_MOST_TAGS, _MOST_FOLDERS = 1_000, 16
#: Details of the harmless kinds take less than this; what is longer holds something else as well.
_PLAIN_BYTES = 2_000
_MOMENT = re.compile(rb"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d")
_OFFSET = re.compile(rb"[+-]\d\d:\d\d")


@dataclass
class Exif:
    """What of a photo's details matters."""

    orientation: int = 1
    taken: bytes = b""
    taken_offset: bytes = b""
    names: set[str] = field(default_factory=set)

    def kept(self) -> bytes:
        """A block with which way up it is and when it was taken, and no more; empty if it tells neither."""
        folder = [(_TAKEN, b"%b\0" % self.taken)] if self.taken else []
        if self.taken and self.taken_offset:
            folder.append((_TAKEN_OFFSET, b"%b\0" % self.taken_offset))
        if not folder and self.orientation == 1:
            return b""
        # The first folder with the orientation, and the way to the second, which follows it.
        first = [struct.pack("<HHIHH", _ORIENTATION, 3, 1, self.orientation, 0)]
        at = 8 + 2 + 12 * (2 if folder else 1) + 4
        if folder:
            first.append(struct.pack("<HHII", _EXIF, 4, 1, at))
        block = b"II*\0\x08\0\0\0" + struct.pack("<H", len(first)) + b"".join(first) + bytes(4)
        if not folder:
            return block
        texts, behind = b"", at + 2 + 12 * len(folder) + 4
        block += struct.pack("<H", len(folder))
        for tag, text in folder:
            block += struct.pack("<HHII", tag, 2, len(text), behind + len(texts))
            texts += text
        return block + bytes(4) + texts


def read(block: bytes) -> Exif:
    """The details of a TIFF block. One that is built wrongly tells that there were some, and no more."""
    found = Exif()
    if block[:4] not in TIFF:
        found.names.add(NOTES)
        return found
    order = "<" if block[:2] == b"II" else ">"
    folders = [(_number(block, 4, order + "I"), "main")]
    seen: set[int] = set()
    while folders and len(seen) < _MOST_FOLDERS:
        at, kind = folders.pop()
        if at in seen or not 8 <= at <= len(block) - 2:
            continue
        seen.add(at)
        if kind == "thumbnail":
            found.names.add(THUMBNAIL)
        count = min(_number(block, at, order + "H"), _MOST_TAGS)
        for entry in range(at + 2, min(at + 2 + 12 * count, len(block) - 11), 12):
            tag, value_type, length, value = struct.unpack_from(f"{order}HHII", block, entry)
            if tag == _EXIF:
                folders.append((value, "exif"))
            elif tag == _GPS:
                found.names.add(POSITION)
            elif kind == "main" and tag == _ORIENTATION:
                orientation = _number(block, entry + 8, order + "H")
                found.orientation = orientation if 1 <= orientation <= 8 else 1
            elif tag in (_TAKEN, _TAKEN_OFFSET):
                _moment(found, tag, block[value : value + length] if length > 4 else b"")
            elif tag in _DEVICE:
                found.names.add(DEVICE)
            elif tag not in _HARMLESS:
                found.names.add(NOTES)
            if tag == _MODIFIED and not found.taken and value_type == 2:
                _moment(found, _TAKEN, block[value : value + length])
        following = at + 2 + 12 * count
        if kind == "main" and following + 4 <= len(block):
            folders.append((_number(block, following, order + "I"), "thumbnail"))
    if not found.names and len(block) > _PLAIN_BYTES:
        found.names.add(NOTES)
    return found


def tells_of_place(content: bytes) -> bool:
    """Whether there are details with a position anywhere in `content`, however it is built."""
    if b"GPSLatitude" in content or (content[:4] in TIFF and POSITION in read(content).names):
        return True
    at = content.find(b"Exif\0\0")
    while at >= 0:
        if POSITION in read(content[at + 6 : at + 6 + 65_536]).names:
            return True
        at = content.find(b"Exif\0\0", at + 6)
    return False


def _moment(found: Exif, tag: int, text: bytes) -> None:
    text = text[:40].rstrip(b"\0 ")
    if tag == _TAKEN and _MOMENT.fullmatch(text):
        found.taken = text
    if tag == _TAKEN_OFFSET and _OFFSET.fullmatch(text):
        found.taken_offset = text


def _number(block: bytes, at: int, layout: str) -> int:
    try:
        return int(struct.unpack_from(layout, block, at)[0])
    except struct.error:
        return 0
