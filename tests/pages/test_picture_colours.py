"""The colours of pictures can be told from what they touch (WCAG 2.2, 1.4.11 and 1.4.3), in both themes."""

import re

import pytest

from pages.pictures.paper import style, tokens

#: What is drawn on the ground of a panel or on paper: bars, lines, signs, outlines.
SHAPES = [
    "--series-1",
    "--series-green",
    "--series-teal",
    "--series-violet",
    "--series-blue",
    "--series-amber",
    "--series-red",
    "--series-grey",
    "--line-control",
    "--accent",
    "--ink",
]
HEAT = [f"--heat-{level}" for level in range(5)]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_differs_from_the_ground_that_it_touches(theme, shape):
    colours = tokens(theme)
    assert contrast(colours[shape], colours["--surface"]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", HEAT)
def test_the_number_and_the_bar_in_a_cell_differ_from_its_ground(theme, ground):
    colours = tokens(theme)
    assert contrast(colours["--ink"], colours[ground]) >= 4.5


def test_the_style_for_paper_has_no_variable_left():
    assert "var(" not in style()
    assert "#1e7440" in style()


def test_every_colour_of_the_style_sheet_is_a_token():
    assert "#000000" not in style(), "a variable that no token names"
    assert re.findall(r"@media", style()) == []
