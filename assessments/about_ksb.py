"""What is drafted, submitted, decided and signed off about a KSB of one apprenticeship, as plain values."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.seen_by import SeenBy
from apprenticeships.querysets import SIGHT
from assessments.feedback import Feedback
from assessments.models import Reopening, SignOff, SignOffGround, SubmittedClaim
from assessments.querysets.findings import reopened
from core.actor import Actor
from core.prepared import Ids
from portfolios.models import Claim


class Claimed(NamedTuple):
    """A claim that was submitted, with the decision on it if there is one."""

    ksb: UUID
    code: str
    version: str
    why: str
    piece: UUID
    title: str
    round: int
    submitted_at: datetime
    submitted_by: str
    outcome: str | None
    feedback: Feedback | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    claim: UUID
    #: The assessor who added it, where the apprentice missed it.
    added_by: str | None
    needs_countersignature: bool | None
    countersigned_at: datetime | None
    countersigned_by: str | None
    kind: str
    decision: UUID | None
    appeal: UUID | None

    @property
    def is_to_countersign(self) -> bool:
        """Whether somebody in training decided it, and it does not count yet."""
        return bool(self.needs_countersignature) and self.countersigned_at is None


class SignedOff(NamedTuple):
    """A sign-off, with its withdrawal if there is one."""

    pk: UUID
    ksb: UUID
    at: datetime
    by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    reason: str | None
    #: Whether a decision that it rests on was corrected since.
    rests_on_corrected: bool
    withdrawal: UUID | None
    appeal: UUID | None
    #: Whether internal quality assurance ever reopened the KSB.
    was_reopened: bool
    #: Whether it did, and that stands: the sign-off does not count.
    is_reopened: bool


class Reopened(NamedTuple):
    """That internal quality assurance reopened the KSB, or undid that."""

    at: datetime
    by: str
    reason: str
    undoes: UUID | None


class Drafted(NamedTuple):
    """A claim in a working copy."""

    piece: UUID
    title: str
    state: str
    why: str


_CORRECTED_GROUNDS = SignOffGround.objects.filter(sign_off=OuterRef("pk"), decision__superseded_by__isnull=False)
_REOPENINGS = Reopening.objects.unscoped().filter(sign_off=OuterRef("pk"))
_claims = SeenBy(
    lambda actor, apprenticeship, ksbs: (
        SubmittedClaim.objects.visible_to(actor)
        .filter(apprenticeship=apprenticeship, ksb__in=ksbs, submission__withdrawn_at=None)
        .with_decision()
        .order_by("-submission__submitted_at")
        .values_list(
            "ksb",
            "ksb__code",
            "ksb__version__version",
            "justification",
            "submission__evidence",
            "submission__evidence__title",
            "submission__round",
            "submission__submitted_at",
            "submission__submitted_by__name",
            "decisions__outcome",
            "decisions__feedback",
            "decisions__at",
            "decisions__by__name",
            "decisions__reason",
            "pk",
            "added_by__name",
            "decisions__needs_countersignature",
            "decisions__countersignature__at",
            "decisions__countersignature__by__name",
            "submission__snapshot__content__kind",
            "decisions",
            "decisions__appeal",
        )
    ),
    SIGHT,
)
_sign_offs = SeenBy(
    lambda actor, apprenticeship, ksbs: (
        SignOff.objects.visible_to(actor)
        .filter(apprenticeship=apprenticeship, ksb__in=ksbs)
        .annotate(
            rests_on_corrected=Exists(_CORRECTED_GROUNDS),
            was_reopened=Exists(_REOPENINGS),
            is_reopened=reopened(),
        )
        .order_by("-at")
        .values_list(
            "pk",
            "ksb",
            "at",
            "by__name",
            "withdrawal__at",
            "withdrawal__by__name",
            "withdrawal__reason",
            "rests_on_corrected",
            "withdrawal",
            "withdrawal__appeal",
            "was_reopened",
            "is_reopened",
        )
    ),
    SIGHT,
)
_reopenings = SeenBy(
    lambda actor, apprenticeship, ksbs: (
        Reopening.objects.visible_to(actor)
        .filter(apprenticeship=apprenticeship, sign_off__ksb__in=ksbs)
        .order_by("-at")
        .values_list("at", "by__name", "reason", "undoes")
    ),
    SIGHT,
)
_drafts = SeenBy(
    lambda actor, apprenticeship, ksb: (
        Claim.objects.visible_to(actor)
        .filter(evidence__apprenticeship=apprenticeship, ksb=ksb)
        .drafted()
        .values_list("evidence", "evidence__title", "evidence__state", "justification")
    ),
    SIGHT,
)


def claims(actor: Actor, apprenticeship: UUID, ksbs: Ids) -> list[Claimed]:
    """What was submitted for these KSBs and not taken back, the newest first."""
    return [Claimed(*row) for row in _claims(actor, apprenticeship=apprenticeship, ksbs=ksbs)]


def sign_offs(actor: Actor, apprenticeship: UUID, ksbs: Ids) -> list[SignedOff]:
    """The sign-offs of these KSBs, the newest first."""
    return [SignedOff(*row) for row in _sign_offs(actor, apprenticeship=apprenticeship, ksbs=ksbs)]


def reopenings(actor: Actor, apprenticeship: UUID, ksbs: Ids) -> list[Reopened]:
    """When internal quality assurance reopened these KSBs and undid that, the newest first."""
    return [Reopened(*row) for row in _reopenings(actor, apprenticeship=apprenticeship, ksbs=ksbs)]


def drafts(actor: Actor, apprenticeship: UUID, ksb: UUID) -> list[Drafted]:
    """The claims on this KSB in what the apprentice may still change: nobody else sees them."""
    return [Drafted(*row) for row in _drafts(actor, apprenticeship=apprenticeship, ksb=ksb)]
