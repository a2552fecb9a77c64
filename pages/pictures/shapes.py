"""The few shapes that pictures are made of. Every picture is 400 wide, so words keep their size beside each other."""

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from core.readable import readable

WIDTH = 400
#: A letter is about this wide.
LETTER = 6.2


def number(value: float) -> str:
    """A coordinate or a value, without what nobody sees of it."""
    return f"{value:.1f}".removesuffix(".0")


def words(x: float, y: float, said: object, css: str = "") -> SafeString:
    """Text that begins at a place; with the class `end` or `middle` it ends there, or has its middle there."""
    return SafeString(f'<text x="{number(x)}" y="{number(y)}"{_class(css)}>{escape(readable(str(said)))}</text>')


def box(x: float, y: float, width: float, height: float, css: str) -> SafeString:
    size = f'width="{number(max(width, 0))}" height="{number(height)}"'
    return SafeString(f'<rect x="{number(x)}" y="{number(y)}" {size}{_class(css)}/>')


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> SafeString:
    return SafeString(f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"{_class(css)}/>')


def _class(css: str) -> SafeString:
    return format_html(' class="{}"', css) if css else SafeString("")


def shortened(said: str, width: float) -> str:
    """As much of a text as fits."""
    letters = max(int(width / LETTER), 1)
    return said if len(said) <= letters else f"{said[: letters - 1].rstrip()}…"


#: Of each pattern, what is cut out of the colour: with it, parts differ in print and to whoever sees no colours.
_PATTERNS = ("", "M-1 7 7-1M-1 1 1-1M5 7 7 5", "M3 0V6", "M0 3H6", "M-1-1 7 7M-1 5 1 7M5-1 7 1", "M2 2h2v2h-2z")


def patterns(name: str, count: int) -> SafeString:
    """The patterns of so many parts, for a picture of this name. The first part is plain."""
    drawn = "".join(
        f'<pattern id="{escape(name)}-{place}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<path class="picture-cut" d="{_PATTERNS[place % len(_PATTERNS)]}"/></pattern>'
        for place in range(1, count)
    )
    return SafeString(f"<defs>{drawn}</defs>" if drawn else "")


def part(name: str, place: int, key: str, x: float, y: float, width: float, height: float) -> SafeString:
    """A part of a bar: its colour, and its pattern over that."""
    drawn = box(x, y, width, height, f"series-{key}")
    if place:
        drawn += SafeString(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" '
            f'fill="url(#{escape(name)}-{place})"/>'
        )
    return drawn
