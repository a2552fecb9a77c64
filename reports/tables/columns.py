"""A column of a report: what it is called, what it means and which field it reads, for pages, files and feeds alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from typing import Any

from django.utils import timezone


class Kind(Enum):
    """What the values of a column are."""

    TEXT = auto()
    #: A count.
    WHOLE = auto()
    #: A share, a gap or hours, which reports give with one decimal.
    NUMBER = auto()
    DAY = auto()
    #: A moment, of which the report says the day, in London.
    DAY_OF_MOMENT = auto()
    YES_NO = auto()
    #: The id of a row.
    ID = auto()


@dataclass(frozen=True)
class Column:
    """A column of a report.

    Attributes:
        name: in the address, as in `sort=met`; a filter by it has this name, too.
        heading: on the page and in the file.
        reads: the fields that the page's cell is made of. Files and feeds have the first.
        kind: what the first of them holds.
        words: for a field that is kept as a code, what each code is called.
        unit: said in the file's heading, where the page says it with each figure.
        says: what the column means, for whoever reads it in another program.
        is_personal: whether it tells who somebody is.
    """

    name: str
    heading: Any
    reads: tuple[str, ...]
    kind: Kind = Kind.TEXT
    words: Mapping[str, Any] | None = None
    unit: Any = ""
    says: Any = ""
    is_personal: bool = False

    @property
    def field(self) -> str:
        """The field that files and feeds read."""
        return self.reads[0]

    @property
    def full_heading(self) -> str:
        """The heading with its unit."""
        return f"{self.heading} {self.unit}".strip()

    def value(self, kept: Any) -> Any:
        """What a file or a feed has for what is kept: a day as a day, a share with one decimal, a code in words."""
        if self.words is not None:
            said = self.words.get(kept)
            return None if said is None else str(said)
        if kept is None:
            return None
        match self.kind:
            case Kind.DAY_OF_MOMENT:
                return timezone.localtime(kept).date() if isinstance(kept, datetime) else kept
            case Kind.NUMBER:
                return round(float(kept), 1)
            case Kind.YES_NO:
                return bool(kept)
        return kept


def as_written(value: Any) -> object:
    """A value in text: a day as in ISO 8601."""
    return value.isoformat() if isinstance(value, date) else value
