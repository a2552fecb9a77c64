"""What is due, late or unanswered by the day, of which people are told once each. No entry of the record says it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from apprenticeships.access import OPEN_STATUSES
from apprenticeships.models import Apprenticeship, Assignment
from assessments.feedback_time import Due, limits
from assessments.models import Finding, ReviewDraft, StandardisationAction, Submission
from assessments.models.sampling import CODE_OF_SAMPLE
from core import clock
from core.working_days import working_days_between
from notifications.agreed_actions import open_actions, told_of_due
from notifications.kinds import News
from notifications.making import make
from notifications.telling import Told, assessors_of, people_of, to_sign
from portfolios.models import Evidence
from programme.models import Party, SignedVersion, SkillsScan
from programme.reviewing.schedule import REVIEWED, places_of
from signing.models import Link

#: After how many working days an apprentice is reminded of a piece that needs work.
REWORK_DAYS = 10
#: What has been so for longer than this is told of no more: it was, or the reminder would help nobody.
LOOKED_BACK = timedelta(days=60)

#: This many days before, whoever has to act is reminded.
REMINDED_BEFORE = timedelta(days=2)
#: After this long, whoever has not signed is reminded.
SIGNED_WITHIN = timedelta(days=7)
BATCH = 500
Action = TypeVar("Action", Finding, StandardisationAction)

Rows = (
    QuerySet[Submission]
    | QuerySet[Link]
    | QuerySet[Finding]
    | QuerySet[StandardisationAction]
    | QuerySet[Apprenticeship]
    | QuerySet[SignedVersion]
)


def note_what_is_due() -> int:
    """Tell people what is due today, and return how many notices that made. Run again that day, it makes none."""
    return (
        _in_batches(_to_review(), _told_to_review)
        + _in_batches(_to_rework(), _told_to_rework)
        + _in_batches(_expired(), _told_of_expired)
        + _in_batches(_actions(), _told_of_actions)
        + _in_batches(_in_days(open_actions()), told_of_due)
        + _in_batches(_reviewed(), _told_to_hold)
        + _in_batches(_unsigned(), _told_to_sign)
        + _in_batches(_started(), _told_to_rate)
    )


def _in_batches(rows: Rows, tell: Callable[[Sequence[UUID]], Iterable[Told]]) -> int:
    made = 0
    coming = rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=BATCH)
    while batch := list(islice(coming, BATCH)):
        made += make(tell(batch))
    return made


def _to_review() -> QuerySet[Submission]:
    """What waits for feedback that is due soon or late, and is not about to be sent."""
    finished = ReviewDraft.objects.unscoped().finished().values("submission")
    rows = Submission.objects.unscoped().waiting().in_open().exclude(pk__in=finished)
    return rows.filter(submitted_at__date__lte=limits().soon)


def _told_to_review(batch: Sequence[UUID]) -> Iterator[Told]:
    rows = list(Submission.objects.unscoped().filter(pk__in=batch))
    assessors = assessors_of(row.apprenticeship_id for row in rows)
    for row in rows:
        is_late = limits().due(timezone.localtime(row.submitted_at).date()) == Due.LATE
        news, cause = (News.FEEDBACK_LATE, "late") if is_late else (News.FEEDBACK_DUE, "due")
        for person in assessors[row.apprenticeship_id]:
            if person != row.submitted_by_id:
                yield Told(
                    person,
                    news,
                    row.apprenticeship_id,
                    row.provider_id,
                    subject=row.pk,
                    about=row.pk,
                    cause=f"{cause}/{row.pk}",
                    at=clock.now(),
                )


def _to_rework() -> QuerySet[Submission]:
    """The last round of each piece that has needed work for too long."""
    last_day = clock.today() - timedelta(days=REWORK_DAYS)
    while working_days_between(last_day, clock.today()) < REWORK_DAYS:
        last_day -= timedelta(days=1)
    later = Submission.objects.unscoped().filter(
        evidence=OuterRef("evidence"), round__gt=OuterRef("round"), withdrawn_at=None
    )
    return Submission.objects.unscoped().filter(
        ~Exists(later),
        evidence__state=Evidence.State.REFERRED,
        apprenticeship__status__in=OPEN_STATUSES,
        apprenticeship__undone_at=None,
        finished_at__gt=clock.now() - LOOKED_BACK,
        finished_at__date__lte=last_day,
    )


def _told_to_rework(batch: Sequence[UUID]) -> Iterator[Told]:
    for row in Submission.objects.unscoped().select_related("apprenticeship").filter(pk__in=batch):
        yield Told(
            row.apprenticeship.apprentice_id,
            News.REWORK_DUE,
            row.apprenticeship_id,
            row.provider_id,
            subject=row.pk,
            about=row.evidence_id,
            cause=f"rework/{row.pk}",
            at=clock.now(),
        )


def _expired() -> QuerySet[Link]:
    """Links that nobody answered while they worked."""
    now = clock.now()
    rows = Link.objects.unscoped().unanswered().filter(expires_at__lte=now, expires_at__gt=now - LOOKED_BACK)
    return rows.filter(apprenticeship__status__in=OPEN_STATUSES, apprenticeship__undone_at=None)


def _told_of_expired(batch: Sequence[UUID]) -> Iterator[Told]:
    for row in Link.objects.unscoped().filter(pk__in=batch):
        yield Told(
            row.asked_by_id,
            News.LINK_EXPIRED,
            row.apprenticeship_id,
            row.provider_id,
            subject=row.pk,
            about=row.about,
            # Sent again, it may expire again.
            cause=f"expired/{row.pk}/{row.expires_at.astimezone(UTC):%Y%m%dT%H%M%S}",
            at=row.expires_at,
        )


def _actions() -> QuerySet[Finding]:
    """What quality assurance asked for, and is not done."""
    return _in_days(Finding.objects.unscoped().open_actions())


def _in_days(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Those that are due soon, or have been late for less than `LOOKED_BACK`."""
    today = clock.today()
    return actions.filter(due_on__lte=today + REMINDED_BEFORE, due_on__gt=today - LOOKED_BACK)


