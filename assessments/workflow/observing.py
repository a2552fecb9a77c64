"""Handing over what an assessor recorded, and the apprentice's confirmation, which is the submission."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.declaration import Declaration
from assessments.models import Submission
from assessments.workflow.submission import missing_for_submission, submit
from core.actor import Actor
from core.errors import OutOfTurn
from portfolios.access import require_own, require_writer
from portfolios.models import Evidence
from portfolios.workflow import comment_on_observation, locked_evidence, mark_handed_over


@transaction.atomic
def hand_over(evidence_id: UUID, by: Actor) -> Evidence:
    """Give what was recorded to the apprentice, who confirms it. Doing so again changes nothing.

    Raises:
        NotAllowed: `by` did not record it, or no longer assesses the apprentice.
        Incomplete: something is missing that a submission needs; the message says what.
        OutOfTurn: it was deleted.
    """
    evidence = locked_evidence(evidence_id)
    if evidence.observed_by_id == by.person_id and evidence.handed_over_at:
        return evidence
    require_writer(by, evidence)
    if not evidence.is_editable:
        raise OutOfTurn(_("This draft was deleted. Restore it first."))
    if missing := missing_for_submission(evidence):
        raise missing[0]
    mark_handed_over(evidence, by)
    return evidence


@transaction.atomic
def confirm_observation(evidence_id: UUID, by: Actor, declaration: Declaration, comment: str = "") -> Submission:
    """Confirm what the assessor recorded, with a comment if there is one: this submits it, so the apprentice does.

    Confirming again changes nothing. Whoever recorded it may decide on it: they did not submit it.

    Raises:
        NotAllowed: `by` is not its apprentice.
        OutOfTurn: it was not handed over.
        Incomplete: as for `submit`.
    """
    evidence = locked_evidence(evidence_id)
    require_own(by, evidence.apprenticeship, _("Only the apprentice can confirm this."))
    if evidence.state != Evidence.State.SUBMITTED and evidence.observed_by_id:
        comment_on_observation(evidence, by, comment)
    return submit(evidence_id, by, declaration)
