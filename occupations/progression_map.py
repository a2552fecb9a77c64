"""The picture of a progression: where each box and arrow stands, in units of the drawing. The page draws it as SVG.

Columns are the three bands of the occupational maps. Text in SVG does not wrap by itself, so titles are cut into lines.
"""

import textwrap
from dataclasses import dataclass
from typing import NamedTuple

from occupations.models import StandardVersion
from occupations.progression import Link, Progression

#: Sizes in units of the drawing, which are pixels where there is room.
BOX_WIDTH, GAP_BETWEEN_COLUMNS, GAP_BETWEEN_BOXES = 240, 92, 22
MARGIN, HEAD_HEIGHT, LINE_HEIGHT, BOX_PADDING = 12, 64, 19, 12
LINE_CHARACTERS, MOST_LINES = 24, 4

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
    """A band: where it stands, and its levels."""

    x: int
    width: int
    middle: int
    levels: str


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
            Column(_x(number), BOX_WIDTH, _x(number) + BOX_WIDTH // 2, levels)
            for number, (_, levels) in enumerate(BANDS)
        ],
        arrows=_arrows(focus, boxes),
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


def _arrows(focus: Box, boxes: list[Box]) -> list[Arrow]:
    """The links as curves, each in its direction."""
    arrows = []
    for box in boxes:
        if box.link is None:
            continue
        start, end = (focus, box) if box.link.is_onward else (box, focus)
        if start.x == end.x:
            path = _around(start, end, is_right=start is focus)
        else:
            path = _across(start, end, [other for other in boxes if start.x < other.x < end.x])
        arrows.append(Arrow(box.link, path))
    return arrows


def _around(start: Box, end: Box, is_right: bool) -> str:
    """Within a column: out on one side and in on the same; onward on the right, towards the focus on the left."""
    side, bend = (start.x + BOX_WIDTH, _side()) if is_right else (start.x, -_side())
    return f"M{side} {start.middle} C{side + bend} {start.middle} {side + bend} {end.middle} {side} {end.middle}"


def _across(start: Box, end: Box, between: list[Box]) -> str:
    """From one column to another, and past the boxes of one that lies between: never behind them.

    A published link may lead to a lower level; it goes from right to left.
    """
    if start.x > end.x:
        out, into = start.x, end.x + BOX_WIDTH
        return f"M{out} {start.middle} {_curve(out, start.middle, into, end.middle)}"
    out, into = start.x + BOX_WIDTH, end.x
    if not between:
        return f"M{out} {start.middle} {_curve(out, start.middle, into, end.middle)}"
    left, right = between[0].x, between[0].x + BOX_WIDTH
    lane = _lane(between, (start.middle + end.middle) // 2)
    first, last = _curve(out, start.middle, left, lane), _curve(right, lane, into, end.middle)
    return f"M{out} {start.middle} {first} H{right} {last}"


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    half = (x + to_x) // 2
    return f"C{half} {y} {half} {to_y} {to_x} {to_y}"


def _lane(boxes: list[Box], wanted: int) -> int:
    """The height nearest to `wanted` at which a line passes between, above or below these boxes."""
    half = GAP_BETWEEN_BOXES // 2
    lanes = [boxes[0].y - half, *(box.y + box.height + half for box in boxes)]
    return min(lanes, key=lambda lane: abs(lane - wanted))
