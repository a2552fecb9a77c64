"""A chain in one hash, and proofs that an entry is in it: for a pack that shows some entries without the others."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from audit import merkle
from audit.models import Entry


@dataclass(frozen=True)
class Checkpoint:
    """The first `size` entries of a chain, as the Merkle root (in hex) over their hashes.

    Attributes:
        proofs: for the sequences that were asked for, the hashes (in hex) that show that this entry is among them.
    """

    chain: UUID
    size: int
    root: str
    proofs: dict[int, list[str]]


def checkpoint(chain: UUID, size: int, sequences: Collection[int] = ()) -> Checkpoint:
    """The checkpoint over the first `size` entries of a chain, with proofs of some. The chain is read once.

    Raises:
        ValueError: the chain has fewer entries than that, or one of `sequences` is not among them.
    """
    hashes = Entry.objects.filter(chain=chain, sequence__lte=size).order_by("sequence").values_list("hash", flat=True)
    leaves = map(bytes.fromhex, hashes.iterator(chunk_size=5_000))
    root, paths = merkle.proofs(leaves, size, [sequence - 1 for sequence in sequences])
    proofs = {index + 1: [step.hex() for step in path] for index, path in paths.items()}
    return Checkpoint(chain, size, root.hex(), proofs)
