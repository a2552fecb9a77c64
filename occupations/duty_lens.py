"""From what somebody did to the duties of their standard, and through them to its KSBs.

It reads one version and keeps nothing: how much a word tells is learned from the duties themselves.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from occupations.matching.words import marked_stems, stems
from occupations.models import Duty, Ksb, StandardVersion
from occupations.outline import is_shown

#: What the words count that stand in that KSB of a duty which has most of them, beside those of the duty itself.
THROUGH_A_KSB = 0.5
#: A word that only begins like one of the duty ("advert", "advertising") counts this much, if it has this many letters.
BEGINS_ALIKE, LEAST_LETTERS = 0.7, 5
#: A duty that has less than this share of what the best one has is not worth showing.
LEAST_SHARE = 0.3
MOST_DUTIES = 5
#: At most this many KSBs of a duty are shown in full.
MOST_KSBS = 5
#: Longer texts are cut: a day takes fewer words.
MOST_CHARACTERS = 5_000


@dataclass(frozen=True)
class FoundKsb:
    """A KSB of a duty, with the stems of the words that it shares with the text."""

    ksb: Ksb
    words: frozenset[str]

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The statement in pieces, and of each whether the text has its words."""
        return marked_stems(self.ksb.statement, self.words)


@dataclass(frozen=True)
class FoundDuty:
    """A duty that a text speaks of, and its KSBs, those that share most with the text first."""

    duty: Duty
    #: The stems of the words of the text that the duty has.
    words: frozenset[str]
    ksbs: list[FoundKsb]
    score: float

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        return marked_stems(self.duty.text, self.words)

    @property
    def mentioned(self) -> list[FoundKsb]:
        """The KSBs that share most with the text, as many as one reads."""
        return [found for found in self.ksbs[:MOST_KSBS] if found.words]

    @property
    def others(self) -> list[FoundKsb]:
        """The rest of its KSBs, in the order of the standard."""
        return sorted(self.ksbs[len(self.mentioned) :], key=lambda found: found.ksb.position)


def duties_for(text: str, version: StandardVersion, option: str = "", most: int = MOST_DUTIES) -> list[FoundDuty]:
    """The duties that a text such as "today I did …" speaks of, the best first; none if no word fits.

    Args:
        option: "" for every duty, `outline.CORE`, or the position of an option: then its duties and those of the core.
        most: the largest number of duties.
    """
    asked = set(stems(text[:MOST_CHARACTERS]))
    duties = [duty for duty in version.duties.order_by("number").prefetch_related("options") if is_shown(duty, option)]
    if not asked or not duties:
        return []
    taken = _taken(version, option)
    own = [frozenset(stems(f"{duty.text} {duty.criteria}")) for duty in duties]
    words_of = {ksb.pk: frozenset(stems(ksb.statement)) for ksbs in taken.values() for ksb in ksbs}
    counts = _counts(asked, own, words_of)
    found = []
    for duty, words in zip(duties, own, strict=True):
        ksbs = [FoundKsb(ksb, words_of[ksb.pk] & counts.keys()) for ksb in taken.get(duty.pk, ())]
        ksbs.sort(key=lambda one: (-_sum(one.words, counts), one.ksb.position))
        through = _sum(ksbs[0].words, counts) if ksbs else 0.0
        score = _sum(words & counts.keys(), counts) + THROUGH_A_KSB * through
        found.append(FoundDuty(duty, words & counts.keys(), ksbs, score))
    found.sort(key=lambda one: (-one.score, one.duty.number))
    best = found[0].score
    return [one for one in found[:most] if best and one.score >= LEAST_SHARE * best]


def _taken(version: StandardVersion, option: str) -> dict[Any, list[Ksb]]:
    """The KSBs of each duty, by the duty's id. Each KSB is one object, though many duties take it: that saves most."""
    ksbs = {ksb.pk: ksb for ksb in version.ksbs.prefetch_related("options") if is_shown(ksb, option)}
    taken: dict[Any, list[Ksb]] = defaultdict(list)
    links = Duty.ksbs.through.objects.filter(duty__version=version).values_list("duty_id", "ksb_id")
    for duty_id, ksb_id in links:
        if ksb_id in ksbs:
            taken[duty_id].append(ksbs[ksb_id])
    return taken


def _counts(asked: set[str], duties: list[frozenset[str]], statements: dict[Any, frozenset[str]]) -> dict[str, float]:
    """What each word of the standard counts that was asked for, or begins alike: the fewer texts have it, the more."""
    texts = [*duties, *statements.values()]
    having = Counter(chain.from_iterable(texts))
    begun = [word for word in asked if len(word) >= LEAST_LETTERS]
    counts = {}
    for word, count in having.items():
        tells = math.log1p(len(texts) / count)
        if word in asked:
            counts[word] = tells
        elif len(word) >= LEAST_LETTERS and any(word.startswith(one) or one.startswith(word) for one in begun):
            counts[word] = tells * BEGINS_ALIKE
    return counts


def _sum(words: Iterable[str], counts: dict[str, float]) -> float:
    return math.fsum(counts[word] for word in words)
