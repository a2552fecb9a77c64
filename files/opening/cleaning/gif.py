"""GIF: keeps pictures, their timing and their repetition; drops comments, other programs' blocks and what is behind."""

from typing import BinaryIO

from files.opening.cleaning.pieces import HIDDEN, NOTES, CannotClean, Cleaned, names_in
from files.signatures import length_of, read_at

_TIMING, _APPLICATION = 0xF9, 0xFF
_REPETITION = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_MOST_BLOCKS = 2_000_000


def clean(file: BinaryIO) -> Cleaned:
    """The same pictures."""
    made, end = Cleaned(), length_of(file)
    packed = read_at(file, 10, 1)[0]
    offset = 13 + _palette_bytes(packed)
    made.keep(0, offset)
    steps = _MOST_BLOCKS
    while steps > 0:
        start, kind = offset, read_at(file, offset, 2)
        if kind[:1] == b";":
            made.keep(offset, offset + 1)
            if offset + 1 < end:
                made.removed.add(HIDDEN)
            return made
        if kind[:1] == b",":
            offset += 10 + _palette_bytes(read_at(file, offset + 9, 1)[0]) + 1
            offset, steps = _end_of_blocks(file, offset, end, steps)
            made.keep(start, offset)
        elif kind[:1] == b"!" and len(kind) == 2:
            offset, steps = _end_of_blocks(file, offset + 2, end, steps)
            name = read_at(file, start + 3, 11)
            if kind[1] == _TIMING or (kind[1] == _APPLICATION and name in _REPETITION):
                made.keep(start, offset)
            else:
                made.removed |= names_in(read_at(file, start, min(offset - start, 65_536))) or {NOTES}
        elif offset >= end:
            made.pieces.append(b";")
            return made
        else:
            raise CannotClean("a block does not begin where it should")
    raise CannotClean("it has too many blocks")


def _palette_bytes(packed: int) -> int:
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _end_of_blocks(file: BinaryIO, offset: int, end: int, steps: int) -> tuple[int, int]:
    """Behind the empty block that ends a row of them, and how many more blocks may come."""
    while offset < end and steps > 0:
        length = read_at(file, offset, 1)[0]
        offset += 1 + length
        steps -= 1
        if not length:
            return offset, steps
    if offset > end:
        raise CannotClean("a block is longer than the file")
    return offset, steps
