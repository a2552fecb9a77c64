"""Who may do what with evidence."""

from accounts.models import Membership, Organisation, Role, User
from apprenticeships.access import administers, is_open
from apprenticeships.models import Apprenticeship
from portfolios.models import Evidence, EvidenceFile


def can_set_policy(user: User, provider: Organisation) -> bool:
    """Admins set the limits and prompts of their own provider."""
    return provider.kind == Organisation.Kind.PROVIDER and administers(user, provider)


def can_add_evidence(user: User, apprenticeship: Apprenticeship) -> bool:
    """Apprentices show their own work, until the gateway closes the portfolio."""
    return apprenticeship.apprentice_id == user.pk and is_open(apprenticeship)


def can_change_evidence(user: User, evidence: Evidence) -> bool:
    """Only its apprentice changes a piece of evidence; whether it is the moment for it is another question."""
    return can_add_evidence(user, evidence.apprenticeship)


def can_prepare_again(user: User, file: EvidenceFile) -> bool:
    """Its apprentice, and admins of the provider once it was submitted: they see it, and that it has no preview."""
    apprenticeship = file.evidence.apprenticeship
    if apprenticeship.apprentice_id == user.pk:
        return True
    return file.first_submitted_at is not None and administers(user, apprenticeship.provider)


def leaves_a_trace(user: User) -> bool:
    """Viewers come from outside, so each file that they open is on the record."""
    return Membership.objects.acting(user).filter(role=Role.VIEWER).exists()
