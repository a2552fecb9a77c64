"""Judging what was submitted: met, not yet or not judged, claim by claim."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.models import Outcome
from assessments import access, closed, coverage
from assessments.audit_actions import (
    CLAIM_ADDED,
    REVIEW_NOT_SENT,
    REVIEW_STARTED,
    SUBMISSION_JUDGED,
)
from assessments.commenting.workflow import learn
from assessments.feedback import MOST_DAYS_AHEAD, MOST_IN_PART, Feedback
from assessments.models import Decision, ReviewDraft, SignOff, Submission, SubmittedClaim
from assessments.moves.carrying import carried
from assessments.policies.terms import terms_of
from assessments.states import SubmissionState
from assessments.unfinished import ClaimWords
from assessments.voice.sending import send_voice
from assessments.workflow.deciding import decided, decision_on, in_working_copy, mark_claims, settle, stand_in
from assessments.workflow.sign_off import sign_off_by_itself, sign_off_with
from assessments.workflow.submission import locked_submission
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn
from core.moments import moment
from core.prepared import Prepared
from core.writing import insert, update
from occupations.models import Ksb
from portfolios.models import Claim, Evidence
from portfolios.states import EvidenceState

START = Act(
    "start_review",
    access.can_decide,
    {
        SubmissionState.WAITING: [SubmissionState.UNDER_REVIEW],
        SubmissionState.UNDER_REVIEW: [SubmissionState.UNDER_REVIEW],
        # A colleague's, who may not send it any more, comes back to them.
        SubmissionState.TO_BE_SENT: [SubmissionState.UNDER_REVIEW],
    },
)
_JUDGED = [EvidenceState.ACCEPTED, EvidenceState.REFERRED]
CORRECT = Act(
    "correct_decision",
    access.can_decide,
    {
        EvidenceState.ACCEPTED: _JUDGED,
        EvidenceState.REFERRED: _JUDGED,
        # What an assessor in training decided, until it is countersigned.
        EvidenceState.SUBMITTED: [*_JUDGED, EvidenceState.SUBMITTED],
    },
)

_claims = Prepared(
    lambda submission: (
        SubmittedClaim.objects.unscoped().filter(submission=submission).select_related("ksb").order_by("ksb__position")
    ),
    is_the_same_every_day=True,
)
_standing = Prepared(
    lambda submission: Decision.objects.unscoped().standing().filter(claim__submission=submission).select_related("by"),
    is_the_same_every_day=True,
)


@transaction.atomic
def start_review(submission_id: UUID, by: Actor) -> Submission:
    """Begin to judge a submission, or take over from an assessor who began: from now on it cannot be taken back.

    Raises:
        NotAllowed: `by` is not the assigned assessor.
        OutOfTurn: it was taken back, a colleague's review of it is to be sent, or the apprenticeship is closed.
    """
    submission, evidence = locked_submission(submission_id)
    require(START.who(by, submission), _("Only the assigned assessor can review this."))
    refuse_taken_back(submission)
    _refuse_closed(submission, evidence)
    refuse_finished_by_colleague(submission, by)
    if START.starts_from(SubmissionState.of(submission)) and submission.review_started_by_id != by.person_id:
        note_start(submission, by)
    return submission


def note_start(submission: Submission, by: Actor) -> None:
    """Write down that a review begins, in an act that has asked all that `start_review` asks."""
    submission.review_started_by_id, submission.review_started_at = by.person, clock.now()
    update([submission], ["review_started_by", "review_started_at"])
    audit.record(REVIEW_STARTED, by, submission, organisation=submission.evidence.apprenticeship.provider)


@dataclass(frozen=True)
class Judgement:
    """What an assessor says of every claim of a submission, with nothing left to refuse but a sign-off."""

    #: Each claim with what is said of it; one that the assessor adds is not saved yet.
    said: Sequence[tuple[SubmittedClaim, ClaimWords]]
    #: The claims among them that no decision stands on.
    undecided: Sequence[UUID]
    #: Whether the assessor is competent in the standard, so that what they decide counts.
    counts: bool

    @property
    def signed_off(self) -> list[UUID]:
        """The KSBs that are signed off with it."""
        return [claim.ksb_id for claim, words in self.said if words.signs_off]


def weigh(submission: Submission, evidence: Evidence, by: Actor, claims: Mapping[str, ClaimWords]) -> Judgement:
    """Check what an assessor says of a submission that is locked. Nothing is written.

    Args:
        claims: for the code of each KSB the outcome, the feedback and whether it is signed off with it; also of those
            that the apprentice missed and the assessor adds.

    Raises:
        OutOfTurn: as for `finish_review`.
        Incomplete: a claim without an outcome, or *not yet* without what is missing; `ksb` says of which.
    """
    asked: list[SubmittedClaim] = list(_claims(submission=submission.pk))
    _refuse_closed(submission, evidence)
    refuse_taken_back(submission)
    known = {claim.ksb_id for claim in asked}
    asked += [
        _added(submission, by, code, words)
        for code, words in claims.items()
        if words.added and words.added not in known
    ]
    said = [(claim, claims.get(claim.ksb.code, ClaimWords())) for claim in asked]
    counts = access.can_sign_off(by, evidence.apprenticeship)
    if not counts:
        _refuse_signing_off_in_training(claims)
    standing: dict[UUID, Decision] = {made.claim_id: made for made in _standing(submission=submission.pk)}
    undecided = []
    for claim, words in said:
        if made := standing.get(claim.pk):
            _refuse_other_words(made, claim, by, words)
        else:
            _check_judgement(claim, words.outcome, words.feedback)
            undecided.append(claim.pk)
    return Judgement(said, undecided, counts)


def judge(
    submission: Submission, evidence: Evidence, by: Actor, judgement: Judgement, checks: Sequence[dict[str, Any]]
) -> None:
    """Record a judgement of every claim of a submission at once, and sign KSBs off with it: all of it, or nothing.

    From then on its apprentice sees it. `finish_review` and `send_review` call this: nobody is judged on the side.

    Args:
        checks: the rules of evidence as they were asked and ticked when the review was finished, as a draft has them.

    Raises:
        OutOfTurn, Incomplete: a sign-off that goes with it is refused.
    """
    apprenticeship = evidence.apprenticeship
    said = {claim.pk: (claim, words) for claim, words in judgement.said}
    for claim, _words in judgement.said:
        if claim._state.adding:
            _save_added(submission, evidence, by, claim)
    made = [
        decision_on(submission, said[pk][0], by, said[pk][1].outcome, said[pk][1].feedback, counts=judgement.counts)
        for pk in judgement.undecided
    ]
    insert(made)
    audit.record_many(decided(evidence, by, one) for one in made)
    # Read once the record is locked: no rule can begin now before these decisions.
    terms = terms_of(apprenticeship)
    if judgement.counts:
        mark_claims(evidence, [one.claim for one in made if one.outcome == Outcome.MET], terms.ways, is_met=True)
    if submission.is_waiting:
        learn(by, apprenticeship, (words.feedback for _claim, words in judgement.said))
        send_voice(submission, by)
    _finish(submission, evidence, by, checks)
    coverage.refresh(apprenticeship, [claim.ksb_id for claim, _words in judgement.said], terms)
    if signed_off := judgement.signed_off:
        sign_off_with(apprenticeship, signed_off, by, terms)
    met = [claim.ksb_id for claim, words in judgement.said if words.outcome == Outcome.MET]
    sign_off_by_itself(apprenticeship, met, by, terms)


@transaction.atomic
def correct_decision(decision_id: UUID, by: Actor, outcome: str, feedback: Feedback, reason: str) -> Decision:
    """Say what a decision should have been, and why. It stays on the record; the correction stands in its place.

    Asked again with the same words, it is the correction that was made.

    Args:
        decision_id: the decision that stands, as the assessor saw it.
        reason: why it is corrected; the apprentice reads it.

    Raises:
        NotAllowed: `by` is not the assigned assessor.
        OutOfTurn: the review is not finished; it was decided at another provider; somebody corrected it, who and when;
            the claim was asked again in a later round; it is no longer met, and a sign-off that stands rests on it,
            which is to be withdrawn first; or the apprenticeship is closed.
        Incomplete: no reason, no such outcome, *not yet* without what is missing, or nothing that changes.
    """
    corrected = Decision.objects.unscoped().select_related("claim__ksb").get(pk=decision_id)
    claim = corrected.claim
    submission, evidence = locked_submission(claim.submission_id)
    require(CORRECT.who(by, submission), _("Only the assigned assessor can correct this."))
    if submission.finished_at is None or not CORRECT.starts_from(EvidenceState.of(evidence)):
        raise OutOfTurn(_("This review is not finished, so there is nothing to correct."))
    standing = Decision.objects.unscoped().standing().select_related("by").get(claim=claim)
    if standing.pk != corrected.pk:
        if standing.supersedes_id == corrected.pk and standing.same_as(by, outcome, feedback, reason):
            return standing
        raise OutOfTurn(
            _("%(person)s corrected this on %(when)s. Look at it again.")
            % {"person": standing.by, "when": moment(standing.at)}
        )
    if standing.by.external_provider:
        raise OutOfTurn(
            _("This was decided at another training provider, so nobody here can correct it. Ask for the KSB again.")
        )
    require_open(evidence.apprenticeship)
    if not standing.is_to_countersign():
        require(
            access.can_sign_off(by, evidence.apprenticeship),
            _("You are in training for this standard, so a colleague corrects what counts already."),
        )
    _check_judgement(claim, outcome, feedback)
    if feedback.by_when != standing.feedback.by_when:
        require_day_to_come(claim.ksb.code, feedback)
    if not reason.strip():
        raise Incomplete(_("Say why it is corrected."), field="reason")
    if (standing.outcome, standing.feedback) == (outcome, feedback.tidy()):
        raise Incomplete(_("Nothing changes. Choose the other outcome, or change the feedback."), field="outcome")
    _refuse_asked_again(submission, evidence, claim)
    if outcome != Outcome.MET:
        _refuse_signed_off(standing, claim)
    counts = access.can_sign_off(by, evidence.apprenticeship)
    made = decision_on(submission, claim, by, outcome, feedback, counts=counts, supersedes=standing, reason=reason)
    terms = stand_in(evidence, by, made)
    settle(submission, evidence)
    coverage.refresh(evidence.apprenticeship, [claim.ksb_id], terms)
    if outcome == Outcome.MET:
        sign_off_by_itself(evidence.apprenticeship, [claim.ksb_id], by, terms)
    return made


def _refuse_signing_off_in_training(claims: Mapping[str, ClaimWords]) -> None:
    for code, words in claims.items():
        if words.signs_off:
            raise Incomplete(
                _("You are in training for this standard, so a colleague signs %(code)s off.") % {"code": code},
                field="sign_off",
                ksb=code,
            )


def correct_on_appeal(decision_id: UUID, by: Actor, reason: str) -> Decision:
    """Make a decision *met*, because an appeal against it was upheld: `decide_appeal` has asked whether `by` may.

    Raises:
        OutOfTurn: it was corrected since; the claim was asked again in a later round; or the apprenticeship is closed.
    """
    corrected = Decision.objects.unscoped().select_related("claim__ksb").get(pk=decision_id)
    claim = corrected.claim
    submission, evidence = locked_submission(claim.submission_id)
    if Decision.objects.unscoped().filter(supersedes=corrected).exists():
        raise OutOfTurn(_("This decision has been corrected since, so there is nothing left to uphold."))
    require_open(evidence.apprenticeship)
    _refuse_asked_again(submission, evidence, claim)
    made = decision_on(submission, claim, by, Outcome.MET, Feedback(), counts=True, supersedes=corrected, reason=reason)
    terms = stand_in(evidence, by, made)
    settle(submission, evidence)
    coverage.refresh(evidence.apprenticeship, [claim.ksb_id], terms)
    return made


def _refuse_asked_again(submission: Submission, evidence: Evidence, claim: SubmittedClaim) -> None:
    """What was asked again is judged there: to correct the earlier answer would say nothing of it."""
    again = SubmittedClaim.objects.unscoped().filter(
        submission__evidence=evidence,
        submission__round__gt=submission.round,
        submission__withdrawn_at=None,
        ksb__in=in_working_copy([claim], carried(evidence.apprenticeship)),
    )
    if later := again.select_related("submission").first():
        raise OutOfTurn(
            _("%(code)s was sent again in version %(n)s of this piece. Review it there.")
            % {"code": claim.ksb.code, "n": later.submission.round}
        )


def _refuse_signed_off(decision: Decision, claim: SubmittedClaim) -> None:
    """A sign-off is withdrawn by an act of its own, with its reason: no correction does it on the side."""
    if SignOff.objects.unscoped().counting().filter(grounds__decision=decision).exists():
        raise OutOfTurn(
            _("%(code)s is signed off on this decision. Withdraw the sign-off first.") % {"code": claim.ksb.code}
        )


def _refuse_other_words(standing: Decision, claim: SubmittedClaim, by: Actor, words: ClaimWords) -> None:
    """What was decided already is decided again in the same words alone."""
    if not standing.same_as(by, words.outcome, words.feedback):
        raise OutOfTurn(
            _("%(person)s made a decision on %(code)s on %(when)s: %(outcome)s. Correct that decision to change it.")
            % {
                "person": standing.by,
                "code": claim.ksb.code,
                "when": moment(standing.at),
                "outcome": standing.get_outcome_display().lower(),
            }
        )


def _check_judgement(claim: SubmittedClaim, outcome: str, feedback: Feedback) -> None:
    code = claim.ksb.code
    if outcome not in Outcome.values:
        raise Incomplete(
            _("Choose met, not yet or not assessed for %(code)s.") % {"code": code}, field="outcome", ksb=code
        )
    if outcome == Outcome.NOT_YET and not feedback.missing.strip():
        raise Incomplete(_("Say what is missing for %(code)s.") % {"code": code}, field="missing", ksb=code)
    for name, text in feedback.tidy().texts().items():
        if len(text) > MOST_IN_PART:
            raise Incomplete(
                _("Use %(n)d characters or fewer for %(code)s.") % {"n": MOST_IN_PART, "code": code},
                field=name,
                ksb=code,
            )


def missed_in(submission: Submission) -> QuerySet[Ksb]:
    """The KSBs that a submission could claim and does not: of the version it was sent for, if that is today's."""
    versions = submission.claims.values("ksb__version")
    return Ksb.objects.filter(progress__apprenticeship=submission.apprenticeship_id, version__in=versions).exclude(
        Exists(Claim.objects.unscoped().filter(evidence=submission.evidence_id, ksb=OuterRef("pk")))
    )


