"""Which KSBs an apprentice can put evidence forward for, and how each of them stands while they choose."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from portfolios.models import Claim, Evidence

#: With so many other pieces on a KSB, one more shows little that is new.
WELL_COVERED = 3


@dataclass(frozen=True)
class Standing:
    """How one KSB stands before this piece is counted: its state, and how many other pieces claim it."""

    state: KsbState
    other_pieces: int

    @property
    def label(self) -> str:
        return str(self.state.label)

    @property
    def is_gap(self) -> bool:
        """Nothing has been put forward for it yet."""
        return not self.other_pieces

    @property
    def is_well_covered(self) -> bool:
        return self.other_pieces >= WELL_COVERED


def standings(apprenticeship: Apprenticeship, but_for: Evidence | None = None) -> dict[UUID, Standing]:
    """For each KSB's id how it stands, leaving `but_for` out of the count of pieces. Two queries."""
    pieces = Claim.objects.unscoped().filter(evidence__apprenticeship=apprenticeship, evidence__discarded_at=None)
    if but_for:
        pieces = pieces.exclude(evidence=but_for)
    counts = dict(pieces.values_list("ksb").annotate(Count("pk")))
    rows = KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship).values_list("ksb", "state")
    return {ksb: Standing(KsbState(state), counts.get(ksb, 0)) for ksb, state in rows}
