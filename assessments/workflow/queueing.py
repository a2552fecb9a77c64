"""Working through the queue: the next one to review, and putting one off until a day."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.models import Assignment
from assessments import access, closed
from assessments.models import QueuePlace, Submission
from assessments.queueing import MOST_DAYS_OFF
from assessments.unfinished import ClaimWords
from assessments.waiting import waiting_for
from assessments.workflow.finishing import finish_review
from assessments.workflow.submission import locked_submission
from assessments.workflow.unfinished import keep_review
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from core.working_days import working_day_after

#: How many of the oldest are tried before nobody is given any: the others are being taken at this moment.
MOST_TRIED = 20


def finish_and_open_next(
    submission_id: UUID,
    by: Actor,
    claims: Mapping[str, ClaimWords],
    ticks: Collection[str] = (),
    voice_words: str | None = None,
) -> UUID | None:
    """Finish a review, as `finish_review` does, and return the next one to open; None if there is none."""
    finish_review(submission_id, by, claims, ticks, voice_words)
    return open_next(by)


@transaction.atomic
def open_next(by: Actor) -> UUID | None:
    """The oldest submission that waits for `by`, which no colleague has begun or was given a short while ago.

    It is noted as given, so that two who assess the same apprentices are not given the same one. That begins nothing.
    """
    begun = Assignment.objects.live().filter(
        role=Assignment.Role.ASSESSOR, person=OuterRef("review_started_by"), apprenticeship=OuterRef("apprenticeship")
    )
    given = QueuePlace.objects.unscoped().given_lately().exclude(by=by.person)
    waiting = waiting_for(by, is_assessor=True).filter(~Exists(begun.exclude(person=by.person)))
    oldest: list[UUID] = list(
        waiting.exclude(pk__in=given.values("submission")).values_list("pk", flat=True)[:MOST_TRIED]
    )
    for pk in oldest:
        # Whoever asks at the same moment takes another one.
        free = (
            Submission.objects.unscoped().select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(pk=pk)
        )
        if free.first() is not None and not given.filter(submission=pk).exists():
            QueuePlace.objects.unscoped().update_or_create(
                submission_id=pk, by_id=by.person, defaults={"given_at": clock.now()}
            )
            return pk
    return None


@transaction.atomic
def put_off(
    submission_id: UUID,
    by: Actor,
    until: date | None,
    *,
    revision: int = 0,
    claims: Mapping[str, ClaimWords],
    ticks: Collection[str] | None = None,
) -> None:
    """Leave a submission out of one's own queue until a day. What was written of its review so far is kept.

    It stays in everybody else's queue, and feedback on it is due when it was.

    Raises:
        NotAllowed: `by` is not the assigned assessor.
        OutOfTurn: it was finished, or taken back, or the apprenticeship is closed.
        Incomplete: no day, or one that is not after today or too far away.
        StaleReview: as for `keep_review`.
    """
    submission, evidence = locked_submission(submission_id)
    require(access.can_decide(by, submission), _("Only the assigned assessor can review this."))
    if submission.withdrawn_at:
        raise OutOfTurn(closed.taken_back(submission))
    if submission.finished_at:
        raise OutOfTurn(closed.finished(submission))
    require_open(evidence.apprenticeship)
    today = clock.today()
    if until is None or not today < until <= working_day_after(today, MOST_DAYS_OFF):
        raise Incomplete(_("Choose a day from the list."), field="until")
    if ticks or any(not words.is_blank for words in claims.values()):
        keep_review(submission_id, by, revision=revision, claims=claims, ticks=ticks)
    QueuePlace.objects.unscoped().update_or_create(
        submission=submission, by_id=by.person, defaults={"put_off_until": until, "given_at": None}
    )


@transaction.atomic
def take_up(submission_id: UUID, by: Actor) -> None:
    """Have a submission that was put off in one's queue again. Where it was not, nothing happens."""
    QueuePlace.objects.unscoped().filter(submission=submission_id, by=by.person).update(put_off_until=None)
