"""A cleaned copy as the pieces it is made of: stretches of the file as it came, and what stands in their place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

CHUNK_BYTES = 1024 * 1024

#: What was taken out, in the words that the page shows.
POSITION, DEVICE, THUMBNAIL, NOTES, HIDDEN = "position", "device", "thumbnail", "notes", "hidden data"


class CannotClean(Exception):
    """The file is not built as its format says, so nobody can tell what else is in it."""


@dataclass(frozen=True)
class Stretch:
    """The bytes from `start` up to, not including, `end` of the file as it came."""

    start: int
    end: int


@dataclass(frozen=True)
class Blank:
    """This many zero bytes."""

    length: int


Piece = Stretch | Blank | bytes


@dataclass
class Cleaned:
    """What others get, piece by piece, and the names of what was taken out: none if nothing was."""

    pieces: list[Piece] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)

    def keep(self, start: int, end: int) -> None:
        """Keep a stretch; one that follows on the last is joined to it."""
        if start >= end:
            return
        last = self.pieces[-1] if self.pieces else None
        if isinstance(last, Stretch) and last.end == start:
            self.pieces[-1] = Stretch(last.start, end)
        else:
            self.pieces.append(Stretch(start, end))

    def write(self, source: BinaryIO, target: BinaryIO) -> None:
        """Write the copy; memory does not grow with it."""
        for piece in self.pieces:
            for chunk in _chunks(piece, source):
                target.write(chunk)


def patched(length: int, patches: list[tuple[int, int, bytes]], removed: set[str]) -> Cleaned:
    """A copy of the same length in which some stretches hold something else.

    Args:
        length: of the file.
        patches: start, end and what to write there; what is shorter than its place is padded with zeros. Of two
            that overlap, the first one holds.
        removed: names of what was taken out.
    """
    made, at = Cleaned(removed=removed), 0
    for start, end, instead in sorted(patches, key=lambda patch: patch[0]):
        if end <= at:
            continue
        if start < at:
            start, instead = at, b""
        made.keep(at, start)
        made.pieces += [instead, Blank(end - start - len(instead))]
        at = end
    made.keep(at, length)
    return made


def _chunks(piece: Piece, source: BinaryIO) -> Iterator[bytes]:
    match piece:
        case bytes():
            yield piece
        case Blank(length):
            while length > 0:
                yield bytes(min(length, CHUNK_BYTES))
                length -= CHUNK_BYTES
        case Stretch(start, end):
            source.seek(start)
            while start < end:
                chunk = source.read(min(CHUNK_BYTES, end - start))
                if not chunk:
                    raise CannotClean("it ends too early")
                start += len(chunk)
                yield chunk


def names_in(content: bytes) -> set[str]:
    """What a block of details is about, by the words that cameras and programs use for position and device."""
    lower = content.lower()
    found = set()
    if any(word in lower for word in (b"gps", b"\xa9xyz", b"location", b"loci", b"latitude", b"geo", b"gpmd", b"camm")):
        found.add(POSITION)
    if any(word in lower for word in (b"\xa9mak", b"\xa9mod", b".make", b".model", b"serial", b"camera", b"tiff:m")):
        found.add(DEVICE)
    return found or {NOTES}
