"""Who answers flags, and who begins and closes investigations."""

from assessments import access
from assessments.likeness.models import Investigation
from assessments.models import Submission
from assessments.sampling.access import is_assurer
from core.actor import Actor


def can_look_into(actor: Actor, submission: Submission) -> bool:
    """The assigned assessor and the provider's quality assurers answer flags and begin investigations."""
    if submission.evidence.apprenticeship.apprentice_id == actor.person_id:
        return False
    return access.can_decide(actor, submission) or is_assurer(actor, submission.provider_id)


def can_close(actor: Actor, investigation: Investigation) -> bool:
    """A quality assurer closes an investigation, and never one that they began or that is about themself."""
    concerned = (investigation.by_id, investigation.apprenticeship.apprentice_id)
    return actor.person_id not in concerned and is_assurer(actor, investigation.provider_id)
