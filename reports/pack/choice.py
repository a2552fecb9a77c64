"""The pieces that can be chosen for the assessment organisation, held against what the plan asks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from apprenticeships.models import Apprenticeship, Outcome
from apprenticeships.progress import applicable_ksbs
from assessments.models import Decision, Submission
from assessments.moves.carrying import Carried, carried
from occupations.models import Assessment, Ksb
from portfolios.models import EvidenceKind
from reports.pack.models import ChosenPiece, PlanRules, rules_of


@dataclass
class Piece:
    """A piece that was reviewed, as its newest reviewed round says, with the KSBs that it meets by today's codes."""

    pk: UUID
    title: str
    kind: str
    happened_on: date | None
    counts: bool
    codes: list[str] = field(default_factory=list)
    chosen_by: str | None = None

    @property
    def is_chosen(self) -> bool:
        return self.chosen_by is not None

    @property
    def kind_label(self) -> str:
        return str(EvidenceKind(self.kind).label) if self.kind in EvidenceKind.values else self.kind


@dataclass(frozen=True)
class Standing:
    """How the choice stands against the plan.

    Attributes:
        rules: what the plan asks.
        ksbs: the KSBs that the portfolio has to show, in their order.
        pieces: all that can be chosen, the oldest first.
    """

    rules: PlanRules
    ksbs: list[Ksb]
    pieces: list[Piece]

    @property
    def chosen(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.is_chosen]

    @property
    def counted(self) -> list[Piece]:
        """Those chosen that are of a kind that the plan takes."""
        return [piece for piece in self.chosen if piece.counts]

    @property
    def not_counted(self) -> list[Piece]:
        """Those chosen that are of a kind that the plan does not take."""
        return [piece for piece in self.chosen if not piece.counts]

    @property
    def too_few(self) -> int:
        """How many pieces are missing."""
        return max(self.rules.fewest - len(self.counted), 0)

    @property
    def too_many(self) -> int:
        """How many pieces there are beyond what the plan takes."""
        return max(len(self.chosen) - self.rules.most, 0) if self.rules.most else 0

    @property
    def missing(self) -> list[Ksb]:
        """The KSBs that no counted piece meets."""
        shown = {code for piece in self.counted for code in piece.codes}
        return [ksb for ksb in self.ksbs if ksb.code not in shown]

    @property
    def is_complete(self) -> bool:
        """Whether the choice is what the plan asks."""
        return not (self.too_few or self.too_many or self.not_counted or self.missing)


def standing_of(apprenticeship: Apprenticeship, *, only_chosen: bool = False, ways: Carried | None = None) -> Standing:
    """The choice for an apprenticeship, which was read through `visible_to` with its version.

    Args:
        only_chosen: leave out the pieces that could be chosen: then it costs the same for however many there are.
        ways: of `carried`, where that was read already.
    """
    rules = rules_of(apprenticeship)
    asked = Assessment.ksbs.through.objects.filter(assessment=rules.assessment_id, ksb__code=OuterRef("code"))
    applying = list(applicable_ksbs(apprenticeship).annotate(is_asked=Exists(asked)).in_order())
    wanted = [ksb for ksb in applying if vars(ksb)["is_asked"]] if rules.assessment_id else applying
    pieces = {piece.pk: piece for piece in _reviewed(apprenticeship, rules, only_chosen=only_chosen)}
    _note_met(apprenticeship, pieces, applying, ways or carried(apprenticeship), only_chosen=only_chosen)
    return Standing(rules, wanted, list(pieces.values()))


def _reviewed(apprenticeship: Apprenticeship, rules: PlanRules, *, only_chosen: bool) -> Iterable[Piece]:
    """The pieces of which a round was reviewed to the end, by the newest such round of each."""
    rounds = Submission.objects.unscoped().filter(finished_at__isnull=False, withdrawn_at=None)
    later = rounds.filter(evidence=OuterRef("evidence"), round__gt=OuterRef("round"))
    choice = ChosenPiece.objects.unscoped().standing().filter(evidence=OuterRef("evidence"))
    rows = (
        rounds.filter(apprenticeship=apprenticeship)
        .exclude(Exists(later))
        .order_by("submitted_at", "pk")
        .values_list(
            "evidence",
            "snapshot__content__title",
            "snapshot__content__kind",
            "snapshot__content__happened_on",
            Subquery(choice.values("chosen_by__name")),
        )
    )
    if only_chosen:
        rows = rows.filter(Exists(choice))
    for pk, title, kind, day, chosen_by in rows:
        happened_on = date.fromisoformat(day) if day else None
        counts = kind not in rules.excluded_kinds
        yield Piece(pk, title or "", kind or "", happened_on, counts, chosen_by=chosen_by)


def _note_met(
    apprenticeship: Apprenticeship, pieces: dict[UUID, Piece], applying: list[Ksb], ways: Carried, *, only_chosen: bool
) -> None:
    """Write down which of today's KSBs each piece meets, in their order."""
    places = {ksb.pk: (place, ksb.code) for place, ksb in enumerate(applying)}
    met: dict[UUID, set[tuple[int, str]]] = {}
    standing = Decision.objects.unscoped().standing().counting()
    decisions = standing.filter(outcome=Outcome.MET, claim__apprenticeship=apprenticeship)
    if only_chosen:
        decisions = decisions.filter(claim__submission__evidence__in=list(pieces))
    for evidence, ksb in decisions.values_list("claim__submission__evidence", "claim__ksb"):
        if place := places.get(ways.now(ksb)):
            met.setdefault(evidence, set()).add(place)
    for evidence, found in met.items():
        if evidence in pieces:
            pieces[evidence].codes = [code for _, code in sorted(found)]
