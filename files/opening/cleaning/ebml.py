"""WebM: tags, attachments and titles are turned into empty elements of the same length, so nothing else moves."""

from typing import BinaryIO

from files.opening.cleaning.pieces import HIDDEN, NOTES, CannotClean, Cleaned, names_in, patched
from files.signatures import length_of, read_at

_HEADER, _SEGMENT, _CLUSTER, _INFO, _TRACKS, _TRACK = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1549A966, 0x1654AE6B, 0xAE
_TRACK_TYPE, _VOID, _CRC = 0x83, 0xEC, 0xBF
#: Film and sound. Others hold subtitles and positions.
_SEEN_OR_HEARD = {1, 2}
#: What is kept, by the element it stands in: how to read it, and when it was taken.
_KEPT = {
    _SEGMENT: {0x114D9B74, _INFO, _TRACKS, 0x1C53BB6B, _CLUSTER, _VOID, _CRC},
    _INFO: {0x2AD7B1, 0x4489, 0x4461, 0x4D80, 0x5741, _VOID, _CRC},
    _TRACKS: {_TRACK, _CRC},
    # All that a player needs of a track; not its name (0x536E) or that of its codec (0x258688).
    _TRACK: {0xD7, 0x73C5, _TRACK_TYPE, 0xB9, 0x88, 0x55AA, 0x9C, 0x6DE7, 0x6DF8, 0x23E383, 0x234E7A, 0x23314F}
    | {0x55EE, 0x22B59C, 0x22B59D, 0x86, 0x63A2, 0xAA, 0x6FAB, 0x56AA, 0x56BB, 0xE0, 0xE1, 0x6D80, _VOID, _CRC},
}
_CLUSTER_PARTS = {0xE7, 0x5854, 0xA7, 0xAB, 0xA3, 0xA0, 0xAF, _VOID, _CRC}
_MOST_ELEMENTS = 2_000_000


def clean(file: BinaryIO) -> Cleaned:
    """The same recording in the same number of bytes."""
    return _Cleaning(file).clean()


class _Cleaning:
    def __init__(self, file: BinaryIO) -> None:
        self.file, self.length = file, length_of(file)
        self.patches: list[tuple[int, int, bytes]] = []
        self.removed: set[str] = set()
        self.elements_left = _MOST_ELEMENTS

    def clean(self) -> Cleaned:
        offset = 0
        while offset < self.length:
            kind, body, end = self._element(offset, self.length)
            if kind == _SEGMENT:
                self._segment(body, end)
            elif kind not in (_HEADER, _VOID):
                self._void(offset, body, end)
            offset = end
        return patched(self.length, self.patches, self.removed)

    def _element(self, offset: int, limit: int) -> tuple[int, int, int]:
        """Kind, start of the content and end of an element; one that does not know its length goes on to `limit`."""
        self.elements_left -= 1
        if self.elements_left < 0:
            raise CannotClean("it has too many elements")
        header = read_at(self.file, offset, 12)
        kind_bytes = _vint_bytes(header[:1], most=4)
        length_bytes = _vint_bytes(header[kind_bytes : kind_bytes + 1], most=8)
        body = offset + kind_bytes + length_bytes
        kind = int.from_bytes(header[:kind_bytes], "big")
        mask = (1 << 7 * length_bytes) - 1
        length = int.from_bytes(header[kind_bytes : kind_bytes + length_bytes], "big") & mask
        end = limit if length == mask else body + length
        if end > limit:
            if kind in (_SEGMENT, _CLUSTER, 0xA3, 0xA0):
                end = limit  # a recording that was cut off plays as far as it goes
            else:
                raise CannotClean("an element is longer than what it stands in")
        return kind, body, end

    def _segment(self, offset: int, limit: int) -> None:
        while offset < limit:
            kind, body, end = self._element(offset, limit)
            if kind == _CLUSTER and end == limit:
                # It may not know its length: its parts are gone through, up to the next element of the segment.
                offset = body
                continue
            if kind in (_INFO, _TRACKS):
                self._inside(kind, body, end)
            elif kind not in _KEPT[_SEGMENT] and kind not in _CLUSTER_PARTS:
                self._void(offset, body, end)
            elif kind == _VOID:
                self._blank(body, end)
            offset = end

    def _inside(self, parent: int, offset: int, limit: int) -> None:
        while offset < limit:
            kind, body, end = self._element(offset, limit)
            if parent == _INFO and kind in (0x4D80, 0x5741):
                self.patches.append((body, end, b""))  # which program wrote it: an element that must be there
            elif kind not in _KEPT[parent]:
                self._void(offset, body, end)
            elif kind == _TRACK:
                self._inside(_TRACK, body, end)
            elif parent == _TRACK and kind == _TRACK_TYPE and read_at(self.file, body, 1)[:1] not in (b"\1", b"\2"):
                raise CannotClean("it has a track that is neither film nor sound")
            offset = end

    def _blank(self, body: int, end: int) -> None:
        if any(read_at(self.file, body, min(end - body, 1024 * 1024))):
            self.patches.append((body, end, b""))
            self.removed.add(HIDDEN)

    def _void(self, start: int, body: int, end: int) -> None:
        """Turn an element into an empty one of the same length."""
        content = read_at(self.file, body, min(end - body, 1024 * 1024))
        self.removed |= names_in(content) if any(content) else {NOTES}
        total = end - start
        for length_bytes in range(1, 9):
            length = total - 1 - length_bytes
            if 0 <= length < (1 << 7 * length_bytes) - 1:
                header = bytes([_VOID]) + (length | 1 << 7 * length_bytes).to_bytes(length_bytes, "big")
                self.patches.append((start, end, header))
                return
        raise CannotClean("an element is too short to be blanked")


def _vint_bytes(first: bytes, *, most: int) -> int:
    """How many bytes a number takes, by the place of the highest bit in its first one."""
    length = 9 - first[0].bit_length() if first and first[0] else 9
    if length > most:
        raise CannotClean("an element does not begin where it should")
    return length
