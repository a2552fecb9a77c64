"""Which statements carry over to which."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from occupations.matching.likeness import Rarity, Statement, carried, likeness
from occupations.matching.words import stems

COMMON = Rarity({"use": 90, "equip": 90, "centrifug": 2, "dough": 3, "knead": 3}, 100)
WORDS = some.frozensets(some.sampled_from(["use", "equip", "centrifug", "dough", "knead", "never seen"]))


def ksb(type_: str, statement: str) -> SimpleNamespace:
    return SimpleNamespace(type=type_, statement=statement)


def alike(one: str, other: str, rarity: Rarity = COMMON) -> float:
    return likeness(frozenset(stems(one)), frozenset(stems(other)), rarity)


@given(WORDS, WORDS)
def test_likeness_is_between_0_and_1_and_the_same_from_both_sides(one, other):
    assert 0 <= likeness(one, other, COMMON) <= 1.0000001
    assert likeness(one, other, COMMON) == pytest.approx(likeness(other, one, COMMON))


def test_the_same_words_in_another_order_are_wholly_alike():
    assert alike("Knead the dough", "dough, kneading of") == pytest.approx(1)


def test_rare_words_tell_more_than_common_ones():
    rare = alike("use centrifuge dough", "centrifuge dough knead")
    common = alike("use equipment dough", "use equipment knead")
    assert rare > common


def test_one_word_in_common_is_chance():
    assert alike("centrifuge use", "centrifuge dough") == 0
    assert alike("Centrifuges", "The centrifuge") == 1


def test_knowledge_answers_knowledge_and_skills_answer_skills():
    before = [ksb("K", "Kneading dough"), ksb("TS", "Kneading dough")]
    after = [ksb("S", "Knead dough"), ksb("TK", "Knead dough"), ksb("B", "Knead dough")]
    found = carried(before, after, COMMON)
    assert [(pair.before.type, pair.after.type) for pair in found.pairs] == [("TS", "S"), ("K", "TK")]
    assert [one.type for one in found.new] == ["B"]


def test_each_statement_carries_over_is_new_or_falls_away():
    before = [ksb("S", "Knead dough"), ksb("S", "Knead dough gently"), ksb("S", "Sail a boat home")]
    after = [ksb("S", "Knead the dough"), ksb("S", "Ice the buns")]
    found = carried(before, after, COMMON)
    assert [(pair.before, pair.after, pair.percent) for pair in found.pairs] == [(before[0], after[0], 100)]
    assert found.new == [after[1]]
    # The second was not the best for any, but is like one: it does not fall away.
    assert found.gone == [before[2]]


def test_words_that_both_have_are_marked_on_both_sides():
    (pair,) = carried([ksb("S", "Kneads dough by hand")], [ksb("S", "Knead any dough")], COMMON).pairs
    assert [text for text, is_shared in pair.before_pieces if is_shared] == ["Kneads", "dough"]
    assert [text for text, is_shared in pair.after_pieces if is_shared] == ["Knead", "dough"]


def test_same_statements_are_one_though_they_come_twice():
    twice = [ksb("K", "Kneading of dough"), ksb("K", "Kneading of dough")]
    found = carried(twice, twice[:1], COMMON)
    assert (len(found.pairs), found.new, found.gone) == (1, [], [])
    assert Statement.of(twice[0]).words == {"knead", "dough"}
