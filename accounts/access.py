"""Who may do what with people and their places in organisations."""

from collections.abc import Iterable

from accounts.models import ROLES_OF_KIND, Invitation, Membership, Organisation, Role, User
from core import scope
from core.actor import Actor
from core.errors import NotAllowed


def require(allowed: bool, message: str) -> None:
    """Refuse the act unless a rule allowed it.

    Raises:
        NotAllowed: with `message`, which the person reads.
    """
    if not allowed:
        raise NotAllowed(message)


def roles_of(actor: Actor) -> frozenset[str]:
    """The roles that `actor` holds today in the organisation they act for: for reading, asked once a request.

    A rule that is asked after a row is locked reads memberships again instead.
    """
    return scope.kept(
        ("roles", actor), lambda: frozenset(Membership.objects.acting(actor).values_list("role", flat=True))
    )


def keeps_catalogue(actor: Actor) -> bool:
    """Whether `actor` keeps the catalogue today, whatever they act for: for reading, asked once a request."""
    return scope.kept(("keeps_catalogue", actor.person_id), lambda: is_catalogue_keeper(actor))


def note_memberships(actor: Actor, memberships: Iterable[Membership]) -> None:
    """Let the rules for reading use the memberships of today that the request has read already.

    Args:
        memberships: all those of the person that give rights today, in whatever organisation.
    """
    held = list(memberships)
    here = (one.role for one in held if one.organisation_id and one.organisation_id == actor.organisation_id)
    scope.keep(("roles", actor), frozenset(here))
    scope.keep(("keeps_catalogue", actor.person_id), any(one.role == Role.CATALOGUE_KEEPER for one in held))


def sees_others(actor: Actor) -> bool:
    """Whether `actor` has any role here, and so more before them than their own apprenticeship."""
    return bool(roles_of(actor))


def runs_provider(actor: Actor) -> bool:
    """Whether `actor` is an admin here: for what pages offer. Rules of change ask `administers`."""
    return Role.PROVIDER_ADMIN in roles_of(actor)


def sees_record(actor: Actor) -> bool:
    """Whether `actor` reads the record of the organisation they act for."""
    return bool(roles_of(actor) & {Role.PROVIDER_ADMIN, Role.IQA, Role.MANAGER, Role.VIEWER})


def is_provider_admin(actor: Actor) -> bool:
    """Is `actor` an admin of a training provider today, in what they act for?"""
    return Membership.objects.acting(actor).administering().exists()


def administers(actor: Actor, organisation: Organisation) -> bool:
    """Is `actor` an admin of this training provider today, acting for it?"""
    return Membership.objects.acting(actor).administering().filter(organisation=organisation).exists()


def is_catalogue_keeper(actor: Actor) -> bool:
    """Does `actor` keep the catalogue of this installation today, whatever they act for?"""
    return Membership.objects.live().keeping().filter(user=actor.person_id, user__is_active=True).exists()


def can_manage_people(actor: Actor, organisation: Organisation | None) -> bool:
    """Admins see and change who belongs to their own provider."""
    return organisation is not None and administers(actor, organisation)


def can_invite(actor: Actor, organisation: Organisation | None, role: str) -> bool:
    """Admins invite to the roles of their own provider, and mentors to an employer; keepers invite other keepers.

    Which employer is for the caller to narrow down: only the parts above know whom a provider works with. A mentor
    sees nothing before the provider assigns an apprenticeship to them.
    """
    if organisation is None:
        return role == Role.CATALOGUE_KEEPER and is_catalogue_keeper(actor)
    if role not in ROLES_OF_KIND[Organisation.Kind(organisation.kind)]:
        return False
    if organisation.kind == Organisation.Kind.EMPLOYER:
        return is_provider_admin(actor)
    return administers(actor, organisation)


def can_withdraw_invitation(actor: Actor, invitation: Invitation) -> bool:
    """Admins take back, or send again, what their provider sent; for an employer, what they sent themself.

    Keepers do so with any invitation to keep the catalogue.
    """
    if invitation.organisation is None:
        return is_catalogue_keeper(actor)
    if invitation.organisation.kind == Organisation.Kind.EMPLOYER:
        return invitation.invited_by_id == actor.person_id and is_provider_admin(actor)
    return administers(actor, invitation.organisation)


def can_end_membership(actor: Actor, membership: Membership) -> bool:
    """Admins end memberships of their own provider, and keepers those of keepers; their own included."""
    if membership.organisation is None:
        return is_catalogue_keeper(actor)
    return administers(actor, membership.organisation)


def can_accept(actor: Actor, invitation: Invitation) -> bool:
    """An invitation is for the person whose address it was sent to, and for nobody who happens to have the link."""
    return actor.person_id is not None and (
        User.objects.filter(pk=actor.person, is_active=True, email=invitation.email).exists()
    )
