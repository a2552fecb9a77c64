"""Byte ranges (RFC 9110, section 14): players and resumed downloads ask for a part of a file."""

import re
from dataclasses import dataclass

# Twenty digits are beyond any file, and int() refuses absurdly long ones.
_ONE_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,20})-([0-9]{0,20})[ \t]*", re.IGNORECASE)


class RangeNotSatisfiable(Exception):
    """A well-formed range that lies wholly outside the file."""


@dataclass(frozen=True)
class ByteRange:
    """The bytes from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    def content_range(self, size: int) -> str:
        return f"bytes {self.first}-{self.last}/{size}"


def requested_range(header: str, size: int) -> ByteRange | None:
    """The one range that `header` asks for of a file of `size` bytes; None where the whole file is the answer.

    Whole file: no header, another unit, a malformed one, or several ranges at once, which no player needs.

    Raises:
        RangeNotSatisfiable: the range begins after the end, or asks for the last 0 bytes.
    """
    match = _ONE_RANGE.fullmatch(header)
    if not match or match.groups() == ("", ""):
        return None
    first_given, last_given = match.groups()
    if not first_given:
        first, last = max(size - int(last_given), 0), size - 1
    else:
        first, last = int(first_given), min(int(last_given or size - 1), size - 1)
        if last_given and int(last_given) < first:
            return None
    if first >= size or last < first:
        raise RangeNotSatisfiable
    return ByteRange(first, last)
