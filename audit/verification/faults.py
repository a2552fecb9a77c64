"""What verification finds, and places in the record that are known from elsewhere."""

from dataclasses import dataclass
from typing import NamedTuple, Self
from uuid import UUID

from audit.models import INSTALLATION, AccountEvent, Entry

#: How many entries or rows are held in memory at once.
BATCH_SIZE = 500


class Anchor(NamedTuple):
    """A place in a chain that was written down elsewhere: the sequence of an entry and its hash."""

    sequence: int
    hash: str


@dataclass(frozen=True)
class Fault:
    """A fault: which entry of which chain, what it refers to, and why.

    A fault of a row that no entry refers to has neither chain nor sequence; one of a whole chain has no sequence.
    """

    chain: UUID | None
    sequence: int | None
    action: str
    subject: str
    why: str

    @classmethod
    def of(cls, found: Entry | AccountEvent, why: str) -> Self:
        """A fault of what an entry refers to, or an event: that is held by the entry that seals it, if one does."""
        chain, sequence = (
            (found.chain_id, found.sequence) if isinstance(found, Entry) else (INSTALLATION, found.sealed_in)
        )
        return cls(chain, sequence, found.action, f"{found.subject_type} {found.subject}", why)

    def __str__(self) -> str:
        record = "the installation’s record" if self.chain == INSTALLATION else f"the record of {self.chain}"
        if self.chain is None:
            what = "a row"
        elif self.sequence is None:
            what = record
        else:
            what = f"entry {self.sequence} of {record}"
        details = ", ".join(filter(None, [self.action, self.subject]))
        return f"{what} ({details}) {self.why}" if details else f"{what} {self.why}"

    def as_data(self) -> dict[str, object]:
        """The same for programs, as JSON takes it."""
        return {
            "chain": str(self.chain) if self.chain is not None else None,
            "sequence": self.sequence,
            "action": self.action,
            "subject": self.subject,
            "why": self.why,
        }
