"""Countersigning what an assessor in training decided."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.models import Outcome
from assessments import access, coverage
from assessments.audit_actions import DECISION_COUNTERSIGNED
from assessments.models import Countersignature, Decision, Submission
from assessments.policies.terms import terms_of
from assessments.workflow.deciding import mark_claims, settle
from assessments.workflow.sign_off import sign_off_by_itself
from assessments.workflow.submission import locked_submission
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import OutOfTurn
from portfolios.states import EvidenceState

COUNTERSIGN = Act(
    "countersign",
    access.can_countersign,
    # Accepted or referred before: a correction by somebody in training waits.
    {
        state: [EvidenceState.SUBMITTED, EvidenceState.ACCEPTED, EvidenceState.REFERRED]
        for state in (EvidenceState.SUBMITTED, EvidenceState.ACCEPTED, EvidenceState.REFERRED)
    },
)


@transaction.atomic
def countersign(submission_id: UUID, by: Actor, decisions: Collection[UUID]) -> Submission:
    """Let the decisions of an assessor in training count, as a competent colleague saw them. All of them, or none.

    Countersigning again what one has countersigned changes nothing. Whoever does not agree corrects a decision first.

    Args:
        decisions: those that wait, as the colleague saw them.

    Raises:
        NotAllowed: `by` is not an assigned assessor who is competent in the standard, or made one of them.
        OutOfTurn: they are others than the colleague saw, or the apprenticeship is closed.
    """
    submission, evidence = locked_submission(submission_id)
    require(
        COUNTERSIGN.who(by, submission),
        _("Only an assigned assessor who is recorded as competent in the standard can countersign."),
    )
    seen = set(decisions)
    waiting = list(
        Decision.objects.unscoped().to_countersign().filter(claim__submission=submission).select_related("claim__ksb")
    )
    if not waiting and seen:
        done = Countersignature.objects.filter(decision__in=seen, by=by.person)
        if done.count() == len(seen):
            return submission
    if not COUNTERSIGN.starts_from(EvidenceState.of(evidence)) or not waiting or {made.pk for made in waiting} != seen:
        raise OutOfTurn(_("This has changed since you opened it. Look at it again."))
    require(
        all(made.by_id != by.person_id for made in waiting),
        _("You made one of these decisions, so somebody else has to countersign them."),
    )
    require_open(evidence.apprenticeship)
    now = clock.now()
    for made in waiting:
        word = Countersignature.objects.create(decision=made, by_id=by.person, at=now)
        audit.record(
            DECISION_COUNTERSIGNED,
            by,
            word,
            organisation=evidence.apprenticeship.provider,
            decision=made.pk,
            ksb=made.claim.ksb_id,
        )
    terms = terms_of(evidence.apprenticeship)
    met = [made.claim for made in waiting if made.outcome == Outcome.MET]
    mark_claims(evidence, met, terms.ways, is_met=True)
    not_met = [made.claim for made in waiting if made.supersedes_id and made.outcome != Outcome.MET]
    mark_claims(evidence, not_met, terms.ways, is_met=False)
    settle(submission, evidence)
    coverage.refresh(evidence.apprenticeship, [made.claim.ksb_id for made in waiting], terms)
    sign_off_by_itself(evidence.apprenticeship, [claim.ksb_id for claim in met], by, terms)
    return submission
