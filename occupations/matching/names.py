"""Standards by what their names mean, for a search whose words no standard has: "butcher" finds Abattoir worker.

The index belongs to a process. It is built when a search first finds nothing, and again when the catalogue has changed.
Providers' private standards are not in it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID

from occupations.matching import meaning
from occupations.matching.words import stems
from occupations.models import SearchEntry

if TYPE_CHECKING:
    from numpy import ndarray

#: What lies farther away has nothing to do with it.
LEAST_NEARNESS = 0.33


@dataclass(frozen=True, eq=False)
class _Index:
    stamp: int
    versions: list[UUID]
    #: What each title means, and what title, job titles and keywords mean together.
    titles: "ndarray"
    names: "ndarray"


_held: _Index | None = None
_building = Lock()


def nearness(words: Collection[str], now: int) -> dict[UUID, float]:
    """The versions whose names mean about what `words` mean, the nearest first, and how near they are.

    Args:
        now: the catalogue's `stamp`.
    """
    import numpy as np

    asked = meaning.shipped().meanings([stems(" ".join(words))])[0]
    index = _index(now)
    if not asked.any() or not index.versions:
        return {}
    near = np.maximum(index.titles @ asked, index.names @ asked)
    places = np.flatnonzero(near >= LEAST_NEARNESS)
    places = places[np.argsort(-near[places], kind="stable")]
    return {index.versions[place]: value for place, value in zip(places.tolist(), near[places].tolist(), strict=True)}


def _index(now: int) -> _Index:
    global _held
    if _held is None or _held.stamp != now:
        with _building:
            rows = list(SearchEntry.objects.of_owner(None).values_list("version_id", "version__title", "names"))
            vectors = meaning.shipped()
            _held = _Index(
                now,
                [version for version, _, _ in rows],
                vectors.meanings(stems(title) for _, title, _ in rows),
                vectors.meanings(stems(names) for _, _, names in rows),
            )
    return _held
