"""Drawing each kind of picture. Its numbers stand in the picture, too: no value is told by colour alone."""

from collections.abc import Callable
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from pages.pictures.shapes import WIDTH, box, line, number, part, patterns, shortened, words
from reports.pictures import Bars, Distribution, HeatMap, Lines, Picture, Ranges, StackedBars, Timeline

#: Between two parts of a bar: each touches the ground alone.
GAP = 2
_BAR = 14
_EMPTY = SafeString("")


def svg(picture: Picture, style: str = "") -> SafeString:
    """The picture as SVG, named and described. `style` is for paper, where no style sheet of a page applies."""
    drawn, height = _DRAWERS[type(picture)](picture)
    title, about = f"{picture.name}-title", f"{picture.name}-about"
    # Our own words of CSS, for the setting of a PDF: nothing that anybody typed.
    sheet = SafeString(f"<style>{style}</style>") if style else _EMPTY
    return SafeString(
        f'<svg class="picture-svg" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {number(height)}" '
        f'role="img" aria-labelledby="{escape(title)}" aria-describedby="{escape(about)}">'
        f'<title id="{escape(title)}">{escape(picture.title)}</title>'
        f'<desc id="{escape(about)}">{escape(picture.description)}</desc>{sheet}{drawn}</svg>'
    )


