"""Judging what was submitted: met or not yet, claim by claim."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.models import Outcome
from assessments import access, closed, coverage
from assessments.audit_actions import CLAIM_DECIDED, REVIEW_STARTED, SUBMISSION_JUDGED
from assessments.models import Decision, Submission, SubmittedClaim
from assessments.moves.carrying import carried
from assessments.workflow.sign_off import sign_off
from assessments.workflow.submission import locked_submission
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from core.moments import moment
from portfolios.models import Claim, Evidence


@transaction.atomic
def start_review(submission_id: UUID, by: Actor) -> Submission:
    """Begin to judge a submission, or take over from an assessor who began: from now on it cannot be taken back.

    Raises:
        NotAllowed: `by` is not the assigned assessor.
        OutOfTurn: it was taken back.
    """
    submission, evidence = locked_submission(submission_id)
    require(access.can_decide(by, submission), _("Only the assigned assessor can review this."))
    _refuse_taken_back(submission)
    if submission.is_waiting and submission.review_started_by_id != by.person_id:
        submission.review_started_by_id, submission.review_started_at = by.person, clock.now()
        submission.save(update_fields=["review_started_by", "review_started_at"])
        audit.record(REVIEW_STARTED, by, submission, organisation=evidence.apprenticeship.provider)
    return submission


@transaction.atomic
def decide(claim_id: UUID, by: Actor, outcome: str, feedback: str = "") -> Decision:
    """Record the assessor's judgement of one submitted claim; with the last one, the submission is finished.

    Deciding again with the same words returns the first decision.

    Raises:
        NotAllowed: `by` is not the assigned assessor, or judges own work.
        OutOfTurn: the claim was decided otherwise, by whom and when, or the submission was taken back.
        Incomplete: *not yet* without words for the apprentice, or no such outcome.
    """
    submission, evidence = locked_submission(
        SubmittedClaim.objects.unscoped().values_list("submission", flat=True).get(pk=claim_id)
    )
    require(access.can_decide(by, submission), _("Only the assigned assessor can make this decision."))
    claim = SubmittedClaim.objects.unscoped().select_related("ksb").get(pk=claim_id)
    decision = _decide(submission, evidence, claim, by, outcome, feedback)
    _finish_when_all_decided(submission, evidence, by)
    coverage.refresh(evidence.apprenticeship, [claim.ksb_id])
    return decision


@transaction.atomic
def finish_review(
    submission_id: UUID, by: Actor, judgements: Mapping[UUID, tuple[str, str]], also_sign_off: Iterable[UUID] = ()
) -> Submission:
    """Record a judgement of every claim of a submission at once, and sign KSBs off with it: all of it, or nothing.

    Args:
        judgements: for each submitted claim's id, the outcome and the feedback.
        also_sign_off: the KSBs that are signed off with it.

    Raises:
        NotAllowed, OutOfTurn: as for `decide` and `workflow.sign_off`.
        Incomplete: a claim without an outcome, or *not yet* without feedback; `ksb` says of which.
    """
    submission, evidence = locked_submission(submission_id)
    require(access.can_decide(by, submission), _("Only the assigned assessor can make this decision."))
    claims = list(
        SubmittedClaim.objects.unscoped().filter(submission=submission).select_related("ksb").order_by("ksb__position")
    )
    for claim in claims:
        outcome, feedback = judgements.get(claim.pk, ("", ""))
        _decide(submission, evidence, claim, by, outcome, feedback)
    _finish_when_all_decided(submission, evidence, by)
    coverage.refresh(evidence.apprenticeship, [claim.ksb_id for claim in claims])
    for ksb_id in also_sign_off:
        sign_off(evidence.apprenticeship_id, ksb_id, by)
    return submission


def _decide(
    submission: Submission, evidence: Evidence, claim: SubmittedClaim, by: Actor, outcome: str, feedback: str
) -> Decision:
    _refuse_taken_back(submission)
    code = claim.ksb.code
    if standing := Decision.objects.unscoped().select_related("by").filter(claim=claim).first():
        if standing.same_as(by, outcome, feedback):
            return standing
        raise OutOfTurn(
            _("%(person)s made a decision on %(code)s on %(when)s: %(outcome)s. It cannot be changed.")
            % {
                "person": standing.by,
                "code": code,
                "when": moment(standing.at),
                "outcome": standing.get_outcome_display().lower(),
            }
        )
    if outcome not in Outcome.values:
        raise Incomplete(_("Choose met or not yet for %(code)s.") % {"code": code}, field="outcome", ksb=code)
    if outcome == Outcome.NOT_YET and not feedback.strip():
        raise Incomplete(_("Say what %(code)s still needs.") % {"code": code}, field="feedback", ksb=code)
    decision = Decision.objects.create(
        claim=claim,
        outcome=outcome,
        feedback=feedback.strip(),
        by_id=by.person,
        at=clock.now(),
        snapshot_sha256=submission.snapshot.sha256,
    )
    if outcome == Outcome.MET:
        # The working copy may have followed the learner to a later text since.
        claimed = {claim.ksb_id, carried(evidence.apprenticeship).now(claim.ksb_id)}
        Claim.objects.unscoped().filter(evidence=evidence, ksb__in=claimed).update(is_met=True)
    audit.record(
        CLAIM_DECIDED,
        by,
        decision,
        organisation=evidence.apprenticeship.provider,
        evidence=evidence.pk,
        ksb=claim.ksb_id,
        outcome=str(outcome),
    )
    return decision


def _finish_when_all_decided(submission: Submission, evidence: Evidence, by: Actor) -> None:
    if (
        not submission.is_waiting
        or SubmittedClaim.objects.unscoped().filter(submission=submission, decision=None).exists()
    ):
        return
    now = clock.now()
    if submission.review_started_at is None:
        submission.review_started_by_id, submission.review_started_at = by.person, now
    submission.finished_at = now
    submission.save(update_fields=["review_started_by", "review_started_at", "finished_at"])
    submission.review_drafts.unscoped().delete()
    all_met = not evidence.claims.filter(is_met=False).exists()
    evidence.state = Evidence.State.ACCEPTED if all_met else Evidence.State.REFERRED
    evidence.save(update_fields=["state"])
    audit.record(
        SUBMISSION_JUDGED, by, submission, organisation=evidence.apprenticeship.provider, state=str(evidence.state)
    )


def _refuse_taken_back(submission: Submission) -> None:
    if submission.withdrawn_at:
        raise OutOfTurn(closed.taken_back(submission))
