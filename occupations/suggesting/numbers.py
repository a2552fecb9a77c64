"""The numbers that suggestions are computed with: what they mean, and the file in which they ship."""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from numpy import ndarray

SHIPPED = Path(__file__).with_name("numbers.npz")


@dataclass(frozen=True, eq=False)
class Net:
    """A small net: from the features of a text and a statement to how likely they belong together, as log odds."""

    mean: "ndarray"
    spread: "ndarray"
    inner: "ndarray"
    inner_bias: "ndarray"
    outer: "ndarray"
    straight: "ndarray"
    bias: "ndarray"

    def __call__(self, features: "ndarray") -> "ndarray":
        import numpy as np

        x = np.clip((features - self.mean) / self.spread, -4, 4)
        odds: ndarray = np.tanh(x @ self.inner + self.inner_bias) @ self.outer + x @ self.straight + self.bias
        return odds


@dataclass(frozen=True, eq=False)
class Numbers:
    """All that was learned.

    Args:
        stems: the stems that are known, one a row of what follows.
        weights: how telling each is: the rarer among statements, the more.
        meaning: stems that occur in the same sentences lie near each other.
        asks, tells: a stem of a text and one of a statement belong together as far as these rows agree: learned from
            the duties that standards map.
        exact: how much more a stem counts that is in both.
        breadth: how broadly statements with this stem are mapped; kind_breadth, by kind (K, S, B).
        duty, mapped_duty: for a text like a duty, without and with the other duties' KSBs.
        told: for a text that somebody tells of their work: a weight for each feature in `told_features`.
    """

    stems: tuple[str, ...]
    weights: "ndarray"
    meaning: "ndarray"
    asks: "ndarray"
    tells: "ndarray"
    exact: float
    breadth: "ndarray"
    kind_breadth: "ndarray"
    duty: Net | None = None
    mapped_duty: Net | None = None
    told: "ndarray | None" = None

    def save(self, path: Path) -> None:
        """Write them in half precision, which changes no ranking that matters."""
        import numpy as np

        arrays: dict[str, Any] = {"stems": np.frombuffer("\n".join(self.stems).encode(), dtype=np.uint8)}
        for name in ("weights", "meaning", "asks", "tells", "breadth"):
            arrays[name] = getattr(self, name).astype(np.float16)
        arrays |= {"exact": np.float32(self.exact), "kind_breadth": self.kind_breadth, "told": self.told}
        for name in ("duty", "mapped_duty"):
            net = getattr(self, name)
            arrays |= {f"{name}.{field.name}": getattr(net, field.name).astype(np.float32) for field in fields(Net)}
        with path.open("wb") as file:
            np.savez_compressed(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        import numpy as np

        with np.load(path, allow_pickle=False) as held:
            arrays = {
                name: held[name].astype(np.float32)
                for name in ("weights", "meaning", "asks", "tells", "breadth", "kind_breadth", "told")
            }
            nets: dict[str, Any] = {
                name: Net(**{field.name: held[f"{name}.{field.name}"] for field in fields(Net)})
                for name in ("duty", "mapped_duty")
            }
            stems = tuple(held["stems"].tobytes().decode().split("\n"))
            return cls(stems=stems, exact=float(held["exact"]), **arrays, **nets)


@cache
def shipped() -> Numbers:
    """The numbers that the project ships, read once."""
    return Numbers.load(SHIPPED)