def _with_unit(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{number(value)}{unit}"


def _bars(picture: Bars) -> tuple[SafeString, float]:
    most = picture.most or max((bar.value or 0 for bar in picture.bars), default=0) or 1
    drawn, y = _EMPTY, 0.0
    for bar in picture.bars:
        value = _with_unit(bar.value, picture.unit)
        drawn += words(0, y + 12, shortened(bar.label, WIDTH - 60)) + words(WIDTH, y + 12, value, "end strong")
        drawn += box(0.5, y + 17.5, WIDTH - 1, _BAR, "picture-track")
        if bar.value:
            drawn += box(0, y + 17, WIDTH * min(bar.value / most, 1), _BAR + 1, "series-plain")
        y += 42
    return drawn, y


def _distribution(picture: Distribution) -> tuple[SafeString, float]:
    height, ground = 150.0, 126.0
    most = max((bar.value or 0 for bar in picture.bars), default=0) or 1
    step = WIDTH / max(len(picture.bars), 1)
    drawn = _EMPTY
    for place, bar in enumerate(picture.bars):
        x, tall = place * step, (bar.value or 0) / most * (ground - 22)
        drawn += box(x + GAP, ground - tall, step - 2 * GAP, tall, "series-plain")
        drawn += words(x + step / 2, ground - tall - 5, _with_unit(bar.value, picture.unit), "middle strong")
        drawn += words(x + step / 2, ground + 16, shortened(bar.label, step + 6), "middle")
    return drawn + line(0, ground, WIDTH, ground, "picture-axis"), height


def _stacked(picture: StackedBars) -> tuple[SafeString, float]:
    drawn, y = patterns(picture.name, len(picture.series)), 0.0
    drawn, y = _legend(picture, drawn)
    for stack in picture.stacks:
        drawn += words(0, y + 12, shortened(stack.label, WIDTH - 70))
        drawn += words(WIDTH, y + 12, f"{sum(stack.values[: picture.done_count])}/{stack.total}", "end strong")
        drawn += box(0.5, y + 18.5, WIDTH - 1, _BAR, "picture-track")
        x = 0.0
        for place, (series, value) in enumerate(zip(picture.series, stack.values, strict=True)):
            wide = WIDTH * value / stack.total if stack.total else 0
            if value:
                drawn += part(picture.name, place, series.key, x, y + 18, max(wide - GAP, 1), _BAR + 1)
                if wide > 22 and series.key != "not_started":
                    drawn += words(x + wide / 2, y + 46, value, "middle small")
            x += wide
        if stack.mark is not None:
            at = min(max(WIDTH * stack.mark / 100, 1), WIDTH - 1)
            drawn += line(at, y + 14, at, y + 37, "picture-mark")
            drawn += SafeString(f'<path class="picture-head" d="M{number(at - 4)} {number(y + 14)}h8l-4 6z"/>')
        y += 54
    return drawn, y


def _legend(picture: StackedBars | Lines, drawn: SafeString) -> tuple[SafeString, float]:
    """What each colour and pattern is, in as many lines as that takes; and where the picture begins below."""
    x, y = 0.0, 0.0
    for place, series in enumerate(picture.series):
        wide = 20 + len(series.label) * 7.4 + 12
        if x and x + wide > WIDTH:
            x, y = 0.0, y + 18
        if isinstance(picture, Lines):
            drawn += line(x, y + 8, x + 14, y + 8, f"line line-{series.key}") + _sign(place, x + 7, y + 8, series.key)
        elif series.key == "not_started":
            drawn += box(x + 0.5, y + 2.5, 12, 10, "picture-track")
        else:
            drawn += part(picture.name, place, series.key, x, y + 2, 13, 11)
        drawn += words(x + 18, y + 12, series.label, "small")
        x += wide
    return drawn, y + 26


def _sign(place: int, x: float, y: float, key: str) -> SafeString:
    """The sign of a line's points, different for each line."""
    shapes = (
        "m-4 0 4-4 4 4-4 4z",
        "m-3.5-3.5h7v7h-7z",
        "m0-4 4.5 7.5h-9z",
        "m-4-1.3h2.7v-2.7h2.7v2.7h2.7v2.7h-2.7v2.7h-2.7v-2.7h-2.7z",
    )
    return SafeString(f'<path class="series-{escape(key)}" d="M{number(x)} {number(y)}{shapes[place % len(shapes)]}"/>')


def _lines(picture: Lines) -> tuple[SafeString, float]:
    drawn, top = _legend(picture, _EMPTY)
    left, right, tall = 34.0, WIDTH - 12.0, 120.0
    ground = top + tall
    values = [value for point in picture.points for value in point.values if value is not None]
    most = picture.most or max(values, default=0) or 1
    for share in (0, 0.5, 1):
        y = ground - share * tall
        drawn += line(left, y, right, y, "picture-axis" if not share else "picture-grid")
        drawn += words(left - 5, y + 4, _with_unit(most * share, picture.unit), "end small")
    step = (right - left) / max(len(picture.points) - 1, 1)
    each = max(len(picture.points) // 6, 1)
    for place, point in enumerate(picture.points):
        if place % each == 0:
            # Of a month, its name alone: the year stands in the table.
            short = point.label.partition(" ")[0]
            drawn += words(left + place * step, ground + 16, short, "middle small")
    for which, series in enumerate(picture.series):
        # A gap where a value is not known: a line across it would say one.
        path, is_down = "", False
        for place, point in enumerate(picture.points):
            value = point.values[which]
            if value is None:
                is_down = False
                continue
            x, y = left + place * step, ground - min(value / most, 1) * tall
            path += f"{'L' if is_down else 'M'}{number(x)} {number(y)}"
            is_down = True
            drawn += _sign(which, x, y, series.key)
        drawn += SafeString(f'<path class="line line-{escape(series.key)}" d="{path}"/>')
    return drawn, ground + 24


_HEAT_ROW = 20.0
_HEAT_LEFT = 44.0


def heat_level(value: float) -> int:
    """Which of five grounds a cell has, by its per cent."""
    return min(int(value // 20), 4)


def _heat_map(picture: HeatMap) -> tuple[SafeString, float]:
    step = (WIDTH - _HEAT_LEFT) / max(len(picture.columns), 1)
    drawn = ""
    for place, column in enumerate(picture.columns):
        # A month above the number of learners: the year stands in the table.
        name, _space, rest = column.partition(" ")
        x = _HEAT_LEFT + (place + 0.5) * step
        drawn += words(x, 11, shortened(name, step + 4), "middle small")
        drawn += words(x, 25, rest.rpartition(" ")[2], "middle small")
    grounds: dict[int, list[str]] = {}
    bars, cells, y = [], [], 32.0
    for row in picture.rows:
        drawn += words(0, y + 14, row.label, "small strong")
        for place, value in enumerate(row.values):
            x = _HEAT_LEFT + place * step
            said = "–"
            if value is not None:
                said = number(round(value))
                wide = step - 2
                grounds.setdefault(heat_level(value), []).append(
                    f"M{number(x + 1)} {number(y)}h{number(wide)}v18h-{number(wide)}z"
                )
                if value:
                    long = number(wide * value / 100)
                    bars.append(f"M{number(x + 1)} {number(y + 15)}h{long}v3h-{long}z")
            cells.append(f'<tspan x="{number(x + step / 2)}" y="{number(y + 12.5)}">{said}</tspan>')
        y += _HEAT_ROW
    drawn += "".join(f'<path class="heat-{level}" d="{"".join(paths)}"/>' for level, paths in sorted(grounds.items()))
    drawn += f'<path class="heat-bar" d="{"".join(bars)}"/><text class="middle small">{"".join(cells)}</text>'
    return SafeString(drawn), y


def _timeline(picture: Timeline) -> tuple[SafeString, float]:
    left = 92.0
    step = (WIDTH - left) / max(len(picture.months), 1)
    drawn, y = _EMPTY, 18.0
    for place, month in enumerate(picture.months):
        # The month alone; the year where it begins.
        short, _space, year = month.partition(" ")
        drawn += words(left + (place + 0.5) * step, 10, short[:1] if step < 20 else short, "middle small")
        is_crowded = any(one.startswith("Jan") for one in picture.months[1:2])
        if short == "Jan" or (not place and not is_crowded):
            drawn += words(left + (place + 0.5) * step, 22, year, "middle small")
    y = 30.0
    for row in picture.rows:
        drawn += words(0, y + 15, shortened(row.label, left - 4), "small")
        drawn += line(left, y + 11, WIDTH, y + 11, "picture-grid")
        for place, count in enumerate(row.counts):
            if count:
                x = left + (place + 0.5) * step
                drawn += box(x - step / 2 + 1, y + 1, step - 2, 20, "picture-count")
                drawn += words(x, y + 15, count if count < 1000 else "999+", "middle small strong")
        y += 26
    if picture.periods_label:
        drawn += words(0, y + 15, shortened(picture.periods_label, left - 4), "small")
        drawn += line(left, y + 11, WIDTH, y + 11, "picture-grid")
        for period in picture.periods:
            wide = max((period.end - period.start) * step, 2)
            drawn += box(left + period.start * step, y + 4, wide, 14, "series-break")
        y += 26
    return drawn, y


_RANGE_ROW = 20.0
_RANGE_LEFT, _RANGE_RIGHT = 52.0, 40.0


def _ranges(picture: Ranges) -> tuple[SafeString, float]:
    """A ring where it stood, a filled diamond where it stands, and a line between: no colour is needed to tell them."""
    first, now, _change = picture.ends
    drawn = _ring(7, 8) + words(18, 12, first, "small") + _diamond(137, 8) + words(148, 12, now, "small")
    step = (WIDTH - _RANGE_LEFT - _RANGE_RIGHT) / max(len(picture.levels) - 1, 1)
    at = [_RANGE_LEFT + place * step for place in range(len(picture.levels))]
    for place, level in enumerate(picture.levels):
        css = "small" if not place else "middle small" if place < len(at) - 1 else "end small"
        x = (_RANGE_LEFT - 8, at[place], WIDTH)[0 if not place else 1 if place < len(at) - 1 else 2]
        drawn += words(x, 34, shortened(level, step + 14), css)
    y = 44.0
    bottom = y + _RANGE_ROW * len(picture.ranges)
    for x in at:
        drawn += line(x, y, x, bottom, "picture-grid")
    parts = []
    for one in picture.ranges:
        middle = y + _RANGE_ROW / 2
        parts.append(words(0, middle + 4, one.label, "small strong"))
        if one.start is not None and one.end is not None and one.start != one.end:
            parts.append(line(at[one.start], middle, at[one.end], middle, "line"))
        if one.start is not None:
            parts.append(_ring(at[one.start], middle))
        if one.end is not None:
            parts.append(_diamond(at[one.end], middle))
        said = "–" if one.start is None and one.end is None else "" if one.change is None else f"{one.change:+d}"
        parts.append(words(WIDTH, middle + 4, "0" if one.change == 0 else said, "end small strong"))
        y += _RANGE_ROW
    return drawn + SafeString("".join(parts)), bottom + 2


def _ring(x: float, y: float) -> SafeString:
    return SafeString(f'<circle class="picture-ring" cx="{number(x)}" cy="{number(y)}" r="5.5"/>')


def _diamond(x: float, y: float) -> SafeString:
    return SafeString(f'<path class="series-plain" d="M{number(x - 5)} {number(y)}l5-5 5 5-5 5z"/>')


_DRAWERS: dict[type[Picture], Callable[[Any], tuple[SafeString, float]]] = {
    Bars: _bars,
    Distribution: _distribution,
    StackedBars: _stacked,
    Lines: _lines,
    HeatMap: _heat_map,
    Timeline: _timeline,
    Ranges: _ranges,
}
