"""One standard against all others: the words of every K and S statement of the catalogue, kept in memory.

Providers' private standards are not in it: what is shown of others must not depend on what only some may know.

The index belongs to a process, is built when it is first asked for, and again when the catalogue has other texts.
"""

import math
from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import UUID

from occupations.matching.likeness import CARRIES, FAMILIES, LEAST_SHARED, Rarity, Statement
from occupations.matching.words import stems
from occupations.models import Ksb, SearchEntry

if TYPE_CHECKING:
    import numpy as np

#: Below this a likeness is chance; from here on it counts towards the similarity of two standards.
FAINT = 0.15
#: The types of statement that say what one knows and can do. Behaviours are much the same everywhere.
TYPES = ("K", "S", "TK", "TS")
#: A standard with fewer statements says too little to be compared.
LEAST_STATEMENTS = 5


@dataclass(frozen=True)
class Alike:
    """Another standard, and how much of what two standards say finds its like on the other side."""

    version_id: UUID
    similarity: float
    #: How many of its statements ours carry over to, of how many.
    their_answered_count: int
    their_count: int
    #: How many of ours its statements carry over to, of how many.
    our_answered_count: int
    our_count: int


class _Family:
    """The statements of one family, by their words.

    `places[starts[word]:starts[word + 1]]` are those with a word; `weights` is how much each says, and `owners` whose
    it is: the statements of one standard stand together.
    """

    def __init__(self, words: "np.ndarray", places: "np.ndarray", owners: "np.ndarray", rarity: "np.ndarray") -> None:
        import numpy as np

        self.owners = owners
        self.weights = np.sqrt(np.bincount(places, rarity[words], minlength=len(owners))).astype(np.float32)
        self.starts = np.zeros(len(rarity) + 1, dtype=np.int64)
        np.cumsum(np.bincount(words, minlength=len(rarity)), out=self.starts[1:])
        self.places = places[np.argsort(words, kind="stable")].astype(np.int32)
        self.standards, self.firsts = np.unique(owners, return_index=True)

    def likeness(self, known: "np.ndarray", rarity: "np.ndarray", weight: float, word_count: int) -> "np.ndarray":
        """How alike each statement is to one with these words, of which some may be unknown here; faint ones are 0."""
        import numpy as np

        spans = [self.places[self.starts[word] : self.starts[word + 1]] for word in known]
        if not spans:
            return np.zeros(len(self.owners), dtype=np.float32)
        places = np.concatenate(spans)
        told = np.repeat(rarity[known], [len(span) for span in spans])
        alike = np.bincount(places, told, minlength=len(self.owners)) / (self.weights * weight + 1e-9)
        shared = np.bincount(places, minlength=len(self.owners))
        if word_count >= LEAST_SHARED:
            alike[shared < LEAST_SHARED] = 0
        else:
            alike[alike < 0.999] = 0
        alike[alike < FAINT] = 0
        return alike


