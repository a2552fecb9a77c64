"""A chain in one hash, and proofs that an entry is in it: for a pack that shows some entries without the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from audit import merkle
from audit.models import Entry


@dataclass(frozen=True)
class Checkpoint:
    """The first `size` entries of a chain, as the Merkle root (in hex) over their hashes."""

    chain: UUID
    size: int
    root: str

    def holds(self, sequence: int, entry_hash: str, proof: list[str]) -> bool:
        """Whether `proof` shows that the entry with this sequence and hash (in hex) is among them."""
        path = [bytes.fromhex(step) for step in proof]
        root = bytes.fromhex(self.root)
        return merkle.proves(path, bytes.fromhex(entry_hash), sequence - 1, self.size, root)


def checkpoint(chain: UUID, size: int | None = None) -> Checkpoint:
    """The checkpoint over the first `size` entries of a chain, or over all that there are now.

    Raises:
        ValueError: the chain has fewer entries than that.
    """
    count = 0

    def counted() -> Iterator[bytes]:
        nonlocal count
        for leaf in _leaves(chain, size):
            count += 1
            yield leaf

    root = merkle.root(counted()).hex()
    if size is not None and count != size:
        raise ValueError(f"the chain has {count} entries, not {size}")
    return Checkpoint(chain, count, root)


def proof(of: Checkpoint, sequence: int) -> list[str]:
    """The hashes (in hex) that show that the entry with this sequence is in the checkpoint.

    Raises:
        IndexError: the checkpoint has no such entry.
    """
    return [step.hex() for step in merkle.proof(list(_leaves(of.chain, of.size)), sequence - 1)]


def _leaves(chain: UUID, size: int | None) -> Iterator[bytes]:
    entries = Entry.objects.filter(chain=chain).order_by("sequence")
    if size is not None:
        entries = entries.filter(sequence__lte=size)
    for entry_hash in entries.values_list("hash", flat=True).iterator():
        yield bytes.fromhex(entry_hash)
