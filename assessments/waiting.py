"""What waits to be judged, and what is judged but not sent, as plain values for a list."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, TextChoices
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from accounts.seen_by import SeenBy
from apprenticeships.access import OPEN_STATUSES
from apprenticeships.models import Assignment, KsbProgress
from apprenticeships.querysets import SIGHT, reach_of
from assessments import feedback_time
from assessments.feedback_time import Due
from assessments.models import QueuePlace, ReviewDraft, Submission, SubmittedClaim
from core.actor import Actor
from core.prepared import Ids, Prepared, Row, Rows

COLUMNS = (
    "pk",
    "round",
    "submitted_at",
    "review_started_at",
    "snapshot__content__title",
    "apprenticeship",
    "apprenticeship__apprentice__name",
)


#: Comes last where the queue is in the order of standards.
STANDARD = "apprenticeship__standard_version__standard__title"


class QueueOrder(TextChoices):
    """In which order a queue can be read. What is of one learner or standard is oldest first."""

    OLDEST = "", _("Oldest first")
    LEARNER = "learner", _("By apprentice")
    STANDARD = "standard", _("By standard")


_IN_ORDER = {
    QueueOrder.OLDEST: (),
    QueueOrder.LEARNER: ("apprenticeship__apprentice__name", "apprenticeship"),
    QueueOrder.STANDARD: (STANDARD, "apprenticeship__standard_version__standard"),
}


def waiting_for(
    actor: Actor, is_assessor: bool, of_nobody: bool = False, due: str = "", order: QueueOrder = QueueOrder.OLDEST
) -> QuerySet[Any, Any]:
    """What waits for this assessor to judge; for who oversees the provider, all that waits there. Oldest first.

    With `of_nobody`, only that of learners who have no assessor; with `due`, only what is due soon or late.
    """
    rows = Submission.objects.visible_to(actor).waiting().in_open().oldest_first()
    if order != QueueOrder.OLDEST:
        rows = rows.order_by(*_IN_ORDER[order], "submitted_at", "pk")
    limits = feedback_time.limits()
    if due == Due.LATE:
        rows = rows.filter(submitted_at__date__lte=limits.late)
    elif due == Due.SOON:
        rows = rows.filter(submitted_at__date__gt=limits.late, submitted_at__date__lte=limits.soon)
    if of_nobody:
        assessors = Assignment.objects.live().leading().filter(role=Assignment.Role.ASSESSOR)
        rows = rows.filter(~Exists(assessors.filter(apprenticeship=OuterRef("apprenticeship"))))
    # Said once more than `visible_to` does: by the provider alone, a database finds the rows without reading all.
    if not is_assessor:
        return rows.filter(provider=actor.organisation_id)
    finished = ReviewDraft.objects.visible_to(actor).finished()
    put_off = QueuePlace.objects.visible_to(actor).put_off()
    return (
        rows.for_assessor(actor)
        .exclude(pk__in=finished.values("submission"))
        .exclude(pk__in=put_off.values("submission"))
    )


_queue = SeenBy(
    lambda actor, *which: waiting_for(actor, *which).values_list(
        *COLUMNS, *([STANDARD] if QueueOrder.STANDARD in which else [])
    ),
    SIGHT,
)
_any_order = SeenBy(lambda actor, *which: waiting_for(actor, *which).order_by().values_list("pk"), SIGHT)
_by_day = SeenBy(
    lambda actor, *which: (
        waiting_for(actor, *which).order_by().values_list(TruncDate("submitted_at")).annotate(Count("pk"))
    ),
    SIGHT,
)


def queue(
    actor: Actor, is_assessor: bool, of_nobody: bool = False, due: str = "", order: QueueOrder = QueueOrder.OLDEST
) -> Rows:
    """`COLUMNS` of each submission that waits, and by standard its title; the arguments as for `waiting_for`."""
    return _queue(actor, is_assessor, of_nobody, due, order)


def counted_by_due(actor: Actor, is_assessor: bool, of_nobody: bool = False) -> Counter[Due]:
    """How many of them are late, due soon, or due later."""
    limits = feedback_time.limits()
    counts: Counter[Due] = Counter()
    for submitted_on, count in _by_day(actor, is_assessor, of_nobody):
        counts[limits.due(submitted_on)] += count
    return counts


def waits_more_than_one(actor: Actor, is_assessor: bool) -> bool:
    """Whether there is another to go on to after the one that is being judged."""
    return len(_any_order(actor, is_assessor)[:2]) > 1


class NotSent(NamedTuple):
    """A review that somebody finished: to be sent at a moment, or come back with the reason."""

    submission: UUID
    send_at: datetime | None
    because: str
    title: str
    apprentice: str


_not_sent = SeenBy(
    lambda actor: (
        ReviewDraft.objects.visible_to(actor)
        .once_finished()
        .order_by("-send_at", "-saved_at", "pk")
        .values_list(
            "submission",
            "send_at",
            "not_sent_because",
            "submission__snapshot__content__title",
            "submission__apprenticeship__apprentice__name",
        )
    ),
    is_the_same_every_day=True,
)


class PutOff(NamedTuple):
    """A submission that waits, which somebody put off."""

    submission: UUID
    until: date
    submitted_at: datetime
    title: str
    apprentice: str


_put_off = SeenBy(
    lambda actor: (
        Submission.objects.visible_to(actor)
        .waiting()
        .for_assessor(actor)
        .filter(queue_places__in=QueuePlace.objects.visible_to(actor).put_off())
        .order_by("queue_places__put_off_until", "submitted_at", "pk")
        .values_list(
            "pk",
            "queue_places__put_off_until",
            "submitted_at",
            "snapshot__content__title",
            "apprenticeship__apprentice__name",
        )
    ),
    SIGHT,
)


def put_off(actor: Actor) -> list[PutOff]:
    """What `actor` has put off, in the order in which it comes back."""
    return [PutOff(*row) for row in _put_off(actor)]


def not_sent(actor: Actor) -> list[NotSent]:
    """The reviews that `actor` finished and that are not sent, the newest first."""
    return [NotSent(*row) for row in _not_sent(actor)]


def _to_confirm(actor: Actor) -> QuerySet[Any, Any]:
    return (
        KsbProgress.objects.visible_to(actor)
        .filter(is_to_confirm=True, apprenticeship__in=reach_of(actor).assessing)
        .filter(apprenticeship__status__in=OPEN_STATUSES)
        .order_by("apprenticeship__apprentice__name", "apprenticeship", "ksb__position")
        .values_list("apprenticeship", "apprenticeship__apprentice__name", "ksb__code")
    )


#: What an assessor judged under other words than those of today, learner by learner: learner, name, code.
to_confirm = SeenBy(_to_confirm, SIGHT)

_claimed = Prepared(
    lambda submissions: (
        SubmittedClaim.objects.unscoped()
        .filter(submission__in=submissions)
        .order_by("ksb__position")
        .values_list("submission", "ksb__code")
    )
)
_assessors = Prepared(
    lambda learners: (
        Assignment.objects.live()
        .leading()
        .filter(apprenticeship__in=learners, role=Assignment.Role.ASSESSOR)
        .order_by("person__name")
        .values_list("apprenticeship", "person__name")
    )
)


def claimed_codes(submissions: Ids) -> dict[UUID, str]:
    """The codes that each submission claims. They were read through `visible_to`."""
    return _joined(_claimed(submissions=submissions)) if submissions else {}


def assessors_of(learners: Ids) -> dict[UUID, str]:
    """The names of who assesses each apprenticeship today. They were read through `visible_to`."""
    return _joined(_assessors(learners=learners)) if learners else {}


def _joined(rows: Iterable[Row]) -> dict[UUID, str]:
    found: dict[UUID, list[str]] = {}
    for key, name in rows:
        found.setdefault(key, []).append(name)
    return {key: ", ".join(names) for key, names in found.items()}