def _told_of_actions(batch: Sequence[UUID]) -> Iterator[Told]:
    read_with = [f"sample__{path}" for path in CODE_OF_SAMPLE]
    for row in Finding.objects.unscoped().select_related(*read_with).filter(pk__in=batch):
        is_late = row.due_on is not None and row.due_on < clock.today()
        if row.owner_id:
            yield Told(
                row.owner_id,
                News.ACTION_LATE if is_late else News.ACTION_DUE,
                row.sample.apprenticeship_id,
                row.provider_id,
                subject=row.pk,
                about=row.sample_id,
                cause=f"action-{'late' if is_late else 'due'}/{row.pk}",
                at=clock.now(),
                codes=(row.sample.code(),),
            )


def _reviewed() -> QuerySet[Apprenticeship]:
    """Everybody whose progress is reviewed."""
    return Apprenticeship.objects.unscoped().enrolled().filter(status__in=REVIEWED)


def _told_to_hold(batch: Sequence[UUID]) -> Iterator[Told]:
    """Whoever holds the reviews is told when one is due soon, and when it is overdue."""
    oldest = clock.today() - LOOKED_BACK
    places = [
        place
        for place in places_of(Apprenticeship.objects.unscoped().filter(pk__in=batch))
        if place.how_due and place.due_on and place.due_on > oldest
    ]
    holders = people_of((place.apprenticeship for place in places), Assignment.Role.ASSESSOR, Assignment.Role.TRAINER)
    for place in places:
        is_late = place.how_due == "overdue"
        for person in sorted(set(holders[place.apprenticeship])):
            yield Told(
                person,
                News.REVIEW_LATE if is_late else News.REVIEW_DUE,
                place.apprenticeship,
                place.provider,
                subject=place.apprenticeship,
                about=place.apprenticeship,
                cause=f"review-{'late' if is_late else 'due'}/{place.apprenticeship}/{place.due_on}",
                at=clock.now(),
            )


def _unsigned() -> QuerySet[SignedVersion]:
    """What was sent to be signed a while ago."""
    now = clock.now()
    rows = SignedVersion.objects.unscoped().newest().filter(at__lte=now - SIGNED_WITHIN, at__gt=now - LOOKED_BACK)
    return rows.filter(apprenticeship__undone_at=None)


def _told_to_sign(batch: Sequence[UUID]) -> Iterator[Told]:
    rows = list(SignedVersion.objects.unscoped().select_related("apprenticeship").filter(pk__in=batch))
    yield from to_sign(rows, lambda row: (f"unsigned/{row.pk}", clock.now()))


def _started() -> QuerySet[Apprenticeship]:
    """Who has begun lately: what they could do at the start is rated while it is the start."""
    today = clock.today()
    rows = Apprenticeship.objects.unscoped().enrolled().filter(status=Apprenticeship.Status.ON_PROGRAMME)
    return rows.filter(started_on__lte=today, started_on__gt=today - LOOKED_BACK)


def _told_to_rate(batch: Sequence[UUID]) -> Iterator[Told]:
    """The apprentice and their mentors, for whoever of them has not rated yet."""
    scans = SkillsScan.objects.unscoped().standing().filter(apprenticeship__in=batch)
    rated = set(scans.values_list("apprenticeship", "party"))
    mentors = people_of(batch, Assignment.Role.MENTOR)
    for row in Apprenticeship.objects.unscoped().filter(pk__in=batch):
        told = [] if (row.pk, Party.APPRENTICE) in rated else [row.apprentice_id]
        told += [] if (row.pk, Party.EMPLOYER) in rated else sorted(set(mentors[row.pk]))
        for person in told:
            yield Told(
                person,
                News.SCAN_TO_RATE,
                row.pk,
                row.provider_id,
                subject=row.pk,
                about=row.pk,
                cause=f"scan/{row.pk}",
                at=clock.now(),
            )
