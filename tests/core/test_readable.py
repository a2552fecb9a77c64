"""Text from Word and PDFs is shown as what it means, and found by what it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.folding import folded
from core.readable import readable, with_lines

#: What Word, PDFs and copied pages bring, beside letters, spaces, emoji and Persian.
ODD = st.text(
    "ab م👩•→ \t\n\r\x00\x02\x07\x0b\x0c\x1e\x1f\x85\u00ad\u200b\u200c\u200d\u2028\u2060\ufeff\ufffe\uf0b7\uf0c3ﬁﬄ"
)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("I rang them\x0band wrote it down", "I rang them\nand wrote it down"),
        ("\uf0b7\tRang five people", "• Rang five people"),
        ("   \uf0b7   Rang five people\n\uf0a7 Wrote", "• Rang five people\n▪ Wrote"),
        ("\uf0c3\tA mark of a font that nobody has", "• A mark of a font that nobody has"),
        ("\uf0fc Done", "✓ Done"),
        ("co\u00adordinate, recruit\u00ad\nment", "coordinate, recruitment"),
        ("recruit\x02ment", "recruitment"),
        ("of\ufb01ce sta\ufb00", "office staff"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("e\x1email", "e\u2011mail"),
        ("علی‌رضا", "علی‌رضا"),
        ("Sam 👩\u200d🔧 at work", "Sam 👩\u200d🔧 at work"),
        ("A\u200dda", "Ada"),
        ("Café, naïve, £5 – “yes”", "Café, naïve, £5 – “yes”"),
    ],
)
def test_what_word_and_pdfs_write_is_shown_as_what_it_means(source: str, shown: str):
    assert readable(source) == shown


@given(ODD)
def test_what_is_readable_stays_as_it_is(text: str):
    assert readable(readable(text)) == readable(text)


@given(ODD)
def test_every_letter_stays(text: str):
    kept = [character for character in text if character in "abم👩"]
    assert [character for character in readable(text) if character in "abم👩"] == kept


@given(st.text())
def test_a_plain_text_of_any_script_is_searched_alike_before_and_after(text: str):
    letters = "".join(character for character in folded(text) if character.isalnum())
    assert "".join(character for character in folded(readable(text)) if character.isalnum()) == letters


@pytest.mark.parametrize(
    ("source", "typed"),
    [
        ("We met\x0bthe manager", "met the manager"),
        ("a long\x1eterm plan", "long-term"),
        ("a long‑term plan", "long-term"),
        ("recruit\u00adment", "recruitment"),
        ("the ofﬁce", "office"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_a_search_finds_what_is_shown(source: str, typed: str):
    assert folded(typed) in folded(source)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Research, including: - methods - sources", "Research, including:\n- methods\n- sources"),
        ("Note: - one dash is no list", "Note: - one dash is no list"),
        ("Self-motivation - or drive - at work", "Self-motivation - or drive - at work"),
        ("Has lines: - this - that\nand more", "Has lines: - this - that\nand more"),
    ],
)
def test_a_list_that_was_run_together_is_shown_in_lines(source: str, shown: str):
    assert with_lines(source) == shown
