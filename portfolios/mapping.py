"""Which KSBs an apprentice can put evidence forward for, and how each of them stands while they choose."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from core.prepared import Prepared
from occupations.models import Ksb, KsbType
from portfolios.models import Claim, Evidence

#: With this many other pieces on a KSB, one more adds little.
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


class ClaimableKsb(NamedTuple):
    """A KSB that the apprentice can put evidence forward for; without a state where nothing is known of it yet."""

    pk: UUID
    code: str
    type: str
    statement: str
    state: str | None

    @property
    def type_label(self) -> str:
        return str(KsbType(self.type).label)


def _claimable(apprenticeship: UUID, version: UUID, option: UUID | None = None) -> QuerySet[Ksb]:
    progress = KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship, ksb=OuterRef("pk"))
    return (
        Ksb.objects.applying_to(version, option)
        .annotate(state=Subquery(progress.values("state")[:1]))
        .in_order()
        .values_list(*ClaimableKsb._fields)
    )


def _on_pieces(apprenticeship: UUID, but_for: UUID | None = None) -> QuerySet[Any, Any]:
    pieces = Claim.objects.unscoped().filter(evidence__apprenticeship=apprenticeship, evidence__discarded_at=None)
    others = pieces.filter(~Q(evidence=but_for)) if but_for else pieces
    return others.values_list("ksb").annotate(Count("pk"))


_claimable_ksbs = Prepared(_claimable, is_the_same_every_day=True)
_claims_on_pieces = Prepared(_on_pieces, is_the_same_every_day=True)


def claimable_ksbs(apprenticeship: Apprenticeship) -> list[ClaimableKsb]:
    """The KSBs that apply to this apprentice, in order."""
    option = {"option": apprenticeship.option_id} if apprenticeship.option_id else {}
    rows = _claimable_ksbs(apprenticeship=apprenticeship.pk, version=apprenticeship.standard_version_id, **option)
    return [ClaimableKsb(*row) for row in rows]


def standings(
    apprenticeship: Apprenticeship, ksbs: list[ClaimableKsb], but_for: Evidence | None = None
) -> dict[UUID, Standing]:
    """For each KSB's id how it stands, leaving `but_for` out of the count of pieces. One query."""
    other_than = {"but_for": but_for.pk} if but_for else {}
    counts = dict(_claims_on_pieces(apprenticeship=apprenticeship.pk, **other_than))
    return {ksb.pk: Standing(KsbState(ksb.state), counts.get(ksb.pk, 0)) for ksb in ksbs if ksb.state}
