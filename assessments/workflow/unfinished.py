"""Keeping what an assessor writes of a review before it is finished."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from assessments import access, closed
from assessments.checking.rules import EvidenceRules, as_json, ticked
from assessments.models import ReviewDraft
from assessments.states import SubmissionState
from assessments.unfinished import ClaimWords
from assessments.workflow.review import refuse_finished_by_colleague, start_review
from assessments.workflow.submission import locked_submission
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import OutOfTurn

KEEP = Act(
    "keep_review",
    access.can_decide,
    {
        SubmissionState.WAITING: [SubmissionState.UNDER_REVIEW],
        SubmissionState.UNDER_REVIEW: [SubmissionState.UNDER_REVIEW],
        SubmissionState.TO_BE_SENT: [SubmissionState.UNDER_REVIEW],
    },
)


class StaleReview(OutOfTurn):
    """The page was filled in from older words than those that are kept. `kept` is what is kept."""

    def __init__(self, kept: ReviewDraft) -> None:
        super().__init__(_("You changed this review in another tab. Neither text is lost."))
        self.kept = kept


@transaction.atomic
def keep_review(
    submission_id: UUID,
    by: Actor,
    *,
    revision: int,
    claims: Mapping[str, ClaimWords],
    ticks: Collection[str] | None = None,
) -> ReviewDraft:
    """Keep what an assessor has written of a review so far, for them alone. The first words begin the review.

    The same words again change nothing, whatever they were filled in from.

    Args:
        revision: of the words that the page was filled in from; 0 if there were none.
        claims: what is written of each claim, by the code of its KSB.
        ticks: the rules of evidence that are ticked; as before, if not given.

    Raises:
        NotAllowed: `by` is not the assigned assessor.
        OutOfTurn: it was finished, by oneself or a colleague, or taken back, or the apprenticeship is closed.
        StaleReview: the words were changed in another tab since; `kept` has them.
    """
    submission, _evidence = locked_submission(submission_id)
    require(KEEP.who(by, submission), _("Only the assigned assessor can review this."))
    if submission.withdrawn_at:
        raise OutOfTurn(closed.taken_back(submission))
    if not KEEP.starts_from(SubmissionState.of(submission)):
        raise OutOfTurn(closed.finished(submission))
    refuse_finished_by_colleague(submission, by)
    require_open(submission.evidence.apprenticeship)
    if submission.review_started_at is None:
        start_review(submission_id, by)
    draft = ReviewDraft.objects.unscoped().filter(submission=submission, by=by.person).first()
    # A page that was opened before a KSB was added says nothing of it: only `drop_claim` leaves it out.
    words = ReviewDraft.as_json({**(draft.added if draft else {}), **claims})
    checks = draft.checks if draft else []
    if ticks is not None:
        checks = as_json(ticked(EvidenceRules.of(submission.evidence.apprenticeship.provider).rules, ticks))
    if draft is None:
        return ReviewDraft.objects.create(
            submission=submission, by_id=by.person, words=words, checks=checks, saved_at=clock.now()
        )
    if (draft.words, draft.checks) == (words, checks):
        return draft
    if draft.send_at:
        raise OutOfTurn(_("You have already finished this review. Undo that to change it."))
    if draft.revision != revision:
        raise StaleReview(draft)
    draft.words, draft.checks, draft.revision, draft.saved_at = words, checks, draft.revision + 1, clock.now()
    draft.save(update_fields=["words", "checks", "revision", "saved_at"])
    return draft
