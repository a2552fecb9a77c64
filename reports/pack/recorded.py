"""The entries of the record that concern a pack, each with the proof that it is in the record."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from audit.checkpoints import checkpoint
from audit.models import Chain, Entry
from core.canonical import digest
from reports.pack.contents import Contents
from reports.pack.writing import Damaged, canonical_json

RECORD_FORMAT = "craftmark-pack-record/1"
#: Of a record that is there from its first entry to its last: then no entry needs a proof.
WHOLE_RECORD_FORMAT = "craftmark-whole-record/1"
#: At most this many subjects in one statement.
_AT_ONCE = 400


class Recorded:
    """What of a provider's record concerns what was read for a pack, up to where the record ended then.

    Only entries that keep the state of a row are in it: not who opened a file, for instance.
    """

    def __init__(self, contents: Contents, chain: UUID) -> None:
        self.chain = chain
        self.size: int = Chain.objects.values_list("sequence", flat=True).get(pk=chain)
        self.entries = sorted(_entries(contents, chain, self.size), key=lambda entry: entry.sequence)
        self.root = ""
        self._proofs: dict[int, list[str]] = {}

    def prove(self) -> None:
        """Read the whole record once, and work out its root and the proof of each entry."""
        proved = checkpoint(self.chain, self.size, [entry.sequence for entry in self.entries])
        self.root, self._proofs = proved.root, proved.proofs

    def lines(self) -> Iterator[str]:
        """The entries as lines of JSON, below a line that says what they are.

        Raises:
            Damaged: an entry is not what its hash was made of; `verify_audit` says more.
        """
        yield canonical_json({"format": RECORD_FORMAT, "chain": self.chain, "size": self.size}) + "\n"
        for entry in self.entries:
            yield canonical_json(written_entry(entry) | {"proof": self._proofs[entry.sequence]}) + "\n"


def written_entry(entry: Entry) -> dict[str, Any]:
    """An entry as it is written, with its hash.

    Raises:
        Damaged: it is not what its hash was made of; `verify_audit` says more.
    """
    written: dict[str, Any] = {
        "format_version": entry.format_version,
        "chain": entry.chain_id,
        "sequence": entry.sequence,
        **entry.facts(),
        "previous_hash": entry.previous_hash,
    }
    if digest(written) != entry.hash:
        raise Damaged(f"entry {entry.sequence} of the record")
    return {"entry": written, "hash": entry.hash}


def _entries(contents: Contents, chain: UUID, size: int) -> Iterator[Entry]:
    subjects: dict[str, list[str]] = {}
    for kind, subject in sorted(contents.subjects):
        subjects.setdefault(kind, []).append(subject)
    for kind, ids in subjects.items():
        for start in range(0, len(ids), _AT_ONCE):
            yield from (
                Entry.objects.with_fingerprint()
                .filter(chain=chain, sequence__lte=size, subject_type=kind, subject__in=ids[start : start + _AT_ONCE])
                .order_by("sequence")
            )
