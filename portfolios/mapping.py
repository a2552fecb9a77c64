"""Which KSBs an apprentice can put evidence forward for, and how each of them stands while they choose."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from occupations.models import Ksb
from portfolios.models import Apprenticeship, Claim, Evidence, KsbProgress, KsbState

#: With so many other pieces on a KSB, one more shows little that is new.
WELL_COVERED = 3


def claimable_ksbs(apprenticeship: Apprenticeship) -> QuerySet[Ksb]:
    """The core of the standard, and what the apprentice's option adds. While no option is chosen, the core alone."""
    ksbs = Ksb.objects.filter(version=apprenticeship.standard_version_id)
    if apprenticeship.option_id is None:
        return ksbs.filter(options=None)
    return ksbs.filter(Q(options=None) | Q(options=apprenticeship.option_id))


def owes_an_option(apprenticeship: Apprenticeship) -> bool:
    """Whether part of the standard is missing from the form, because nobody has chosen the apprentice's option."""
    if apprenticeship.option_id is not None:
        return False
    return Ksb.objects.filter(version=apprenticeship.standard_version_id, options__isnull=False).exists()


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
