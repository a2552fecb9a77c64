"""What words mean, as rows of numbers: those that are used alike lie near each other, however they are spelled.

The rows were distilled from a small sentence model (`distilling.py`). Here numpy alone is needed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from occupations.matching.words import stems

if TYPE_CHECKING:
    from numpy import ndarray

SHIPPED = Path(__file__).with_name("word_vectors.npz")


@dataclass(frozen=True, eq=False)
class WordVectors:
    """A row of numbers for each stem: its direction is what the stem means, its length how much it tells.

    Args:
        places: which row a stem has.
        rows: in whole numbers from -127 to 127.
        scale: what each row is multiplied by.
    """

    places: dict[str, int]
    rows: "ndarray"
    scale: "ndarray"

    @classmethod
    def of(cls, stems: Sequence[str], rows: "ndarray") -> Self:
        """From exact numbers, rounded as they are kept."""
        import numpy as np

        scale = np.maximum(np.abs(rows).max(axis=1), 1e-9) / 127
        whole = np.round(rows / scale[:, None]).astype(np.int8)
        return cls({stem: place for place, stem in enumerate(stems)}, whole, scale.astype(np.float16))

    def meanings(self, bags: Iterable[Sequence[str]]) -> "ndarray":
        """A row of length 1 for each bag of stems: what they mean together; zeros where none is known."""
        import numpy as np

        found = [self._sum(bag) for bag in bags]
        together = np.array(found, np.float32).reshape(len(found), self.rows.shape[1])
        lengths = np.linalg.norm(together, axis=1, keepdims=True)
        means: ndarray = together / np.where(lengths == 0, 1, lengths)
        return means

    def of_stems(self, stems: Sequence[str]) -> "ndarray":
        """The row of each stem; zeros for one that is not known."""
        import numpy as np

        found = np.zeros((len(stems), self.rows.shape[1]), np.float32)
        known = [(number, place) for number, stem in enumerate(stems) if (place := self.places.get(stem)) is not None]
        if known:
            numbers, places = map(list, zip(*known, strict=True))
            found[numbers] = self.rows[places] * self.scale[places].astype(np.float32)[:, None]
        return found

    def knows(self, word: str) -> bool:
        """Whether it is a word that standards or everyday English have."""
        return any(stem in self.places for stem in stems(word))

    def _sum(self, bag: Sequence[str]) -> "ndarray":
        import numpy as np

        counts = Counter(bag)
        often = 1 + np.log(np.array(list(counts.values()), np.float32))
        total: ndarray = often @ self.of_stems(list(counts))
        return total

    def save(self, path: Path) -> None:
        import numpy as np

        stems = np.frombuffer("\n".join(self.places).encode(), dtype=np.uint8)
        with path.open("wb") as file:
            np.savez_compressed(file, stems=stems, rows=self.rows, scale=self.scale)

    @classmethod
    def load(cls, path: Path) -> Self:
        import numpy as np

        with np.load(path, allow_pickle=False) as held:
            stems = held["stems"].tobytes().decode().split("\n")
            return cls({stem: place for place, stem in enumerate(stems)}, held["rows"], held["scale"])


@cache
def shipped() -> WordVectors:
    """The vectors that the project ships, read once."""
    return WordVectors.load(SHIPPED)
