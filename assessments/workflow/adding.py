"""Adding a claim that the apprentice missed to a review, which is theirs to see once the review is sent."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.models import Outcome
from assessments import access
from assessments.models import ReviewDraft
from assessments.unfinished import ClaimWords
from assessments.workflow.review import missed_in
from assessments.workflow.submission import locked_submission
from assessments.workflow.unfinished import keep_review
from core import clock
from core.actor import Actor
from core.errors import Incomplete


@transaction.atomic
def add_claim(submission_id: UUID, by: Actor, code: str) -> ReviewDraft:
    """Add a KSB that the evidence shows, though it was not claimed, to the review that `by` writes: as met.

    Added twice, it is there once.

    Raises:
        NotAllowed, OutOfTurn: as for `keep_review`.
        Incomplete: it is claimed already, or does not count for the apprentice today.
    """
    submission, _evidence = locked_submission(submission_id)
    require(access.can_decide(by, submission), _("Only the assigned assessor can review this."))
    draft = ReviewDraft.objects.unscoped().filter(submission=submission, by=by.person).first()
    if draft and code in draft.added:
        return draft
    ksb = next((one for one in missed_in(submission) if one.code == code), None)
    if ksb is None:
        raise Incomplete(_("Choose a KSB from the list."), field="code")
    claims = {**(draft.claims if draft else {}), code: ClaimWords(Outcome.MET, added=ksb.pk)}
    return keep_review(submission_id, by, revision=draft.revision if draft else 0, claims=claims)


@transaction.atomic
def drop_claim(
    submission_id: UUID,
    by: Actor,
    code: str,
    *,
    revision: int,
    claims: Mapping[str, ClaimWords],
    ticks: Collection[str] | None = None,
) -> ReviewDraft:
    """Leave a KSB out again that `by` had added. What else was written of the review is kept.

    Raises:
        NotAllowed, OutOfTurn, StaleReview: as for `keep_review`.
    """
    draft = keep_review(submission_id, by, revision=revision, claims=claims, ticks=ticks)
    if code in draft.added:
        del draft.words[code]
        draft.revision, draft.saved_at = draft.revision + 1, clock.now()
        draft.save(update_fields=["words", "revision", "saved_at"])
    return draft
