"""What waits with somebody whose role is to end: whom they look after, and what is begun or half-written."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Membership, Role
from apprenticeships.models import Assignment
from assessments.models import ReviewDraft, Submission
from core import clock

#: The roles of a provider in which somebody looks after learners, who go to somebody else when the role ends.
HANDED_OVER = (Role.ASSESSOR, Role.TRAINER)


@dataclass
class LookedAfter:
    """A learner of somebody who leaves, and what waits of theirs.

    Attributes:
        is_cover: whether they only cover there, so that nobody has to take over.
        oldest_at: since when the oldest piece waits.
        begun: how many reviews they have begun.
        half_written: of how many they have written something.
    """

    apprenticeship: UUID
    name: str
    is_cover: bool
    waiting: int = 0
    oldest_at: datetime | None = None
    begun: int = 0
    half_written: int = 0


def looked_after_by(membership: Membership) -> list[Assignment]:
    """What somebody leads or covers as an assessor of a provider, or leads as a trainer, today or later."""
    if membership.role not in HANDED_OVER:
        return []
    held = Assignment.objects.from_day(clock.today()).filter(
        person=membership.user_id,
        role=membership.role,
        apprenticeship__provider=membership.organisation_id,
    )
    return list(held.select_related("apprenticeship__apprentice").order_by("apprenticeship__apprentice__name", "pk"))


def what_waits(membership: Membership) -> list[LookedAfter]:
    """Each learner that they lead or cover, by name, with what waits for an assessor. Three queries."""
    learners: dict[UUID, LookedAfter] = {}
    for held in looked_after_by(membership):
        one = learners.setdefault(
            held.apprenticeship_id,
            LookedAfter(held.apprenticeship_id, held.apprenticeship.apprentice.name, is_cover=True),
        )
        one.is_cover = one.is_cover and held.is_cover
    if membership.role != Role.ASSESSOR:
        return list(learners.values())
    waiting = Submission.objects.unscoped().waiting().in_open().oldest_first().filter(apprenticeship__in=learners)
    for apprenticeship, submitted_at, begun_by in waiting.values_list(
        "apprenticeship", "submitted_at", "review_started_by"
    ):
        one = learners[apprenticeship]
        one.waiting += 1
        one.oldest_at = one.oldest_at or submitted_at
        one.begun += begun_by == membership.user_id
    written: dict[UUID, int] = defaultdict(int)
    drafts = ReviewDraft.objects.unscoped().filter(
        by=membership.user_id, submission__in=waiting.order_by().values("pk")
    )
    for (apprenticeship,) in drafts.values_list("submission__apprenticeship"):
        written[apprenticeship] += 1
    for pk, count in written.items():
        learners[pk].half_written = count
    return list(learners.values())
