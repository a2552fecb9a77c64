"""Writing decisions, and what follows them on the piece they are about: for acts that have locked and asked."""

from collections.abc import Iterable
from uuid import UUID

from apprenticeships.models import Outcome
from assessments.audit_actions import CLAIM_CORRECTED, CLAIM_DECIDED
from assessments.feedback import Feedback
from assessments.models import Decision, Submission, SubmittedClaim
from assessments.moves.carrying import Carried
from assessments.policies.terms import Terms, terms_of
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.prepared import Prepared
from core.writing import update
from portfolios.models import Claim, Evidence

_rounds = Prepared(
    lambda evidence: (
        Submission.objects.unscoped()
        .filter(evidence=evidence, withdrawn_at=None)
        .order_by()
        .values_list("round", "finished_at")
    ),
    is_the_same_every_day=True,
)
_to_countersign = Prepared(
    lambda submission: (
        Decision.objects.unscoped().to_countersign().filter(claim__submission=submission).values_list("pk")
    ),
    is_the_same_every_day=True,
)
_unmet = Prepared(
    lambda evidence: Claim.objects.unscoped().filter(evidence=evidence, is_met=False).values_list("pk"),
    is_the_same_every_day=True,
)


def decision_on(
    submission: Submission,
    claim: SubmittedClaim,
    by: Actor,
    outcome: str,
    feedback: Feedback,
    *,
    counts: bool,
    supersedes: Decision | None = None,
    reason: str = "",
) -> Decision:
    """A decision that is not saved yet."""
    return Decision(
        claim=claim,
        needs_countersignature=not counts,
        supersedes=supersedes,
        reason=reason.strip(),
        outcome=outcome,
        feedback=feedback.tidy(),
        by_id=by.person,
        at=clock.now(),
        snapshot_sha256=submission.snapshot.sha256,
    )


def stand_in(evidence: Evidence, by: Actor, made: Decision) -> Terms:
    """Write a decision that stands in the place of another, record it, and let the working copy follow it.

    Returns the terms, read once the record is locked: no rule can begin now before the decision.
    """
    made.save(force_insert=True)
    audit.record_many([decided(evidence, by, made)])
    terms = terms_of(evidence.apprenticeship)
    if not made.needs_countersignature:
        mark_claims(evidence, [made.claim], terms.ways, is_met=made.outcome == Outcome.MET)
    return terms


def decided(evidence: Evidence, by: Actor, made: Decision) -> audit.Happening:
    """What the record says of a decision."""
    said = {"evidence": evidence.pk, "ksb": made.claim.ksb_id, "outcome": str(made.outcome)}
    action = CLAIM_DECIDED
    if made.supersedes_id:
        action, said["supersedes"] = CLAIM_CORRECTED, made.supersedes_id
    return audit.Happening(action, by, made, evidence.apprenticeship.provider, said)


def in_working_copy(claims: Iterable[SubmittedClaim], ways: Carried) -> set[UUID]:
    """The KSBs by which the working copy may claim these: it may have followed the learner to a later text since."""
    return {ksb for claim in claims for ksb in (claim.ksb_id, ways.now(claim.ksb_id))}


def mark_claims(evidence: Evidence, claims: Iterable[SubmittedClaim], ways: Carried, *, is_met: bool) -> None:
    """Let claims of the working copy follow decisions that count."""
    if ksbs := in_working_copy(claims, ways):
        Claim.objects.unscoped().filter(evidence=evidence, ksb__in=ksbs).update(is_met=is_met)


def settle(submission: Submission, evidence: Evidence) -> None:
    """Accept a judged piece whose claims are all met, and refer any other back, once all its decisions count.

    A piece that was sent again since is for that round to settle.
    """
    if evidence.state == Evidence.State.SUBMITTED:
        rounds = _rounds(evidence=evidence.pk)
        if any(number > submission.round or finished_at is None for number, finished_at in rounds):
            return
        if _to_countersign(submission=submission.pk).first():
            return
    all_met = not _unmet(evidence=evidence.pk).first()
    evidence.state = Evidence.State.ACCEPTED if all_met else Evidence.State.REFERRED
    update([evidence], ["state"])
