"""Who saves and removes views of the cohort."""

from accounts.access import administers, roles_of
from accounts.models import Membership, Role
from apprenticeships.access import sees_cohort
from apprenticeships.reach import PROVIDER_WIDE_ROLES
from core.actor import Actor
from reports.saving.models import SavedView

#: Whose holders oversee apprentices and belong to the organisation; auditors do not.
ROLES_WITH_VIEWS = frozenset({*PROVIDER_WIDE_ROLES, Role.ASSESSOR, Role.TRAINER, Role.MENTOR})


def uses_views(actor: Actor) -> bool:
    """Whether `actor` saves and shares views here: for what pages offer. Rules of change ask `can_save`."""
    return sees_cohort(actor) and bool(roles_of(actor) - {Role.AUDITOR})


def can_save(actor: Actor) -> bool:
    """Everybody who oversees apprentices and belongs to the organisation today; no auditor, who changes nothing."""
    return sees_cohort(actor) and Membership.objects.acting(actor).exclude(role=Role.AUDITOR).exists()


def can_remove(actor: Actor, view: SavedView) -> bool:
    """Whoever saved it, and admins of the provider."""
    if actor.organisation_id != view.organisation_id:
        return False
    is_own = view.by_id == actor.person_id and Membership.objects.acting(actor).exists()
    return is_own or administers(actor, view.organisation)
