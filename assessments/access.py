"""Who may submit, judge and sign off."""

from accounts.models import User
from apprenticeships.access import administers, is_assessor_of
from apprenticeships.models import Apprenticeship
from assessments.models import Submission
from portfolios.access import can_change_evidence
from portfolios.models import Evidence


def can_submit(user: User, evidence: Evidence) -> bool:
    """Apprentices submit, and take back, their own evidence."""
    return can_change_evidence(user, evidence)


def can_decide(user: User, submission: Submission) -> bool:
    """The assigned assessor judges; never the apprentice, never who submitted it."""
    return submission.submitted_by_id != user.pk and is_assessor_of(user, submission.evidence.apprenticeship)


def can_sign_off(user: User, apprenticeship: Apprenticeship) -> bool:
    """The assigned assessor signs KSBs off, and withdraws a sign-off."""
    return is_assessor_of(user, apprenticeship)


def can_move(user: User, apprenticeship: Apprenticeship) -> bool:
    """Admins of the provider choose the option, and move learners between texts of their standard."""
    return administers(user, apprenticeship.provider)
