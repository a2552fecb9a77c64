"""Submitting a piece of evidence for judgement, and taking it back before anybody has begun."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import coverage
from assessments.audit_actions import EVIDENCE_ACCEPTED, SUBMISSION_MADE, SUBMISSION_TAKEN_BACK
from assessments.declaration import Declaration
from assessments.models import Snapshot, Submission, SubmittedClaim, SubmittedFile
from assessments.states import SubmissionState
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn
from core.moments import moment
from core.prepared import Prepared
from portfolios import versions
from portfolios.access import require_own
from portfolios.content import EvidenceContent
from portfolios.coverage import claims_of
from portfolios.models import Claim, Evidence, EvidenceFile, policy_of
from portfolios.states import EvidenceState
from portfolios.workflow import locked_evidence

_whose = Prepared(
    lambda key: Submission.objects.unscoped().filter(pk=key).values_list("evidence"), is_the_same_every_day=True
)
_lock = Prepared(
    lambda key: (
        Submission.objects.unscoped()
        .select_for_update(no_key=True, of=("self",))
        .select_related("review_started_by", "snapshot")
        .filter(pk=key)
    ),
    is_the_same_every_day=True,
)

SUBMIT = Act(
    "submit",
    require_own,
    {
        EvidenceState.DRAFT: [EvidenceState.SUBMITTED],
        EvidenceState.REFERRED: [EvidenceState.SUBMITTED, EvidenceState.ACCEPTED],
    },
)
SUBMIT_ROUND = Act("submit", require_own, {}, creates=[SubmissionState.WAITING])
TAKE_BACK = Act("take_back", require_own, {SubmissionState.WAITING: [SubmissionState.TAKEN_BACK]})
REOPEN_PIECE = Act("take_back", require_own, {EvidenceState.SUBMITTED: [EvidenceState.DRAFT, EvidenceState.REFERRED]})


def missing_for_submission(evidence: Evidence) -> list[Incomplete]:
    """What must still be given before `evidence` can be submitted."""
    missing = []
    if not evidence.title:
        missing.append(Incomplete(_("Enter a title."), field="title"))
    has_files = EvidenceFile.objects.unscoped().filter(evidence=evidence).current().exists()
    if not evidence.narrative.strip() and not evidence.answers and not has_files:
        missing.append(Incomplete(_("Say what you did, or add a file that shows it."), field="narrative"))
    if evidence.happened_on is None:
        missing.append(Incomplete(_("Enter the date it happened."), field="happened_on"))
    claims, _left_out = claims_of(evidence)
    if not claims:
        missing.append(Incomplete(_("Choose at least one KSB."), field="claims"))
    without_line = [claim for claim in claims if not claim.justification and not claim.is_met]
    # One explanation is enough for all KSBs, unless the provider asks for more.
    if without_line and policy_of(evidence.apprenticeship.provider).wants_line_per_claim:
        missing += [
            Incomplete(
                _("Explain in a line how it shows %(code)s.") % {"code": claim.ksb.code},
                field="justification",
                ksb=claim.ksb.code,
            )
            for claim in without_line
        ]
    return missing


@transaction.atomic
def submit(evidence_id: UUID, by: Actor, declaration: Declaration) -> Submission:
    """Put a piece of evidence forward for judgement: freeze what it says now, and let its assessor see it.

    Only claims that no decision has met are asked. A piece that needed work and whose open claims were all dropped
    has nothing left to ask: it is accepted on what was met before. Submitting twice makes one submission.

    Args:
        declaration: that the work is one's own, with the use of AI named; it becomes part of the snapshot.

    Raises:
        NotAllowed: `by` is not its apprentice, or the apprenticeship is closed.
        Incomplete: something that a submission needs is missing; the message says what.
        OutOfTurn: it was put aside or is accepted.
    """
    evidence = locked_evidence(evidence_id)
    SUBMIT.who(by, evidence.apprenticeship, _("Only the apprentice can send this evidence."))
    if evidence.state == Evidence.State.SUBMITTED:
        return Submission.objects.unscoped().filter(evidence=evidence, withdrawn_at=None).latest("round")
    if not SUBMIT.starts_from(EvidenceState.of(evidence)):
        raise OutOfTurn(_("This evidence has already been assessed or deleted, so it cannot be sent."))
    if evidence.observed_by_id and evidence.handed_over_at is None:
        raise OutOfTurn(_("Your assessor is still recording this. You confirm it when they give it to you."))
    if missing := missing_for_submission(evidence):
        raise missing[0]
    if undeclared := declaration.missing():
        field, still_to_say = undeclared
        raise Incomplete(str(still_to_say), field=field)
    claims, _left_out = claims_of(evidence)
    open_claims = [claim for claim in claims if not claim.is_met]
    rounds = Submission.objects.unscoped().filter(evidence=evidence, withdrawn_at=None).order_by("round")
    newest = rounds.last()
    if newest and not open_claims:
        return _accept_without_asking(evidence, by, newest)
    submission = _freeze(evidence, claims, by, declaration, round_number=rounds.count() + 1)
    versions.keep_as_submitted(evidence)
    evidence.state = Evidence.State.SUBMITTED
    evidence.first_submitted_at = evidence.first_submitted_at or submission.submitted_at
    evidence.changed_at = submission.submitted_at
    evidence.save(update_fields=["state", "first_submitted_at", "changed_at"])
    coverage.refresh(evidence.apprenticeship, [claim.ksb_id for claim in claims])
    audit.record(
        SUBMISSION_MADE,
        by,
        submission,
        organisation=evidence.apprenticeship.provider,
        evidence=evidence.pk,
        round=submission.round,
    )
    return submission


def _freeze(
    evidence: Evidence, claims: list[Claim], by: Actor, declaration: Declaration, round_number: int
) -> Submission:
    """Write the submission, its snapshot, its files and the claims that await a decision."""
    said = EvidenceContent.of(evidence, claims)
    submission = Submission.objects.create(
        evidence=evidence,
        apprenticeship=evidence.apprenticeship,
        provider_id=evidence.provider_id,
        round=round_number,
        submitted_by_id=by.person,
        submitted_at=clock.now(),
    )
    Snapshot.frozen(submission, said, evidence.apprenticeship.standard_version, declaration).save(force_insert=True)
    SubmittedFile.objects.bulk_create(SubmittedFile(submission=submission, file_id=file.id) for file in said.files)
    EvidenceFile.objects.unscoped().filter(evidence=evidence, removed_at=None, first_submitted_at=None).update(
        first_submitted_at=submission.submitted_at
    )
    SubmittedClaim.objects.bulk_create(
        SubmittedClaim(
            submission=submission,
            apprenticeship=evidence.apprenticeship,
            provider_id=evidence.provider_id,
            ksb=claim.ksb,
            justification=claim.justification,
        )
        for claim in claims
        if not claim.is_met
    )
    return submission


def _accept_without_asking(evidence: Evidence, by: Actor, newest: Submission) -> Submission:
    evidence.state = Evidence.State.ACCEPTED
    evidence.changed_at = clock.now()
    evidence.save(update_fields=["state", "changed_at"])
    coverage.refresh(evidence.apprenticeship, evidence.claims.values_list("ksb", flat=True))
    audit.record(EVIDENCE_ACCEPTED, by, evidence, organisation=evidence.apprenticeship.provider)
    return newest


@transaction.atomic
def take_back(submission_id: UUID, by: Actor) -> Submission:
    """Take a submission back before its review starts. If it was the first, the piece is private again.

    Raises:
        NotAllowed: `by` is not its apprentice.
        OutOfTurn: its review has started or is over; the message says who started it and when.
    """
    submission, evidence = locked_submission(submission_id)
    TAKE_BACK.who(by, evidence.apprenticeship, _("Only the apprentice can unsend this evidence."))
    if submission.withdrawn_at:
        return submission
    if not TAKE_BACK.starts_from(SubmissionState.of(submission)):
        raise OutOfTurn(
            _("%(person)s started reviewing this on %(when)s, so you cannot unsend it now.")
            % {
                "person": submission.review_started_by,
                "when": moment(submission.review_started_at or submission.submitted_at),
            }
        )
    submission.withdrawn_at = clock.now()
    submission.save(update_fields=["withdrawn_at"])
    earlier = Submission.objects.unscoped().filter(evidence=evidence, withdrawn_at=None)
    evidence.state = Evidence.State.REFERRED if earlier.exists() else Evidence.State.DRAFT
    if evidence.state == Evidence.State.DRAFT:
        evidence.first_submitted_at = None
    evidence.changed_at = submission.withdrawn_at
    evidence.save(update_fields=["state", "first_submitted_at", "changed_at"])
    EvidenceFile.objects.unscoped().filter(evidence=evidence).exclude(
        submitted__submission__in=earlier.values("pk")
    ).update(first_submitted_at=None)
    coverage.refresh(evidence.apprenticeship, evidence.claims.values_list("ksb", flat=True))
    audit.record(SUBMISSION_TAKEN_BACK, by, submission, organisation=evidence.apprenticeship.provider)
    return submission


def locked_submission(submission_id: UUID) -> tuple[Submission, Evidence]:
    """The submission and its evidence, locked from the apprenticeship down."""
    whose = _whose(key=submission_id).first()
    if whose is None:
        raise Submission.DoesNotExist
    evidence = locked_evidence(whose[0])
    submission: Submission | None = _lock(key=submission_id).first()
    if submission is None:
        raise Submission.DoesNotExist
    submission.evidence = evidence
    return submission, evidence
