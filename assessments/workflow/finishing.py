"""Finishing a review, undoing that for ten minutes, and sending it to the apprentice."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from assessments import access, closed
from assessments.audit_actions import REVIEW_FINISH_UNDONE, REVIEW_FINISHED
from assessments.checking.rules import EvidenceRules, as_json, ticked
from assessments.models import ReviewDraft, Submission
from assessments.policies.rules import rules_of
from assessments.states import SubmissionState
from assessments.unfinished import UNDO_LASTS, ClaimWords
from assessments.voice.sending import require_voice
from assessments.workflow.review import (
    give_back,
    judge,
    note_start,
    refuse_finished_by_colleague,
    refuse_taken_back,
    require_day_to_come,
    weigh,
)
from assessments.workflow.submission import locked_submission
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn, WorkflowError
from portfolios.states import EvidenceState

FINISH = Act(
    "finish_review",
    access.can_decide,
    {
        SubmissionState.WAITING: [SubmissionState.TO_BE_SENT],
        SubmissionState.UNDER_REVIEW: [SubmissionState.TO_BE_SENT],
    },
)
UNDO = Act("undo_finish", access.can_decide, {SubmissionState.TO_BE_SENT: [SubmissionState.UNDER_REVIEW]})
#: To be sent → under review: what cannot be sent now comes back to its author.
_SENDS = {SubmissionState.TO_BE_SENT: [SubmissionState.SENT, SubmissionState.UNDER_REVIEW]}
#: It stays submitted until what an assessor in training decided is countersigned.
_SETTLES = {EvidenceState.SUBMITTED: [EvidenceState.ACCEPTED, EvidenceState.REFERRED, EvidenceState.SUBMITTED]}
SEND = Act("send_review", access.can_decide, _SENDS)
SEND_DUE = Act("send_if_due", access.can_decide, _SENDS)
SETTLE = Act("send_review", access.can_decide, _SETTLES)
SETTLE_DUE = Act("send_if_due", access.can_decide, _SETTLES)


@transaction.atomic
def finish_review(
    submission_id: UUID,
    by: Actor,
    claims: Mapping[str, ClaimWords],
    ticks: Collection[str] = (),
    voice_words: str | None = None,
) -> Submission:
    """Finish a review: it is sent after ten minutes, or by `send_review`, and until then only its author has it.

    Everything is checked as if it were sent now. Finished again with the same words, it is sent when it was to be.

    Args:
        claims: for the code of each KSB the outcome, the feedback and whether it is signed off with it.
        ticks: the rules of evidence that are ticked. They are kept in the words in which the provider asks for them.
        voice_words: what a voice note that goes with it says, in writing; as kept, if not given.

    Raises:
        NotAllowed: `by` is not the assigned assessor.
        OutOfTurn: its voice note is not ready yet; it was taken back;
            it was finished, by whom and when; a sign-off that goes with it is
            refused; or a KSB was added in another tab.
        Incomplete: a claim without an outcome, *not yet* without what is missing, a part of the feedback that is too
            long, or a day that is past or far away; `ksb` says of which. Or a rule of evidence that has to be ticked,
            or a voice note that is not there in writing.
    """
    submission, evidence = locked_submission(submission_id)
    require(FINISH.who(by, submission), _("Only the assigned assessor can make this decision."))
    refuse_taken_back(submission)
    refuse_finished_by_colleague(submission, by)
    words, checks = ReviewDraft.as_json(claims), ticked(EvidenceRules.of(evidence.apprenticeship.provider).rules, ticks)
    draft = _own(submission, by) or ReviewDraft(submission=submission, by_id=by.person, words={}, revision=0)
    if draft.send_at:
        if draft.words == words:
            return submission
        raise OutOfTurn(_("You have already finished this review. Undo that to change it."))
    if unseen := sorted(draft.added.keys() - claims.keys()):
        raise OutOfTurn(_("You added %(code)s in another tab. Look at it, then finish.") % {"code": ", ".join(unseen)})
    for code, said in claims.items():
        require_day_to_come(code, said.feedback)
    if unticked := [check for check in checks if check.is_required and not check.is_ticked]:
        names = ", ".join(check.label for check in unticked)
        raise Incomplete(_("Tick what has to be true of the evidence: %(rules)s.") % {"rules": names}, field="rules")
    require_voice(submission, by, voice_words)
    judgement = weigh(submission, evidence, by, claims)
    if judgement.signed_off or rules_of(evidence.apprenticeship).may_sign_off_themselves:
        _try_to_send(submission_id, by, claims, as_json(checks))
    if not FINISH.starts_from(SubmissionState.of(submission, draft)):
        return submission
    if submission.review_started_at is None:
        note_start(submission, by)
    now = clock.now()
    draft.words, draft.checks, draft.revision, draft.saved_at = words, as_json(checks), draft.revision + 1, now
    draft.send_at, draft.not_sent_because = now + UNDO_LASTS, ""
    draft.save()
    audit.record(REVIEW_FINISHED, by, submission, organisation=evidence.apprenticeship.provider)
    return submission


@transaction.atomic
def undo_finish(submission_id: UUID, by: Actor) -> Submission:
    """Open a finished review again, exactly as it was, before it is sent. Undone twice, it is undone.

    Raises:
        NotAllowed: `by` is not the assigned assessor.
        OutOfTurn: it was sent, when; or `by` finished no review of it.
    """
    submission, evidence = locked_submission(submission_id)
    require(UNDO.who(by, submission), _("Only the assigned assessor can review this."))
    if submission.finished_at:
        raise OutOfTurn(f"{closed.finished(submission)} {_('To change a decision, correct it.')}")
    draft = _own(submission, by)
    if draft is None:
        raise OutOfTurn(_("You have not finished a review of this."))
    if UNDO.starts_from(SubmissionState.of(submission, draft)):
        draft.send_at = None
        draft.save(update_fields=["send_at"])
        audit.record(REVIEW_FINISH_UNDONE, by, submission, organisation=evidence.apprenticeship.provider)
    return submission


@transaction.atomic
def send_review(submission_id: UUID, by: Actor) -> str:
    """Send a review that `by` finished: every decision and sign-off at once. Sent twice, it is sent.

    Where that is refused now, it comes back to its author with every word.

    Returns why it could not be sent; nothing, if it was.

    Raises:
        NotAllowed: `by` is not the assigned assessor, and finished nothing.
        OutOfTurn: `by` has not finished it.
    """
    submission, _evidence = locked_submission(submission_id)
    draft = _own(submission, by)
    if draft is None or not SEND.starts_from(SubmissionState.of(submission, draft)):
        require(SEND.who(by, submission), _("Only the assigned assessor can review this."))
        if submission.finished_at:
            return ""
        raise OutOfTurn(_("You have not finished a review of this."))
    return _send(draft, submission)


def send_reviews(by: Actor) -> tuple[int, int]:
    """Send every review that `by` finished, each by itself as `send_review` does.

    Returns how many were sent, and how many came back.
    """
    finished = ReviewDraft.objects.visible_to(by).finished().order_by("send_at", "pk")
    counts = {True: 0, False: 0}
    for submission_id in list(finished.values_list("submission", flat=True)):
        try:
            counts[send_review(submission_id, by) == ""] += 1
        except OutOfTurn:
            # Undone in another tab in the meantime.
            continue
    return counts[True], counts[False]


@transaction.atomic
def send_if_due(draft_id: UUID) -> None:
    """Send a finished review whose moment has come. Where it was undone, sent or finished again, nothing happens."""
    submission_id = ReviewDraft.objects.unscoped().values_list("submission", flat=True).filter(pk=draft_id).first()
    if submission_id is None:
        return
    submission, _evidence = locked_submission(submission_id)
    draft = ReviewDraft.objects.unscoped().due().filter(pk=draft_id).first()
    if draft is not None:
        _send(draft, submission)


@transaction.atomic
def discard_review(submission_id: UUID, by: Actor) -> None:
    """Delete what `by` wrote of a review that came back to them. Where there is none, nothing happens."""
    submission, _evidence = locked_submission(submission_id)
    draft = _own(submission, by)
    if draft and draft.not_sent_because:
        draft.delete()


def _send(draft: ReviewDraft, submission: Submission) -> str:
    """Judge by what was finished, or give it back. The submission is locked."""
    draft.submission = submission
    reason = ""
    if not SEND.who(draft.author, submission):
        reason = closed.reassigned(submission, draft.by_id)
    else:
        try:
            with transaction.atomic():
                judgement = weigh(submission, submission.evidence, draft.author, draft.claims)
                judge(submission, submission.evidence, draft.author, judgement, draft.checks)
        except WorkflowError as refused:
            reason = str(refused)
            # As it is now, and not as it would have been.
            submission, _evidence = locked_submission(submission.pk)
            draft.submission = submission
    if reason:
        give_back(draft, submission, reason)
    return reason


def _try_to_send(
    submission_id: UUID, by: Actor, claims: Mapping[str, ClaimWords], checks: list[dict[str, Any]]
) -> None:
    """Send a review and take that back: whether a sign-off stands in the way shows once the decisions are made."""
    with transaction.atomic():
        submission, evidence = locked_submission(submission_id)
        judge(submission, evidence, by, weigh(submission, evidence, by, claims), checks)
        transaction.set_rollback(True)


def _own(submission: Submission, by: Actor) -> ReviewDraft | None:
    return ReviewDraft.objects.unscoped().filter(submission=submission, by=by.person).first()
