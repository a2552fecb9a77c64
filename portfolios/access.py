"""Who may do what with an apprenticeship and its evidence."""

from accounts.models import Membership, Organisation, Role, User
from portfolios.models import Apprenticeship, Assignment, Evidence, EvidenceFile

#: While an apprenticeship is in one of these, its evidence may grow and be judged.
OPEN_STATUSES = {
    Apprenticeship.Status.WAITING,
    Apprenticeship.Status.ON_PROGRAMME,
    Apprenticeship.Status.BREAK,
}


def administers(user: User, provider: Organisation) -> bool:
    """Is `user` an admin of `provider`, acting for it?"""
    return Membership.objects.acting(user).filter(organisation=provider, role=Role.PROVIDER_ADMIN).exists()


def can_enrol(user: User, provider: Organisation) -> bool:
    """Admins enrol apprentices at their own provider."""
    return provider.kind == Organisation.Kind.PROVIDER and administers(user, provider)


def is_open(apprenticeship: Apprenticeship) -> bool:
    """Whether its evidence may still grow, and what it is assessed by may still change."""
    return apprenticeship.status in OPEN_STATUSES


def can_set_policy(user: User, provider: Organisation) -> bool:
    """Admins set the limits and prompts of their own provider."""
    return provider.kind == Organisation.Kind.PROVIDER and administers(user, provider)


def can_add_evidence(user: User, apprenticeship: Apprenticeship) -> bool:
    """Apprentices show their own work, until the gateway closes the portfolio."""
    return apprenticeship.apprentice_id == user.pk and is_open(apprenticeship)


def can_change_evidence(user: User, evidence: Evidence) -> bool:
    """Only its apprentice changes a piece of evidence; whether it is the moment for it is another question."""
    return can_add_evidence(user, evidence.apprenticeship)


def is_assessor_of(user: User, apprenticeship: Apprenticeship) -> bool:
    """Is `user` this apprenticeship's assessor today? Nobody is the assessor of their own."""
    return (
        apprenticeship.apprentice_id != user.pk
        and Assignment.objects.of_assessor(user).filter(apprenticeship=apprenticeship).exists()
    )


def can_prepare_again(user: User, file: EvidenceFile) -> bool:
    """Its apprentice, and admins of the provider once it was submitted: they see it, and that it has no preview."""
    apprenticeship = file.evidence.apprenticeship
    if apprenticeship.apprentice_id == user.pk:
        return True
    return file.first_submitted_at is not None and administers(user, apprenticeship.provider)
