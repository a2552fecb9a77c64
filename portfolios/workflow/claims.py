"""Single claims of a working copy, as the grid sets them, and what was made of suggestions."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apprenticeships.progress import applicable_ksbs
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn, WorkflowError
from portfolios import access
from portfolios.audit_actions import SUGGESTION_ANSWERED
from portfolios.models import Claim, Evidence, SuggestionAnswer
from portfolios.workflow.evidence import Stale, record_revision, require_editable, save_next_revision
from portfolios.workflow.locks import locked_evidence


class ClaimRefused(WorkflowError):
    """One claim of several cannot stand, or cannot go, so nothing was changed."""

    def __init__(self, evidence_id: UUID, ksb_id: UUID, refusal: WorkflowError) -> None:
        super().__init__(str(refusal))
        self.evidence_id, self.ksb_id, self.status = evidence_id, ksb_id, refusal.status


@transaction.atomic
def set_claim(
    evidence_id: UUID, by: Actor, *, ksb_id: UUID, is_claimed: bool, justification: str | None = None, read: str = ""
) -> Evidence:
    """Let one claim of the working copy stand or not, whatever the others are. Said twice, it is done once.

    Args:
        justification: why the piece shows it; None leaves what is there, or begins with the line that was written
            before it was taken off, if there was one.
        read: the justification that the writer had before them.

    Raises:
        NotAllowed, OutOfTurn: as for `revise_evidence`; also for a claim that was met.
        Stale: somebody (or another tab) wrote another justification since `read`.
        Incomplete: the KSB is not one that the apprentice can claim.
    """
    evidence = locked_evidence(evidence_id)
    access.require_writer(by, evidence)
    require_editable(evidence)
    if not applicable_ksbs(evidence.apprenticeship).filter(pk=ksb_id).exists():
        raise Incomplete(_("This KSB is not in your standard."), field="claims")
    claim = evidence.claims.filter(ksb=ksb_id).first()
    if claim and claim.is_met:
        raise OutOfTurn(_("This KSB has been met, so you cannot remove it."))
    why = None if justification is None else justification.strip()
    if is_claimed and claim and (why is None or why == claim.justification):
        return evidence
    if not is_claimed and not claim:
        return evidence
    if claim and why is not None and claim.justification not in (read.strip(), why):
        raise Stale(evidence)
    lines = evidence.kept_lines
    if not is_claimed and claim:
        lines[ksb_id] = claim.justification
        claim.delete()
    else:
        claim = claim or Claim(evidence=evidence, ksb_id=ksb_id)
        kept = lines.pop(ksb_id, "")
        claim.justification = kept if why is None else why
        claim.save()
    evidence.keep_lines(lines)
    save_next_revision(evidence, ["unticked_lines"], [ksb_id])
    record_revision(evidence, by)
    return evidence


@transaction.atomic
def set_claims(by: Actor, changes: Iterable[tuple[UUID, UUID, bool]]) -> None:
    """Let many claims stand or not, as a sent grid says: all of them, or none.

    Args:
        changes: a piece of evidence, a KSB, and whether the one claims the other.

    Raises:
        ClaimRefused: one of them cannot be so; it says which, and why.
    """
    for evidence_id, ksb_id, is_claimed in changes:
        try:
            set_claim(evidence_id, by, ksb_id=ksb_id, is_claimed=is_claimed)
        except WorkflowError as refusal:
            raise ClaimRefused(evidence_id, ksb_id, refusal) from refusal


@transaction.atomic
def answer_suggestion(
    evidence_id: UUID, by: Actor, *, ksb_id: UUID, answer: str, rank: int, score: float, claims_it: bool = False
) -> SuggestionAnswer:
    """Note what the apprentice made of a KSB that was suggested. The newest answer stands; the same one twice is one.

    Args:
        claims_it: whether a suggestion that was accepted is claimed as well. Otherwise ticking it does that.

    Raises:
        NotAllowed, OutOfTurn: as for `set_claim`.
        Incomplete: no such answer, or not a KSB of theirs.
    """
    evidence = locked_evidence(evidence_id)
    access.require_own(by, evidence.apprenticeship, _("Only the apprentice can answer this."))
    require_editable(evidence)
    if answer not in SuggestionAnswer.Answer.values:
        raise Incomplete(_("Choose whether to add this suggestion."), field="answer")
    if not applicable_ksbs(evidence.apprenticeship).filter(pk=ksb_id).exists():
        raise Incomplete(_("This KSB is not in your standard."), field="claims")
    if claims_it and answer == SuggestionAnswer.Answer.ACCEPTED:
        set_claim(evidence_id, by, ksb_id=ksb_id, is_claimed=True)
    standing = SuggestionAnswer.objects.unscoped().filter(evidence=evidence, ksb=ksb_id).first()
    if standing and standing.answer == answer:
        return standing
    given = standing or SuggestionAnswer(evidence=evidence, ksb_id=ksb_id)
    given.answer, given.rank, given.score, given.at = answer, rank, score, clock.now()
    given.save()
    audit.record(
        SUGGESTION_ANSWERED,
        by,
        given,
        organisation=evidence.apprenticeship.provider,
        evidence=evidence.pk,
        ksb=ksb_id,
        answer=str(answer),
    )
    return given
