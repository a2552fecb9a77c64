"""What an apprentice has shown that could count towards another standard: something to talk about, never a sign-off.

It only reads. Whether anything counts is decided by an assessor of the other standard, on evidence put forward there.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from apprenticeships.models import Apprenticeship, KsbProgress, KsbState, Outcome
from assessments.models import SubmittedClaim
from core.actor import Actor
from occupations.matching import catalogue
from occupations.matching.likeness import Pair, Statement, pairs
from occupations.models import Ksb, StandardVersion

#: The states in which a KSB was shown, as an assessor found.
SHOWN = (KsbState.SIGNED_OFF, KsbState.MET)
#: At most this many of the apprentice's KSBs are named for one of the other standard's, the most similar.
MOST_MATCHES = 3


@dataclass(frozen=True)
class ShownEvidence:
    """A piece of evidence on which a claim was met, under the title it was last judged by."""

    evidence_id: UUID
    title: str


@dataclass(frozen=True)
class Match:
    """A KSB that the apprentice has shown, how alike it is, and on which evidence it was met."""

    pair: Pair
    progress: KsbProgress
    evidence: list[ShownEvidence]


@dataclass
class Row:
    """A KSB of the other standard, and what of the apprentice's speaks for it."""

    ksb: Ksb
    matches: list[Match] = field(default_factory=list)

    @property
    def is_signed_off(self) -> bool:
        """Whether at least one that speaks for it is signed off."""
        return any(match.progress.state == KsbState.SIGNED_OFF for match in self.matches)


@dataclass(frozen=True)
class Elsewhere:
    """Every KSB of another standard, in its order."""

    rows: list[Row]

    @property
    def matched(self) -> list[Row]:
        return [row for row in self.rows if row.matches]

    @property
    def unmatched(self) -> list[Row]:
        return [row for row in self.rows if not row.matches]

    @property
    def signed_off_count(self) -> int:
        return sum(row.is_signed_off for row in self.rows)


def elsewhere(apprenticeship: Apprenticeship, other: StandardVersion, actor: Actor) -> Elsewhere:
    """The KSBs of `other`, with those that were shown in `apprenticeship` and match, as far as `actor` sees them.

    Args:
        apprenticeship: one that `actor` sees.
    """
    shown = {
        progress.ksb_id: progress
        for progress in KsbProgress.objects.visible_to(actor)
        .filter(apprenticeship=apprenticeship, state__in=SHOWN)
        .select_related("ksb")
        .in_order()
    }
    theirs = list(Ksb.objects.filter(version=other).prefetch_related("options").in_order())
    rows = {ksb.pk: Row(ksb) for ksb in theirs}
    before = [Statement.of(progress.ksb) for progress in shown.values()]
    found: dict[UUID, list[Pair]] = defaultdict(list)
    for pair in pairs(before, [Statement.of(ksb) for ksb in theirs], catalogue.held().rarity):
        if len(found[pair.after.pk]) < MOST_MATCHES:
            found[pair.after.pk].append(pair)
    evidence = _evidence(apprenticeship, {pair.before.pk for some in found.values() for pair in some}, actor)
    for pk, some in found.items():
        rows[pk].matches = [Match(pair, shown[pair.before.pk], evidence[pair.before.pk]) for pair in some]
    return Elsewhere(list(rows.values()))


def _evidence(apprenticeship: Apprenticeship, ksbs: set[UUID], actor: Actor) -> dict[UUID, list[ShownEvidence]]:
    """The evidence on which claims for these KSBs were met, by KSB, the newest first."""
    met = (
        SubmittedClaim.objects.visible_to(actor)
        .filter(apprenticeship=apprenticeship, ksb__in=ksbs)
        .filter(decisions__outcome=Outcome.MET, decisions__superseded_by__supersedes=None)
        .order_by("-submission__submitted_at")
        .values_list("ksb_id", "submission__evidence_id", "submission__snapshot__content__title")
    )
    found: dict[UUID, dict[UUID, ShownEvidence]] = defaultdict(dict)
    for ksb_id, evidence_id, title in met:
        found[ksb_id].setdefault(evidence_id, ShownEvidence(evidence_id, title))
    return defaultdict(list, {ksb_id: list(pieces.values()) for ksb_id, pieces in found.items()})
