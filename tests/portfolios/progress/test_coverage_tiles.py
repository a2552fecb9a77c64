"""The coverage picture."""

import re
from uuid import uuid4

from django.template.loader import render_to_string

from pages.templatetags.coverage import KsbRow, coverage_tiles


def rows(*codes_and_states):
    return [
        KsbRow(state, False, code, code.rstrip("0123456789"), f"The statement of {code}")
        for code, state in codes_and_states
    ]


def test_tiles_are_grouped_by_type_in_the_standards_order():
    groups = coverage_tiles(rows(("K1", "met"), ("S1", "met"), ("S2", "met"), ("B1", "met")), uuid4())["groups"]
    assert [(group["label"], [re.search(r"/ksbs/(\w+)/", tile)[1] for tile in group["tiles"]]) for group in groups] == [
        ("Knowledge", ["K1"]),
        ("Skills", ["S1", "S2"]),
        ("Behaviours", ["B1"]),
    ]


def test_the_legend_counts_every_state_even_those_without_a_ksb():
    totals = coverage_tiles(rows(("K1", "met"), ("K2", "met"), ("S1", "signed_off")), uuid4())["totals"]
    assert {total["state"]: total["count"] for total in totals} == {
        "signed_off": 1,
        "met": 2,
        "needs_work": 0,
        "submitted": 0,
        "in_progress": 0,
        "not_started": 0,
    }


def test_each_tile_leads_to_its_ksb_and_says_its_state_in_words():
    learner = uuid4()
    html = render_to_string(
        "portfolio/_coverage_tiles.html", coverage_tiles(rows(("TK12", "needs_work"), ("ESB3", "met")), learner)
    )
    assert f'href="/apprenticeships/{learner}/ksbs/TK12/"' in html
    assert f'href="/apprenticeships/{learner}/ksbs/ESB3/"' in html
    assert "Needs work: The statement of TK12" in html


def test_every_statement_is_read_in_full_without_opening_its_page():
    long = "How to do " + "one thing and another " * 20
    progress = [KsbRow("met", False, "K1", "K", long), KsbRow("met", False, "S1", "S", "Do it")]
    html = render_to_string("portfolio/_coverage_tiles.html", coverage_tiles(progress, uuid4()))
    assert f"<strong>K1</strong> {long}</a>" in html
    assert "<strong>S1</strong> Do it</a>" in html


def test_a_statement_with_markup_stays_text():
    progress = [KsbRow("met", False, "K1", "K", "<script>alert(1)</script>")]
    assert "<script>" not in render_to_string("portfolio/_coverage_tiles.html", coverage_tiles(progress, uuid4()))
