"""Rules of text that spreadsheets open."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.tables.csv_safety import as_text, cell

UNSEEN = st.text(
    st.characters(categories=["Zs", "Zl", "Zp", "Cc", "Cf"]) | st.sampled_from("\ufeff\u200b\u3000\u00a0"), max_size=4
)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(UNSEEN, st.sampled_from("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫"), ANY_TEXT)
def test_what_begins_like_a_formula_gets_an_apostrophe(unseen, start, rest):
    value = unseen + start + rest
    assert cell(value) == f"'{value}"


@given(ANY_TEXT)
@example("\u2003=1+1")
@example("\x00=1+1")
@example("\u202e@SUM(A1)")
@example("\U00018d09@SUM(A1)")
def test_nothing_that_is_seen_first_in_a_cell_starts_a_formula(value):
    seen = "".join(c for c in str(cell(value)) if not unicodedata.category(c).startswith(("Z", "C")))
    assert not unicodedata.normalize("NFKC", seen).startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("value", ["plain", "O'Neil", "a=b", "1-2", "Zoë – Ångström", "", "  spaced"])
def test_other_text_stays_as_it_is(value):
    assert as_text(value) == value


@pytest.mark.parametrize("value", [0, -3, -3.5, 12])
def test_numbers_stay_numbers(value):
    assert cell(value) is value


def test_nothing_is_an_empty_cell():
    assert cell(None) == ""
