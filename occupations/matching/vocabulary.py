"""The words of standards and which standards have each, kept in memory for searches.

The words of the catalogue belong to a process. They are gathered at its first search, and again when the catalogue has
changed: a search then looks at the few words that it needs, however many standards there are. Providers' private
standards are not among them; what those say is gathered for each search of somebody who sees one.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import accumulate
from math import log
from threading import Lock
from typing import Any
from uuid import UUID

from core.actor import Actor
from occupations.matching.catalogue import stamp
from occupations.models import SearchEntry
from occupations.querysets.standards import private_standards_of
from occupations.search import beginning, kin, stem

#: The columns of `SearchEntry` that hold words.
COLUMNS = ("heading", "names", "words")
#: Where all words of a search may be, and as what they are looked for, the best first.
PLACES: tuple[tuple[str, Callable[[str], str]], ...] = (
    *((column, form) for column in ("heading", "names") for form in (beginning, stem, kin)),
    ("words", beginning),
    ("words", stem),
)
#: From this rank on, the words are in no name.
IN_TEXT = PLACES.index(("words", beginning))
#: Sorted after every letter: what a word begins with goes up to here.
_LAST = "\U0010ffff"


class _Column:
    """The different words of one column in order, and the standards that have each, by their numbers."""

    def __init__(self, texts: Iterable[str]) -> None:
        holders: dict[str, array[int]] = {}
        for number, text in enumerate(texts):
            for word in text.split():
                if word not in holders:
                    holders[word] = array("I")
                holders[word].append(number)
        self.words = sorted(holders)
        counts = [len(holders[word]) for word in self.words]
        self._starts = array("I", [0, *accumulate(counts)])
        self._holders = array("I")
        for word in self.words:
            self._holders.extend(holders[word])

    def span(self, looked_for: str) -> tuple[int, int]:
        """From which place up to which the words are that are meant: one whole word, or those that begin alike."""
        word = looked_for.strip()
        first = bisect_left(self.words, word)
        if looked_for.endswith(" "):
            return first, bisect_right(self.words, word, first)
        return first, bisect_right(self.words, word + _LAST, first)

    def having(self, looked_for: str) -> set[int]:
        first, last = self.span(looked_for)
        return set(self._holders[self._starts[first] : self._starts[last]])

    def count(self, word: str) -> int:
        """How many standards have this very word."""
        first, last = self.span(f"{word} ")
        return self._starts[last] - self._starts[first]


class Vocabulary:
    """Some standards by their words.

    Args:
        rows: of each standard its version, and its words in each of `COLUMNS`.
        stamp: what the rows stand for: see `catalogue.stamp`.
    """

    def __init__(self, rows: Iterable[tuple[UUID, str, str, str]], stamp: int = 0) -> None:
        self.stamp = stamp
        self.versions: list[UUID] = []
        texts: dict[str, list[str]] = {name: [] for name in COLUMNS}
        for version, *of_columns in rows:
            self.versions.append(version)
            for name, text in zip(COLUMNS, of_columns, strict=True):
                texts[name].append(text)
        self._columns = {name: _Column(texts.pop(name)) for name in COLUMNS}

    def ranks(self, words: Collection[str]) -> dict[UUID, int]:
        """The versions that have each word, or one that begins like it or has the same stem; the lowest rank is first.

        First come those that have them in title or reference, then those with them among their other names; within
        each, the words as they were typed come before their stems, and those before the work that a doer is named by.
        """
        texts, names = self._columns["words"], self._columns["names"]
        held = [texts.having(stem(word)) for word in words]
        done = [names.having(kin(word)) for word in words]
        every = set.intersection(*held) | set.intersection(*done)
        ranks = dict.fromkeys(every, len(PLACES))
        for rank, (column, form) in reversed(list(enumerate(PLACES))):
            if having := self._with_all(column, form, words):
                ranks.update(dict.fromkeys(having & every, rank))
        return {self.versions[number]: rank for number, rank in ranks.items()}

    def _with_all(self, column: str, form: Callable[[str], str], words: Collection[str]) -> set[int]:
        return set.intersection(*(self._columns[column].having(form(word)) for word in words))

    def scores(self, weights: Mapping[str, float]) -> dict[UUID, float]:
        """The versions that have some of the words, each with how much those it has tell standards apart.

        A word in a name counts half as much again: what many are called says less than what few speak of.

        Args:
            weights: each word, and how much it tells standards apart, by `weight`.
        """
        found: dict[int, float] = {}
        for word, weight in weights.items():
            for column, looked_for, share in (("words", stem(word), 1.0), ("names", kin(word), 0.5)):
                for number in self._columns[column].having(looked_for) if weight else ():
                    found[number] = found.get(number, 0.0) + weight * share
        return {self.versions[number]: score for number, score in found.items()}

    def weight(self, word: str) -> float:
        """How much a word tells standards apart: more, the fewer have it or one of its stem; nothing, if none has.

        One that only begins other words ("taxi" of taxidermy) counts half.
        """
        texts = self._columns["words"]
        held_by = len(texts.having(stem(word)))
        if not held_by:
            return 0.0
        weight = log(1 + len(self.versions) / held_by)
        return weight if texts.count(word) else weight / 2

    def begins(self, letters: str) -> bool:
        """Whether a word begins with these letters."""
        first, last = self._columns["words"].span(beginning(letters))
        return first < last

    def counts(self, word: str) -> tuple[int, int]:
        """How many standards have this very word among their names, and how many anywhere."""
        return self._columns["names"].count(word), self._columns["words"].count(word)


_held: Vocabulary | None = None
_gathering = Lock()


def of_catalogue() -> Vocabulary:
    """The words of the catalogue as it is now: those of the last call, if no standard has come or changed since."""
    global _held
    now = stamp()
    if _held is None or _held.stamp != now:
        with _gathering:
            if _held is None or _held.stamp != now:
                _held = Vocabulary(_rows(owner=None), now)
    return _held


def seen_by(actor: Actor) -> list[Vocabulary]:
    """That of the catalogue, and one of the private standards that `actor` sees, if there are any."""
    private = private_standards_of(actor)
    return [of_catalogue(), *([Vocabulary(_rows(pk__in=private))] if private else [])]


def _rows(**conditions: Any) -> Iterable[tuple[UUID, str, str, str]]:
    of_standards = {f"standard__{name}": value for name, value in conditions.items()}
    return SearchEntry.objects.unscoped().filter(**of_standards).values_list("version_id", *COLUMNS).iterator()