class Catalogue:
    """Every standard's newest text that is held, by the words of its K and S statements.

    Args:
        rows: version, type and text of each statement, those of one version together.
        stamp: what the rows stand for: see `stamp()`.
    """

    def __init__(self, rows: Iterable[tuple[UUID, str, str]], stamp: int = 0) -> None:
        import numpy as np

        self.stamp = stamp
        self.versions: list[UUID] = []
        self._numbers: dict[str, int] = {}
        gathered = {family: (array("i"), array("i"), array("i")) for family in ("K", "S")}
        for version, type_, text in rows:
            if not self.versions or self.versions[-1] != version:
                self.versions.append(version)
            words, places, owners = gathered[FAMILIES[type_]]
            for stem in set(stems(text)):
                words.append(self._numbers.setdefault(stem, len(self._numbers)))
                places.append(len(owners))
            owners.append(len(self.versions) - 1)
        self._places = {version: place for place, version in enumerate(self.versions)}
        arrays = {family: [np.array(values, dtype=np.int64) for values in lists] for family, lists in gathered.items()}
        # In how many standards each word occurs, whether as knowledge or as a skill.
        keys = np.concatenate(
            [words * len(self.versions) + owners[places] for words, places, owners in arrays.values()]
        )
        with_word = np.bincount(np.unique(keys) // max(len(self.versions), 1), minlength=len(self._numbers))
        self._rarity = np.log1p(len(self.versions) / np.maximum(with_word, 1))
        self.rarity = Rarity(dict(zip(self._numbers, with_word.tolist(), strict=True)), len(self.versions))
        self._families = {
            family: _Family(words, places, owners, self._rarity) for family, (words, places, owners) in arrays.items()
        }
        count = len(self.versions)
        self._totals = sum(
            (np.bincount(one.owners, one.weights, minlength=count) for one in self._families.values()), np.zeros(count)
        )
        self._counts = sum(
            (np.bincount(one.owners, minlength=count) for one in self._families.values()), np.zeros(count, dtype=int)
        )

    def alike(self, statements: Sequence[Statement], least: float, also: Collection[UUID] = ()) -> list[Alike]:
        """Standards that say what `statements` say, the most similar first.

        Whose statements they are is not known here: the standard itself may be among them.

        Args:
            least: from this similarity on.
            also: versions that are wanted however little they have in common.
        """
        import numpy as np

        ours = [statement for statement in statements if statement.family in self._families]
        if len(ours) < LEAST_STATEMENTS or not self.versions:
            return []
        count = len(self.versions)
        theirs_found, their_answered = np.zeros(count), np.zeros(count, dtype=int)
        ours_found, our_answered = np.zeros(count), np.zeros(count, dtype=int)
        our_total = 0.0
        for name, family in self._families.items():
            best = np.zeros(len(family.owners), dtype=np.float32)
            for statement in ours:
                if statement.family != name or not statement.words or not len(best):
                    continue
                weight = math.sqrt(self.rarity.total(statement.words))
                known = [number for word in statement.words if (number := self._numbers.get(word)) is not None]
                alike = family.likeness(np.array(known, dtype=int), self._rarity, weight, len(statement.words))
                np.maximum(best, alike, out=best, casting="unsafe")
                nearest = np.maximum.reduceat(alike, family.firsts)
                ours_found[family.standards] += weight * nearest
                our_answered[family.standards] += nearest >= CARRIES
                our_total += weight
            theirs_found += np.bincount(family.owners, best * family.weights, minlength=count)
            their_answered += np.bincount(family.owners, best >= CARRIES, minlength=count).astype(int)
        similarity = np.sqrt((theirs_found / np.maximum(self._totals, 1e-9)) * (ours_found / max(our_total, 1e-9)))
        similarity[self._counts < LEAST_STATEMENTS] = 0
        wanted = [place for version in also if (place := self._places.get(version)) is not None]
        near = np.union1d(np.flatnonzero(similarity >= least), np.array(wanted, dtype=int))
        return [
            Alike(
                version_id=self.versions[place],
                similarity=min(float(similarity[place]), 1.0),
                their_answered_count=int(their_answered[place]),
                their_count=int(self._counts[place]),
                our_answered_count=int(our_answered[place]),
                our_count=len(ours),
            )
            for place in near[np.argsort(-similarity[near], kind="stable")]
        ]


_held: Catalogue | None = None
_building = Lock()


def held() -> Catalogue:
    """The catalogue as it is now: that of the last call, if no text has come or changed since."""
    global _held
    now = stamp()
    if _held is None or _held.stamp != now:
        with _building:
            if _held is None or _held.stamp != now:
                rows: Any = (
                    Ksb.objects.filter(
                        version__search_entry__isnull=False, version__standard__owner=None, type__in=TYPES
                    )
                    .order_by("version_id", "position")
                    .values_list("version_id", "type", "statement")
                )
                _held = Catalogue(rows.iterator(), now)
    return _held


def stamp() -> int:
    """A number that is another one as soon as a newest version is another, or says something else."""
    entries = SearchEntry.objects.of_owner(None).order_by("standard_id")
    return hash(tuple(entries.values_list("version_id", "version__content_sha256")))
