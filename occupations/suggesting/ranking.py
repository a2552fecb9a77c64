"""From a text and the statements of a standard to the statements in the order in which the text speaks for them."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from occupations.matching.words import stems
from occupations.suggesting.features import Asked, Words, hints, passages
from occupations.suggesting.numbers import Numbers, shipped
from occupations.suggesting.texts import DutyWithCodes, EvidenceText, Statement, Suggestion, query

if TYPE_CHECKING:
    from numpy import ndarray

#: Beyond this nothing is read: some 30,000 words.
_MOST_CHARACTERS = 200_000
#: A text is told if it has a title, speaks of "I" and "we", or has more stems than any duty.
_FIRST_PERSON = re.compile(r"\b(?:I|I'm|I’m|[Mm]y|[Mm]e|[Mm]yself|[Ww]e|[Oo]ur|us)\b")
_LONGEST_DUTY = 150
#: A text with fewer known stems is little to go by: so much less, in log odds, for each that is missing.
_FEW_STEMS, _LESS = 3, 0.7
_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
#: At most this many words are shown for a suggestion, each with at least this share of all that speaks for it.
_MOST_WORDS, _LEAST_SHARE = 5, 0.06


def suggest(
    parts: EvidenceText,
    ksbs: Sequence[Statement],
    duties: Sequence[DutyWithCodes] = (),
    numbers: Numbers | None = None,
) -> list[Suggestion]:
    """All `ksbs` in the order in which the text speaks for them; `worth_showing` picks those for a screen.

    The same text gives the same answer, always. Equal scores stay in the standard's order.

    Args:
        ksbs: those that apply to the person: the core of the standard and their option, in the standard's order.
        duties: the duties of the standard with their KSBs, where it maps them: a text like a duty shows its KSBs.
        numbers: others than those that the project ships, for measuring.

    Returns:
        None at all where the text is empty or there are no KSBs.
    """
    whole = query(parts)[:_MOST_CHARACTERS]
    bag = stems(whole)
    if not bag or not ksbs:
        return []
    words = _words(numbers or shipped())
    asked = Asked(words, [bag], ksbs)
    duties = [duty for duty in duties if duty.codes and duty.text.strip()]
    if parts.title.strip() or _FIRST_PERSON.search(whole) or len(bag) > _LONGEST_DUTY:
        odds = _told(asked, bag)
        hinted = hints(whole, ksbs)
        odds = odds + [hinted.get(ksb.code, 0.0) for ksb in ksbs]
    else:
        odds = _like_a_duty(asked, duties)
    return _suggestions(asked, odds, whole)


def _told(asked: Asked, bag: Sequence[str]) -> "ndarray":
    """Log odds of each statement, for a text in which somebody tells of their work.

    The duty map is not asked: it says what a whole duty takes, and one piece of evidence shows a small part of it.
    """
    parts = passages(bag)
    features = asked.told_features(Asked(asked.words, parts, asked.ksbs) if parts else None)
    known = int((asked.texts[0] > 0).sum())
    odds: ndarray = features @ asked.words.numbers.told - _LESS * max(0, _FEW_STEMS - known)
    return odds


def _like_a_duty(asked: Asked, duties: Sequence[DutyWithCodes]) -> "ndarray":
    """Log odds of each statement, for a text that says what the work is."""
    import numpy as np

    numbers = asked.words.numbers
    features = asked.duty_features()
    net = numbers.duty
    if len(duties) >= 2:
        net, features = numbers.mapped_duty, np.concatenate([features, asked.map_features(duties)], -1)
    if net is None:
        raise ValueError("these numbers are still being learned")
    odds: ndarray = net(features)[0]
    return odds


def _suggestions(asked: Asked, odds: "ndarray", whole: str) -> list[Suggestion]:
    import numpy as np

    speaking = asked.speaking(_MOST_WORDS, _LEAST_SHARE)
    as_said = _as_said(whole, {stem for of_one in speaking for stem in of_one})
    scores = 1 / (1 + np.exp(-odds))
    return [
        Suggestion(
            asked.ksbs[number],
            round(float(scores[number]), 4),
            tuple(as_said[stem] for stem in speaking[number] if stem in as_said),
        )
        for number in np.argsort(-odds, kind="stable")
    ]


def _as_said(whole: str, wanted: set[str]) -> dict[str, str]:
    """The word of the text that each stem first stands in."""
    said: dict[str, str] = {}
    for word in dict.fromkeys(_WORD.findall(whole)):
        for stem in stems(word):
            if stem in wanted:
                said.setdefault(stem, word)
    return said


@lru_cache(maxsize=2)
def _words(numbers: Numbers) -> Words:
    return Words(numbers)