def _added(submission: Submission, by: Actor, code: str, words: ClaimWords) -> SubmittedClaim:
    """A claim that the apprentice missed and the assessor adds, not saved yet."""
    if not submission.is_waiting:
        raise OutOfTurn(closed.finished(submission))
    ksb = missed_in(submission).filter(code=code).first()
    if ksb is None or ksb.pk != words.added:
        raise OutOfTurn(_("%(code)s cannot be added to this piece any more. Remove it.") % {"code": code})
    if words.outcome != Outcome.MET:
        raise Incomplete(_("%(code)s can only be added as met.") % {"code": code}, field="outcome", ksb=code)
    return SubmittedClaim(
        submission=submission,
        apprenticeship_id=submission.apprenticeship_id,
        provider_id=submission.provider_id,
        ksb=ksb,
        added_by_id=by.person,
    )


def _save_added(submission: Submission, evidence: Evidence, by: Actor, claim: SubmittedClaim) -> None:
    """Save a claim that is added. The snapshot stays what it was; the working copy has it from now on."""
    claim.save(force_insert=True)
    Claim.objects.create(evidence=evidence, ksb=claim.ksb)
    audit.record(CLAIM_ADDED, by, submission, organisation=evidence.apprenticeship.provider, ksb=claim.ksb_id)


