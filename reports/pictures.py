"""Pictures of figures as plain data: what is shown, what it says, and the same numbers as a table. None is drawn here.

`None` is a number that there is not, and never drawn or written as zero.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Cell = str | int | float | date | None


@dataclass(frozen=True)
class Table:
    """The numbers of a picture. A row may have an address, of the rows behind it, which stands with its first cell."""

    headings: list[str]
    rows: list[list[Cell]]
    addresses: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Picture(ABC):
    """What every picture has.

    Attributes:
        name: in addresses and ids, such as `by-type`.
        description: what one reads from it, with what the numbers are of.
    """

    name: str
    title: str
    description: str

    @abstractmethod
    def table(self) -> Table:
        """The same numbers as a table."""

    @property
    @abstractmethod
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""


@dataclass(frozen=True)
class Bar:
    """A bar with its value, and the address of what it counts."""

    label: str
    value: float | None
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Bars(Picture):
    """One value for each of several things.

    Attributes:
        headings: of the things, and of the values.
        unit: behind each value, such as `%`.
        most: what the longest possible bar stands for; without it, the greatest value.
    """

    headings: tuple[str, str]
    bars: Sequence[Bar]
    unit: str = ""
    most: float = 0

    @property
    def is_empty(self) -> bool:
        return not self.bars

    def table(self) -> Table:
        return Table(
            list(self.headings), [[bar.label, bar.value] for bar in self.bars], [bar.address for bar in self.bars]
        )


class Distribution(Bars):
    """How many there are of each size: bars that stand side by side, in the order of the sizes."""


@dataclass(frozen=True)
class Series:
    """What a colour and a pattern stand for."""

    key: str
    label: str


@dataclass(frozen=True)
class Stack:
    """A bar in parts, and how far it should be by now, in per cent of all."""

    label: str
    values: tuple[int, ...]
    mark: float | None = None
    address: str = ""

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True, kw_only=True)
class StackedBars(Picture):
    """How many of all are in each of several states, for one thing or several.

    Attributes:
        headings: of the things, of the sum of a bar, and of the mark.
        done_count: how many of the first parts are what one wants, which stands beside the bar.
    """

    headings: tuple[str, str, str]
    series: Sequence[Series]
    stacks: Sequence[Stack]
    done_count: int = 1

    @property
    def is_empty(self) -> bool:
        return not any(stack.total for stack in self.stacks)

    def table(self) -> Table:
        thing, total, mark = self.headings
        has_mark = any(stack.mark is not None for stack in self.stacks)
        rows: list[list[Cell]] = []
        for stack in self.stacks:
            marked: list[Cell] = [None if stack.mark is None else round(stack.mark, 1)] if has_mark else []
            rows.append([stack.label, *stack.values, stack.total, *marked])
        headings = [thing, *(one.label for one in self.series), total, *([mark] if has_mark else [])]
        return Table(headings, rows, [stack.address for stack in self.stacks])


@dataclass(frozen=True)
class Point:
    """A value of each line at one place, such as a month; None, where it is not known."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class Lines(Picture):
    """How values change from place to place."""

    heading: str
    series: Sequence[Series]
    points: Sequence[Point]
    unit: str = ""
    most: float = 0

    @property
    def is_empty(self) -> bool:
        return all(value is None for point in self.points for value in point.values)

    def table(self) -> Table:
        return Table(
            [self.heading, *(one.label for one in self.series)],
            [[point.label, *point.values] for point in self.points],
        )


@dataclass(frozen=True)
class HeatRow:
    """A row of cells; None, where there is nothing to tell."""

    label: str
    values: tuple[float | None, ...]
    words: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class HeatMap(Picture):
    """A value in per cent for each of several things in each of several groups."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[HeatRow]

    @property
    def is_empty(self) -> bool:
        return not self.columns or not self.rows

    def table(self) -> Table:
        has_words = any(row.words for row in self.rows)
        rows: list[list[Cell]] = [[row.label, *([row.words] if has_words else []), *row.values] for row in self.rows]
        headings = [self.heading, *([""] if has_words else []), *self.columns]
        return Table(headings, rows, [row.address for row in self.rows])


@dataclass(frozen=True)
class TimeRow:
    """How often something happened in each month."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Period:
    """A time that is drawn across the months, from one place up to another: 1.5 is the middle of the second month."""

    start: float
    end: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Timeline(Picture):
    """What happened in each month, with times such as breaks across them."""

    heading: str
    months: Sequence[str]
    rows: Sequence[TimeRow]
    periods_label: str = ""
    periods: Sequence[Period] = ()

    @property
    def is_empty(self) -> bool:
        return not self.periods and not any(any(row.counts) for row in self.rows)

    def table(self) -> Table:
        headings = [self.heading, *(row.label for row in self.rows)]
        rows: list[list[Cell]] = [
            [month, *(row.counts[place] for row in self.rows)] for place, month in enumerate(self.months)
        ]
        if self.periods_label:
            headings.append(self.periods_label)
            for place, row in enumerate(rows):
                within = [one.words for one in self.periods if one.start < place + 1 and one.end > place]
                row.append("; ".join(within))
        return Table(headings, rows)


@dataclass(frozen=True)
class Range:
    """Where something stood at first and where it stands now, as places on a scale; None, where nobody can say."""

    label: str
    start: int | None
    end: int | None

    @property
    def change(self) -> int | None:
        return None if self.start is None or self.end is None else self.end - self.start


@dataclass(frozen=True, kw_only=True)
class Ranges(Picture):
    """How far several things have come on one scale.

    Attributes:
        heading: of the things.
        ends: what the first place, the second and the difference are called.
        levels: the names of the places, from the lowest.
    """

    heading: str
    ends: tuple[str, str, str]
    levels: Sequence[str]
    ranges: Sequence[Range]

    @property
    def is_empty(self) -> bool:
        return all(one.start is None and one.end is None for one in self.ranges)

    def table(self) -> Table:
        rows: list[list[Cell]] = []
        for one in self.ranges:
            said: list[Cell] = [None if place is None else self.levels[place] for place in (one.start, one.end)]
            rows.append([one.label, *said, None if one.change is None else f"{one.change:+d}" if one.change else "0"])
        return Table([self.heading, *self.ends], rows)


def named(pictures: Sequence[Picture], name: Any) -> Picture | None:
    """The picture of this name, if it is among them."""
    return next((one for one in pictures if one.name == name), None)
