"""Rules of pictures: each has its words, its numbers and its file, and none says zero for what is not known."""

import re

import pytest
from defusedxml import ElementTree

from pages.pictures.drawing import svg
from pages.pictures.paper import style
from pages.pictures.tables import as_table, drawn_table
from reports.pictures import (
    Bar,
    Bars,
    Distribution,
    HeatMap,
    HeatRow,
    Lines,
    Period,
    Point,
    Series,
    Stack,
    StackedBars,
    Timeline,
    TimeRow,
)

WORDS = {"name": "shown", "title": "How <much>", "description": "What & why."}
SERIES = [Series("signed_off", "Signed off"), Series("met", "Met"), Series("not_started", "Not started")]
PICTURES = [
    Bars(**WORDS, headings=("Who", "Days"), bars=[Bar("Ann", 3, "/a/"), Bar("=1+1", None)], unit=" days"),
    Distribution(**WORDS, headings=("Days", "Pieces"), bars=[Bar("0 to 2", 3), Bar("3 to 5", 0)]),
    StackedBars(
        **WORDS,
        headings=("Of", "All", "Expected, %"),
        series=SERIES,
        stacks=[Stack("Knowledge", (1, 2, 3), 40.0), Stack("Skills", (0, 0, 0))],
    ),
    Lines(**WORDS, heading="Month", series=SERIES[:2], points=[Point("May", (1, None)), Point("June", (None, 4))]),
    HeatMap(**WORDS, heading="KSB", columns=["May"], rows=[HeatRow("K1", (55.4,)), HeatRow("K2", (None,))]),
    Timeline(
        **WORDS,
        heading="Month",
        months=["May 2026", "Jun 2026"],
        rows=[TimeRow("Sent", (1, 0))],
        periods_label="Breaks",
        periods=[Period(0.5, 1.5, "15 May to 15 June")],
    ),
]
by_kind = pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: type(picture).__name__)


@by_kind
def test_a_picture_is_well_formed_and_says_what_it_is(picture):
    drawn = ElementTree.fromstring(svg(picture))
    assert drawn.get("role") == "img"
    ids = {one.get("id"): one.text for one in drawn.iter() if one.get("id")}
    assert ids[drawn.get("aria-labelledby")] == "How <much>"
    assert ids[drawn.get("aria-describedby")] == "What & why."


@by_kind
def test_a_picture_on_a_page_brings_no_style_of_its_own(picture):
    assert "style" not in svg(picture)
    assert "<style>" in svg(picture, style())


@by_kind
def test_every_picture_has_a_table_of_its_numbers(picture):
    table = picture.table()
    assert all(len(row) == len(table.headings) for row in table.rows)
    assert drawn_table(picture).count("<tr>") == len(table.rows) + 1


@by_kind
def test_the_file_holds_the_same_numbers(picture):
    lines = "".join(as_table(picture).lines()).removeprefix("\ufeff").splitlines()
    assert len(lines) == len(picture.table().rows) + 4


def test_what_begins_like_a_formula_is_text_in_the_file():
    assert "'=1+1" in "".join(as_table(PICTURES[0]).lines())


def test_what_is_not_known_is_never_zero():
    bars, heat = svg(PICTURES[0]), svg(PICTURES[4])
    assert ">–<" in bars
    assert ">–<" in heat
    assert re.findall(r">0(?: days|%)?<", bars + heat) == []
    assert "–" in drawn_table(PICTURES[0])


def test_a_line_breaks_where_a_value_is_not_known():
    points = [Point(str(n), (value,)) for n, value in enumerate((1, 2, None, 3, 4))]
    drawn = svg(Lines(**WORDS, heading="Month", series=SERIES[:1], points=points))
    path = re.search(r'class="line line-signed_off" d="(M[^"]*)"', drawn)
    assert path[1].count("M") == 2


def test_parts_differ_by_pattern_and_words_beside_their_colour():
    drawn = svg(PICTURES[2])
    assert 'fill="url(#shown-1)"' in drawn
    assert all(series.label in drawn for series in SERIES)


def test_rows_of_a_table_lead_to_what_they_count():
    assert '<a href="/a/">Ann</a>' in drawn_table(PICTURES[0])


def test_a_row_of_a_timeline_says_in_which_months_a_break_was():
    assert [row[-1] for row in PICTURES[-1].table().rows] == ["15 May to 15 June", "15 May to 15 June"]
