"""MP4, MOV and M4A: boxes that tell of place, device or people are blanked where they stand, so nothing else moves.

A track that is neither pictures nor sound (positions second by second, as action cameras write them) is blanked with
all its samples.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from files.opening.cleaning.pieces import HIDDEN, CannotClean, Cleaned, names_in, patched
from files.signatures import length_of, read_at

_MOST_BOXES = 200_000
_MOST_SAMPLES = 5_000_000
#: What is kept, by the box it stands in. Boxes that hold no others are kept whole.
_KEPT: dict[bytes, set[bytes]] = {
    b"": {b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"styp", b"pdin", b"wide", b"ssix"},
    b"moov": {b"mvhd", b"trak", b"mvex", b"iods"},
    b"trak": {b"tkhd", b"edts", b"mdia", b"tref", b"tapt"},
    b"mdia": {b"mdhd", b"hdlr", b"minf", b"elng"},
    b"minf": {b"vmhd", b"smhd", b"hmhd", b"nmhd", b"gmhd", b"hdlr", b"dinf", b"stbl"},
    b"stbl": {b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss", b"stsh"}
    | {b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio", b"stps", b"padb", b"stdp"},
    b"moof": {b"mfhd", b"traf"},
    b"traf": {b"tfhd", b"tfdt", b"trun", b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio"},
}
_EMPTY = {b"free", b"skip"}


@dataclass(frozen=True)
class Box:
    """One box: where it starts, where its content does, where it ends, and its kind."""

    start: int
    body: int
    end: int
    kind: bytes


def clean(file: BinaryIO) -> Cleaned:
    """The same recording in the same number of bytes."""
    return _Cleaning(file).clean()


class _Cleaning:
    def __init__(self, file: BinaryIO) -> None:
        self.file, self.length = file, length_of(file)
        self.patches: list[tuple[int, int, bytes]] = []
        self.removed: set[str] = set()
        self.boxes_left = _MOST_BOXES
        self.has_dropped_track = self.has_fragments = False

    def clean(self) -> Cleaned:
        self._walk(0, self.length, b"")
        if self.has_dropped_track and self.has_fragments:
            raise CannotClean("a track of details is spread over the file")
        return patched(self.length, self.patches, self.removed)

    def _boxes(self, start: int, end: int) -> Iterator[Box]:
        while start + 8 <= end:
            self.boxes_left -= 1
            if self.boxes_left < 0:
                raise CannotClean("it has too many boxes")
            header = read_at(self.file, start, 16)
            length, kind = struct.unpack(">I4s", header[:8])
            body = start + 8
            if length == 1 and len(header) == 16:
                length, body = int.from_bytes(header[8:], "big"), start + 16
            elif length == 0 and end == self.length:
                length = end - start
            if length < body - start or start + length > end:
                # QuickTime ends some lists with four zeros.
                if not any(read_at(self.file, start, min(end - start, 4096))):
                    return
                raise CannotClean("a box is longer than what it stands in")
            yield Box(start, body, start + length, kind)
            start += length

    def _walk(self, start: int, end: int, inside: bytes) -> None:
        last = start
        for box in self._boxes(start, end):
            last = box.end
            if box.kind in _EMPTY:
                self._blank_body(box)
            elif box.kind not in _KEPT[inside]:
                self._drop(box)
            elif box.kind == b"trak" and not self._is_seen_or_heard(box):
                self._drop_track(box)
            elif box.kind == b"hdlr":
                self._forget_name(box)
            elif box.kind in _KEPT:
                self.has_fragments |= box.kind == b"moof"
                self._walk(box.body, box.end, box.kind)
        if last < end and any(read_at(self.file, last, min(end - last, 4096))):
            self.patches.append((last, end, b""))
            self.removed.add(HIDDEN)

    def _drop(self, box: Box) -> None:
        """Turn a box into an empty one of the same length."""
        content = read_at(self.file, box.start, min(box.end - box.start, 1024 * 1024))
        if any(content[8:]):
            self.removed |= names_in(content)
        self._free(box)

    def _free(self, box: Box) -> None:
        header = read_at(self.file, box.start, box.body - box.start)
        self.patches.append((box.start, box.end, header[:4] + b"free" + header[8:]))

    def _blank_body(self, box: Box) -> None:
        """Empty boxes are for later use, and programs leave what they overwrote in them."""
        if any(read_at(self.file, box.body, min(box.end - box.body, 1024 * 1024))):
            self.patches.append((box.body, box.end, b""))
            self.removed.add(HIDDEN)

    def _forget_name(self, box: Box) -> None:
        """The part of a handler that names a program or a camera."""
        name_at = box.body + 24
        if name_at < box.end and any(read_at(self.file, name_at, box.end - name_at)):
            self.patches.append((name_at, box.end, b""))

    def _is_seen_or_heard(self, track: Box) -> bool:
        for media in self._boxes(track.body, track.end):
            if media.kind == b"mdia":
                for box in self._boxes(media.body, media.end):
                    if box.kind == b"hdlr":
                        return read_at(self.file, box.body + 8, 4) in (b"vide", b"soun")
        return False

    def _drop_track(self, track: Box) -> None:
        """Blank a track and every sample of it."""
        tables = {box.kind: box for box in self._tables(track)}
        for start, length in self._chunks(tables):
            if start + length > self.length:
                raise CannotClean("a sample lies outside the file")
            self.patches.append((start, start + length, b""))
        self.removed |= names_in(read_at(self.file, track.start, min(track.end - track.start, 65_536)))
        self.has_dropped_track = True
        self._free(track)

    def _tables(self, track: Box) -> Iterator[Box]:
        for box in self._boxes(track.body, track.end):
            if box.kind in (b"mdia", b"minf", b"stbl"):
                yield from self._tables(box)
            else:
                yield box

    def _chunks(self, tables: dict[bytes, Box]) -> Iterator[tuple[int, int]]:
        """Where the samples of a track lie: offset and length of each chunk of them."""
        offsets_box = tables.get(b"co64") or tables.get(b"stco")
        runs_box, sizes_box = tables.get(b"stsc"), tables.get(b"stsz")
        if offsets_box is None or runs_box is None or sizes_box is None:
            raise CannotClean("a track of details has no tables")
        offsets = self._numbers(offsets_box, 8 if offsets_box.kind == b"co64" else 4)
        runs = self._numbers(runs_box, 4, columns=3)
        same_size, count = struct.unpack(">II", read_at(self.file, sizes_box.body + 4, 8).ljust(8, b"\0"))
        sizes = [] if same_size else self._numbers(sizes_box, 4, skip=8)
        starts = [(runs[at], runs[at + 1]) for at in range(0, len(runs) - 2, 3)] or [(1, count)]
        sample, run = 0, 0
        for number, offset in enumerate(offsets, start=1):
            while run + 1 < len(starts) and starts[run + 1][0] <= number:
                run += 1
            samples = starts[run][1]
            length = same_size * samples if same_size else sum(sizes[sample : sample + samples])
            sample += samples
            yield offset, length

    def _numbers(self, box: Box, width: int, *, skip: int = 4, columns: int = 1) -> list[int]:
        """A table: after its version, `skip` bytes that end with how many rows there are, and then the rows."""
        count = int.from_bytes(read_at(self.file, box.body + skip, 4), "big") * columns
        if count > _MOST_SAMPLES or count * width > box.end - box.body:
            raise CannotClean("a table is longer than its box")
        content = read_at(self.file, box.body + 4 + skip, count * width)
        return [int.from_bytes(content[at : at + width], "big") for at in range(0, len(content), width)]
