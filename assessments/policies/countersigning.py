"""What assessors in training decided and nobody has countersigned, as plain values for pages."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from accounts.seen_by import SeenBy
from apprenticeships.access import OPEN_STATUSES
from apprenticeships.querysets import SIGHT, reach_of
from assessments.feedback import Feedback
from assessments.models import Decision
from core.actor import Actor


class ToCountersign(NamedTuple):
    """A decision that waits for a competent colleague."""

    pk: UUID
    submission: UUID
    title: str
    apprentice: str
    code: str
    statement: str
    outcome: str
    feedback: Feedback
    by: UUID
    by_name: str
    at: datetime


_COLUMNS = (
    "pk",
    "claim__submission",
    "claim__submission__snapshot__content__title",
    "claim__apprenticeship__apprentice__name",
    "claim__ksb__code",
    "claim__ksb__statement",
    "outcome",
    "feedback",
    "by",
    "by__name",
    "at",
)
_waiting = SeenBy(
    lambda actor: (
        Decision.objects.visible_to(actor)
        .to_countersign()
        .filter(claim__apprenticeship__in=reach_of(actor).assessing)
        .filter(claim__apprenticeship__status__in=OPEN_STATUSES)
        .order_by("claim__submission__submitted_at", "claim__submission", "claim__ksb__position")
        .values_list(*_COLUMNS)
    ),
    SIGHT,
)
_of_submission = SeenBy(
    lambda actor, submission: (
        Decision.objects.visible_to(actor)
        .to_countersign()
        .filter(claim__submission=submission)
        .order_by("claim__ksb__position")
        .values_list(*_COLUMNS)
    ),
    SIGHT,
)


def waiting_for(actor: Actor) -> list[ToCountersign]:
    """What waits to be countersigned of the learners that `actor` assesses, those sent first on top; also their own."""
    return [ToCountersign(*row) for row in _waiting(actor)]


def of_submission(actor: Actor, submission: UUID) -> list[ToCountersign]:
    """The decisions of a submission that wait to be countersigned."""
    return [ToCountersign(*row) for row in _of_submission(actor, submission=submission)]