def require_day_to_come(code: str, feedback: Feedback) -> None:
    """Refuse a day that is past or far away. Asked when it is chosen: what is sent later keeps its day.

    Raises:
        Incomplete: the day is not one of the next twelve months.
    """
    today = clock.today()
    if feedback.by_when and not today <= feedback.by_when <= today + timedelta(days=MOST_DAYS_AHEAD):
        raise Incomplete(
            _("Choose a day for %(code)s in the next 12 months.") % {"code": code}, field="by_when", ksb=code
        )


def _finish(submission: Submission, evidence: Evidence, by: Actor, checks: Sequence[dict[str, Any]]) -> None:
    if not submission.is_waiting:
        return
    now = clock.now()
    if submission.review_started_at is None:
        submission.review_started_by_id, submission.review_started_at = by.person, now
    submission.finished_at, submission.checks = now, list(checks)
    update([submission], ["review_started_by", "review_started_at", "finished_at", "checks"])
    # What came back to a colleague stays theirs to read, unless they left and handed it over.
    came_back = Q(is_handed_over=False) & ~Q(not_sent_because="") & ~Q(by=by.person)
    submission.review_drafts.unscoped().exclude(came_back).delete()
    settle(submission, evidence)
    audit.record(
        SUBMISSION_JUDGED, by, submission, organisation=evidence.apprenticeship.provider, state=str(evidence.state)
    )


