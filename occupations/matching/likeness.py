"""How alike two statements are, by the words they share; and which of one standard answer which of another.

The whole method, how its numbers were chosen and what it is worth stand in docs/progression.md.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from occupations.matching.words import marked_stems, stems

#: Types that are compared with each other: knowledge with knowledge, skills with skills, behaviours with behaviours.
FAMILIES = {"K": "K", "TK": "K", "S": "S", "TS": "S", "B": "B", "ESB": "B"}
#: From here on one statement carries over to another: somebody who shows the one has much of the other to show.
CARRIES = 0.3
#: Two statements must share this many words to count as similar; one rare word in common is mostly chance.
LEAST_SHARED = 2


class Rarity:
    """How much a word tells: the fewer standards use it, the more.

    Args:
        standards_with: in how many standards each stem occurs.
        standard_count: how many standards there are.
    """

    def __init__(self, standards_with: Mapping[str, int], standard_count: int) -> None:
        self.standard_count = max(standard_count, 1)
        self._standards_with = standards_with

    def of(self, stem: str) -> float:
        """log(1 + standards / standards with the word). A word that no standard has counts like one that one has."""
        return math.log1p(self.standard_count / max(self._standards_with.get(stem, 1), 1))

    def total(self, words: Iterable[str]) -> float:
        return math.fsum(map(self.of, words))


@dataclass(frozen=True)
class Statement:
    """A statement as it is compared: its family, its different stems, and the row it comes from."""

    row: Any
    family: str
    words: frozenset[str] = field(compare=False)

    @classmethod
    def of(cls, ksb: Any) -> "Statement":
        """From a KSB, or anything with a type and a statement."""
        return cls(ksb, FAMILIES[ksb.type], frozenset(stems(ksb.statement)))


@dataclass(frozen=True)
class Pair:
    """A statement, one that answers it, and how alike they are, from 0 to 1."""

    before: Any
    after: Any
    likeness: float

    @property
    def percent(self) -> int:
        return round(self.likeness * 100)

    @property
    def before_pieces(self) -> list[tuple[str, bool]]:
        """The text of the statement before in pieces, and of each whether the other has these words too."""
        return marked(self.before.statement, self.after.statement)

    @property
    def after_pieces(self) -> list[tuple[str, bool]]:
        return marked(self.after.statement, self.before.statement)


@dataclass(frozen=True)
class Carried:
    """What carries over from one list of statements to another, what is new there, and what falls away."""

    pairs: list[Pair]
    new: list[Any]
    gone: list[Any]


def likeness(one: frozenset[str], other: frozenset[str], rarity: Rarity) -> float:
    """The share of the words of two statements that they have in common, each by how much it tells; 0 to 1."""
    shared = one & other
    if not shared or (len(shared) < LEAST_SHARED and one != other):
        return 0.0
    return rarity.total(shared) / math.sqrt(rarity.total(one) * rarity.total(other))


def pairs(before: Sequence[Statement], after: Sequence[Statement], rarity: Rarity) -> Iterator[Pair]:
    """Every two statements of the same family that carry over, in the order of `after`, the most alike first."""
    with_word: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, statement in enumerate(before):
        for word in statement.words:
            with_word[statement.family, word].append(place)
    for statement in after:
        near = {place for word in statement.words for place in with_word.get((statement.family, word), ())}
        found = [
            Pair(before[place].row, statement.row, alike)
            for place in sorted(near)
            if (alike := likeness(before[place].words, statement.words, rarity)) >= CARRIES
        ]
        yield from sorted(found, key=lambda pair: -pair.likeness)


def carried(before: Sequence[Any], after: Sequence[Any], rarity: Rarity) -> Carried:
    """Of each KSB of `after` the one of `before` that is most like it; and those on both sides that have none."""
    found = list(pairs([Statement.of(ksb) for ksb in before], [Statement.of(ksb) for ksb in after], rarity))
    best: dict[int, Pair] = {}
    for pair in found:
        best.setdefault(id(pair.after), pair)
    used = {id(pair.before) for pair in found}
    return Carried(
        pairs=list(best.values()),
        new=[ksb for ksb in after if id(ksb) not in best],
        gone=[ksb for ksb in before if id(ksb) not in used],
    )


def marked(text: str, other: str) -> list[tuple[str, bool]]:
    """`text` in pieces, and of each whether its words (by their stems) stand in `other` too."""
    return marked_stems(text, stems(other))
