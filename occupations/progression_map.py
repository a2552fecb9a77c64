"""The picture of a progression: where each box and arrow stands, in units of the drawing. The page draws it as SVG.

Columns are the three bands of the occupational maps. Text in SVG does not wrap by itself, so titles are cut into lines.
"""

import textwrap
from dataclasses import dataclass
from typing import NamedTuple

from occupations.models import StandardVersion
from occupations.progression import Link, Progression

#: Sizes in units of the drawing, which are pixels where there is room.
BOX_WIDTH, GAP_BETWEEN_COLUMNS, GAP_BETWEEN_BOXES = 224, 96, 20
MARGIN, HEAD_HEIGHT, LINE_HEIGHT, BOX_PADDING = 12, 64, 19, 12
LINE_CHARACTERS, MOST_LINES = 27, 3

#: The level that each band ends with, the number of its column, and its levels as the maps write them.
BANDS = ((3, "2–3"), (5, "4–5"), (8, "6–7"))


class Line(NamedTuple):
    """A line of text, and its height in the drawing."""

    text: str
    y: int


@dataclass(frozen=True)
class Box:
    """An occupation. `link` is None for the one in focus."""

    version: StandardVersion
    link: Link | None
    x: int
    y: int
    height: int
    lines: list[Line]

    @property
    def width(self) -> int:
        return BOX_WIDTH

    @property
    def text_x(self) -> int:
        return self.x + BOX_PADDING

    @property
    def meta_y(self) -> int:
        """Where the line under the title stands."""
        return self.y + self.height - BOX_PADDING - 2

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True)
class Arrow:
    """A line with a head, from one box to another."""

    link: Link
    path: str


@dataclass(frozen=True)
class Column:
    """A band: where it stands, its levels, and whether anything is in it."""

    x: int
    middle: int
    levels: str
    has_boxes: bool


@dataclass(frozen=True)
class Picture:
    """Everything that is drawn."""

    width: int
    height: int
    columns: list[Column]
    arrows: list[Arrow]
    boxes: list[Box]


def picture(told: Progression) -> Picture:
    """Place the occupations of a progression: those that lead here above the focus, those it leads to below."""
    home = _column_of(told.focus)
    stacks: list[list[tuple[StandardVersion, Link | None]]] = [[], [], []]
    for link in sorted(told.back, key=_order):
        stacks[_column_of(link.version, home)].append((link.version, link))
    stacks[home].append((told.focus, None))
    for link in sorted(told.onward, key=_order):
        stacks[_column_of(link.version, home)].append((link.version, link))
    heights = [[_height(version) for version, _ in stack] for stack in stacks]
    sums = [sum(stack) + GAP_BETWEEN_BOXES * max(len(stack) - 1, 0) for stack in heights]
    height = HEAD_HEIGHT + max(sums) + 2 * MARGIN
    boxes: list[Box] = []
    for number, stack in enumerate(stacks):
        y = HEAD_HEIGHT + MARGIN + (max(sums) - sums[number]) // 2
        for (version, link), box_height in zip(stack, heights[number], strict=True):
            boxes.append(_box(version, link, _x(number), y, box_height))
            y += box_height + GAP_BETWEEN_BOXES
    focus = next(box for box in boxes if box.link is None)
    return Picture(
        width=3 * BOX_WIDTH + 2 * GAP_BETWEEN_COLUMNS + 2 * _side(),
        height=height,
        columns=[
            Column(_x(number), _x(number) + BOX_WIDTH // 2, levels, bool(stacks[number]))
            for number, (_, levels) in enumerate(BANDS)
        ],
        arrows=[Arrow(box.link, _path(focus, box)) for box in boxes if box.link],
        boxes=boxes,
    )


def _side() -> int:
    """Room beside the outer columns for the arrows within them."""
    return GAP_BETWEEN_COLUMNS // 2


def _x(column: int) -> int:
    return _side() + column * (BOX_WIDTH + GAP_BETWEEN_COLUMNS)


def _column_of(version: StandardVersion, otherwise: int = 0) -> int:
    """The column of a version's band. One whose level is not known stands in the column of the focus."""
    if version.level is None:
        return otherwise
    return next(number for number, (last, _) in enumerate(BANDS) if version.level <= last)


def _order(link: Link) -> tuple[int, bool, float]:
    return (link.version.level or 0, not link.is_published, -(link.similarity or 0))


def _wrapped(title: str) -> list[str]:
    return textwrap.wrap(title, LINE_CHARACTERS, max_lines=MOST_LINES, placeholder=" …") or [""]


def _height(version: StandardVersion) -> int:
    return 2 * BOX_PADDING + (len(_wrapped(version.title)) + 1) * LINE_HEIGHT


def _box(version: StandardVersion, link: Link | None, x: int, y: int, height: int) -> Box:
    first = y + BOX_PADDING + 14
    lines = [Line(text, first + number * LINE_HEIGHT) for number, text in enumerate(_wrapped(version.title))]
    return Box(version, link, x, y, height, lines)


def _path(focus: Box, other: Box) -> str:
    """A curve in the direction of the link: between columns from side to side, within one around the boxes."""
    start, end = (focus, other) if other.link and other.link.is_onward else (other, focus)
    if start.x == end.x:
        # Out on one side and in on the same: onward on the right, towards the focus on the left.
        side, bend = (start.x + BOX_WIDTH, _side()) if start is focus else (start.x, -_side())
        return f"M{side} {start.middle} C{side + bend} {start.middle} {side + bend} {end.middle} {side} {end.middle}"
    forward = start.x < end.x
    out, into = (start.x + BOX_WIDTH, end.x) if forward else (start.x, end.x + BOX_WIDTH)
    half = (out + into) // 2
    return f"M{out} {start.middle} C{half} {start.middle} {half} {end.middle} {into} {end.middle}"
