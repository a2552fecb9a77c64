"""Who sees what an audit would ask of a learner."""

from accounts.access import roles_of
from accounts.models import Membership, Role
from apprenticeships.models import Apprenticeship
from core.actor import Actor

#: Admins answer an audit; quality assurers and managers look before one comes.
_ROLES = (Role.PROVIDER_ADMIN, Role.IQA, Role.MANAGER)


def sees_audit(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` is offered it. What is made and fetched asks `can_have_audit`."""
    is_here = actor.organisation_id == apprenticeship.provider_id and actor.person_id != apprenticeship.apprentice_id
    return is_here and apprenticeship.undone_at is None and bool(roles_of(actor) & set(_ROLES))


def can_have_audit(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Admins, quality assurers and managers of the provider today; never the apprentice, who has their own export."""
    if actor.person_id == apprenticeship.apprentice_id or apprenticeship.undone_at:
        return False
    held = Membership.objects.acting(actor).filter(organisation=apprenticeship.provider_id, role__in=_ROLES)
    return held.exists()
