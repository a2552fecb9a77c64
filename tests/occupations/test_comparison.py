"""What differs between two texts of a standard: each statement once on each side, and the words marked."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occupations.comparison import Change, Piece, compare, marked_items, marked_words, similarity
from occupations.content import normalised


def ksb(code: str, statement: str, source_id: str = "", options: tuple[str, ...] = ()) -> dict[str, Any]:
    kind = code.rstrip("0123456789")
    return {
        "type": kind,
        "number": int(code[len(kind) :]),
        "statement": statement,
        "source_id": source_id,
        "source_code": "",
        "options": list(options),
    }


def changes(before: list[dict], after: list[dict]) -> list[tuple[str, str | None, str | None]]:
    return [
        (change.kind.value, change.before and change.before.code, change.after and change.after.code)
        for change in compare({"ksbs": before}, {"ksbs": after}).statements
    ]


LONG = "Plan and deliver a marketing campaign across channels within budget"


def test_a_statement_with_the_same_words_and_code_is_unchanged():
    assert changes([ksb("K1", LONG)], [ksb("K1", LONG)]) == [("unchanged", "K1", "K1")]


@pytest.mark.parametrize(
    "printed",
    ["It\u2019s  a test\u00a0of one \u2013 two", "It's a test\nof one - two ", "It's a te\u00adst of one - two"],
)
def test_spaces_quotes_and_dashes_make_no_difference(printed):
    assert changes([ksb("K1", "It's a test of one - two")], [ksb("K1", printed)]) == [("unchanged", "K1", "K1")]


def test_a_word_makes_a_difference_and_capitals_alone_make_none():
    assert changes([ksb("K1", LONG)], [ksb("K1", LONG.upper())]) == [("unchanged", "K1", "K1")]


def test_the_source_id_finds_a_statement_whatever_its_code_and_words():
    before = [ksb("K1", "Entirely other words", "id-1"), ksb("K2", LONG, "id-2")]
    after = [ksb("K1", LONG, "id-2"), ksb("K2", "New text here", "id-1")]
    assert changes(before, after) == [("renumbered", "K2", "K1"), ("reworded", "K1", "K2")]


def test_a_source_id_that_stands_twice_decides_nothing():
    before = [ksb("K1", LONG, "id"), ksb("K2", "Baking of bread and cakes", "id")]
    after = [ksb("K1", LONG, "id"), ksb("K2", "Baking of bread and cakes", "id")]
    assert {kind for kind, _, _ in changes(before, after)} == {"unchanged"}


def test_an_inserted_statement_renumbers_the_later_ones():
    before = [ksb("K1", "How to bake bread"), ksb("K2", "How to ice a cake well")]
    after = [ksb("K1", "How to bake bread"), ksb("K2", "Rules of hygiene"), ksb("K3", "How to ice a cake well")]
    assert changes(before, after) == [("unchanged", "K1", "K1"), ("added", None, "K2"), ("renumbered", "K2", "K3")]


def test_the_same_words_elsewhere_win_over_similar_words_under_the_code():
    before = [ksb("K1", "How to bake bread in an oven")]
    after = [ksb("K1", "How to bake rolls in an oven"), ksb("K2", "How to bake bread in an oven")]
    assert changes(before, after) == [("added", None, "K1"), ("renumbered", "K1", "K2")]


def test_another_text_under_the_same_code_is_removed_and_added():
    assert changes([ksb("K1", LONG)], [ksb("K1", "How bread rises")]) == [
        ("removed", "K1", None),
        ("added", None, "K1"),
    ]


def test_a_statement_that_goes_on_with_a_new_sentence_is_the_same_statement():
    before = ksb("K5", "Market rates and conditions within their sector")
    after = ksb("K5", "Market rates and conditions within their sector. This may include identifying labour market "
                "shortages and the demand for those with transferable skills in a green economy.")  # fmt: skip
    assert changes([before], [after]) == [("reworded", "K5", "K5")]
    assert changes([after], [before]) == [("reworded", "K5", "K5")]


def test_items_of_a_list_are_marked():
    assert marked_items(["a", "b\u00a0c"], ["b c", "d"]) == [
        Piece("removed", "a"),
        Piece("same", "b c"),
        Piece("added", "d"),
    ]


def test_a_statement_that_moved_and_was_reworded_is_both():
    (change,) = compare({"ksbs": [ksb("S4", LONG)]}, {"ksbs": [ksb("S9", f"{LONG} set")]}).statements
    assert change.kind == Change.REWORDED
    assert change.is_renumbered


def test_the_same_statement_twice_is_matched_code_by_code():
    twice = [ksb("K1", LONG), ksb("K2", LONG), ksb("S1", LONG)]
    assert changes(twice, twice) == [("unchanged", code, code) for code in ("K1", "K2", "S1")]


def test_a_statement_that_changes_its_options_says_so():
    (change,) = compare({"ksbs": [ksb("K1", LONG)]}, {"ksbs": [ksb("K1", LONG, options=("Baker",))]}).statements
    assert change.kind == Change.UNCHANGED
    assert change.has_other_options
    assert not change.is_same


def test_a_removed_statement_stands_where_it_stood():
    before = [ksb("K1", "One thing about bread"), ksb("K2", "Second matter: cakes"), ksb("K3", "Third of all, tarts")]
    assert changes(before, [before[0], before[2]]) == [
        ("unchanged", "K1", "K1"),
        ("removed", "K2", None),
        ("unchanged", "K3", "K3"),
    ]


def test_duties_are_compared_with_their_ksbs():
    def duty(text: str, *codes: str) -> dict:
        return {
            "number": 1,
            "text": text,
            "criteria": "",
            "source_id": "",
            "ksb_codes": list(codes),
            "options": [],
        }

    (change,) = compare({"duties": [duty("Bake bread", "K1")]}, {"duties": [duty("Bake bread", "K1", "K2")]}).duties
    assert change.has_other_ksbs
    assert not change.is_same


def test_facts_that_differ_are_told():
    before = {"title": "Baker", "level": 2, "keywords": ["bread"], "summary": "Bakes\u00a0bread", "route": ""}
    after = {"title": "Baker", "level": 3, "keywords": ["bread", "cake"], "summary": "Bakes bread", "route": None}
    facts = compare(before, after).facts
    assert [(fact.name, fact.before, fact.after) for fact in facts] == [
        ("level", 2, 3),
        ("keywords", ["bread"], ["bread", "cake"]),
    ]


def test_options_products_and_assessments_count_as_facts():
    after = {
        "options": [{"title": "Baker", "source_id": ""}],
        "products": [{"kind": "", "reference": "ST0001", "title": "Baker", "level": 2, "status": ""}],
        "assessments": [{"kind": "outcome", "code": "AO1", "title": "Baking", "scope": "Core", "ksb_codes": ["K1"]}],
    }
    facts = compare({}, after).facts
    assert [(fact.name, fact.after) for fact in facts] == [
        ("options", ["Baker"]),
        ("products", ["ST0001, Baker, 2"]),
        ("assessments", ["AO1 Baking (Core): K1"]),
    ]


def test_words_are_marked():
    assert marked_words("Bake white bread daily", "Bake brown bread daily.") == [
        Piece("same", "Bake"),
        Piece("removed", "white"),
        Piece("added", "brown"),
        Piece("same", "bread"),
        Piece("removed", "daily"),
        Piece("added", "daily."),
    ]


def test_a_list_keeps_its_lines():
    assert marked_words("Bake:\n- bread", "Bake:\n- bread\n- cakes") == [
        Piece("same", "Bake:\n- bread"),
        Piece("added", "\n- cakes"),
    ]


def test_texts_of_thousands_of_words_take_no_time():
    before, after = "one two " * 5_000, "two three " * 5_000
    assert [piece.kind for piece in marked_words(before, after)] == ["removed", "added"]


def test_hundreds_of_statements_that_all_changed_take_no_time():
    before = [
        ksb(f"K{number}", f"Understand rule {number} of the trade and how it is used") for number in range(1, 200)
    ]
    after = [ksb(f"K{number}", f"Understand rule {number} of our trade and how it is used") for number in range(1, 200)]
    assert compare({"ksbs": before}, {"ksbs": after}).counts[Change.REWORDED] == 199


# Properties ----------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(["bake", "bread", "cake", "Bake", "oven", "the", "‘loaf’", "'loaf'", "–", "-"])
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", "\u00a0", "\n", "  "])), min_size=1, max_size=6).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    codes = draw(st.lists(st.sampled_from([f"{kind}{n}" for kind in "KSB" for n in range(1, 5)]), unique=True))
    return {"ksbs": [ksb(code, draw(TEXTS), draw(st.sampled_from(["", "", "a", "b", "c"]))) for code in codes]}


@given(contents(), contents())
def test_every_statement_stands_once_on_each_side(before, after):
    found = compare(before, after).statements
    for side, content in (("before", before), ("after", after)):
        codes = Counter(getattr(change, side).code for change in found if getattr(change, side))
        assert codes == Counter(f"{item['type']}{item['number']}" for item in content["ksbs"])


@given(contents())
def test_a_text_compared_with_itself_is_unchanged(content):
    compared = compare(content, content)
    assert compared.is_empty
    assert {change.kind for change in compared.statements} <= {Change.UNCHANGED}


@given(contents(), contents())
def test_what_is_unchanged_or_renumbered_has_the_same_words(before, after):
    for change in compare(before, after).statements:
        if change.kind in (Change.UNCHANGED, Change.RENUMBERED):
            assert normalised(change.before.text) == normalised(change.after.text)
            assert change.is_renumbered == (change.kind == Change.RENUMBERED)


@given(contents(), contents())
def test_added_and_removed_change_places_when_the_texts_do(before, after):
    there, back = compare(before, after).counts, compare(after, before).counts
    assert len(before["ksbs"]) - there[Change.REMOVED] == len(after["ksbs"]) - there[Change.ADDED]
    assert len(after["ksbs"]) - back[Change.REMOVED] == len(before["ksbs"]) - back[Change.ADDED]


@given(TEXTS, TEXTS)
def test_marked_words_are_the_words_of_both_texts(before, after):
    pieces = marked_words(before, after)
    assert normalised(" ".join(piece.text for piece in pieces if piece.kind != "added")) == normalised(before)
    assert normalised(" ".join(piece.text for piece in pieces if piece.kind != "removed")) == normalised(after)
    assert all(piece.text.strip() for piece in pieces)


@given(TEXTS, TEXTS)
def test_similarity_is_a_share_and_the_same_both_ways(one, other):
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)
    assert similarity(one, one) == 1