def _refuse_closed(submission: Submission, evidence: Evidence) -> None:
    """A review that is finished stays so, and pressing again finds it."""
    if submission.is_waiting:
        require_open(evidence.apprenticeship)


def refuse_taken_back(submission: Submission) -> None:
    if submission.withdrawn_at:
        raise OutOfTurn(closed.taken_back(submission))


def refuse_finished_by_colleague(submission: Submission, by: Actor) -> None:
    """What somebody finished stays theirs until it is sent. If they may not judge it any more, it comes back to them.

    Raises:
        OutOfTurn: a colleague's review of it is to be sent; the message says whose and when.
    """
    others = ReviewDraft.objects.unscoped().finished().filter(submission=submission).exclude(by=by.person)
    held = others.select_related("by", "submission").first()
    if held is None or held.send_at is None:
        return
    if access.can_decide(held.author, submission):
        raise OutOfTurn(closed.to_be_sent(held.by.name, held.send_at))
    give_back(held, submission, closed.reassigned(submission, held.by_id))


def give_back(draft: ReviewDraft, submission: Submission, reason: str) -> None:
    """Return a finished review to its author unsent, with every word of it, and say why."""
    draft.send_at, draft.not_sent_because = None, reason
    draft.save(update_fields=["send_at", "not_sent_because"])
    audit.record(REVIEW_NOT_SENT, draft.author, submission, organisation=submission.evidence.apprenticeship.provider)
