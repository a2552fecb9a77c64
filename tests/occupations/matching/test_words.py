"""Words and their stems: what makes no difference, and what does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as some

from occupations.matching.words import marked_stems, placed, stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Advertising a vacancy", "ADVERTISE VACANCIES"),
        ("the employer’s database", "The employers' databases"),
        ("follow‑up – by e-mail", "follow-up - by e-mail"),
        ("health\u00a0and safety", "health & safety"),
        ("a “naïve” client", "naive clients"),
        ("Today I did recruiting", "recruit"),
        ("re\u00adcruit", "recruits"),
    ],
)
def test_the_look_and_the_form_of_words_make_no_difference(one, other):
    assert stems(one) == stems(other) != []


def test_stems_come_in_order_and_as_often_as_they_occur():
    assert stems("Mix, rest, then mix") == ["mix", "rest", "mix"]


def test_small_words_are_left_out():
    assert stems("Today I did it with the other one, and a C or two") == ["two"]


@given(some.text(max_size=200))
def test_any_text_has_stems_and_can_be_marked_without_a_letter_lost(text):
    assert "".join(piece for piece, _ in marked_stems(text, stems(text))) == text
    assert all(text[word.start : word.end] for word in placed(text))


def test_words_are_marked_by_their_stems():
    assert marked_stems("Placing adverts, twice", {"advert", "place"}) == [
        ("Placing", True),
        (" ", False),
        ("adverts", True),
        (", twice", False),
    ]


@pytest.mark.race
def test_threads_do_not_spoil_each_others_stems():
    words = [f"{letter}{ending}" for letter in "bcdfghjklm" for ending in ("aking", "akes", "aked", "akers")] * 20
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda word: stems(f"{word} xyz{word}")[0], words))
    assert found == [stems(word)[0] for word in words]
