"""Who may do what with an apprenticeship."""

from accounts.models import Membership, Organisation, Role, User
from apprenticeships.models import Apprenticeship, Assignment

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


def is_assessor_of(user: User, apprenticeship: Apprenticeship) -> bool:
    """Is `user` this apprenticeship's assessor today? Nobody is the assessor of their own."""
    return (
        apprenticeship.apprentice_id != user.pk
        and Assignment.objects.of_assessor(user).filter(apprenticeship=apprenticeship).exists()
    )
