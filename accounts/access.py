"""Who may do what with people and their places in organisations."""

from accounts.models import ROLES_OF_KIND, Invitation, Membership, Organisation, Role, User
from core.errors import NotAllowed


def require(allowed: bool, message: str) -> None:
    """Refuse the act unless a rule allowed it.

    Raises:
        NotAllowed: with `message`, which the person reads.
    """
    if not allowed:
        raise NotAllowed(message)


def is_provider_admin(user: User) -> bool:
    """Is `user` an admin of a training provider today, in what they act for?"""
    return Membership.objects.acting(user).administering().exists()


def administers(user: User, organisation: Organisation) -> bool:
    """Is `user` an admin of this training provider today, acting for it?"""
    return Membership.objects.acting(user).administering().filter(organisation=organisation).exists()


def is_catalogue_keeper(user: User) -> bool:
    """Does `user` keep the catalogue of this installation today, whatever they act for?"""
    return Membership.objects.live().keeping().filter(user=user, user__is_active=True).exists()


def can_manage_people(user: User, organisation: Organisation | None) -> bool:
    """Admins see and change who belongs to their own provider."""
    return organisation is not None and administers(user, organisation)


def can_invite(user: User, organisation: Organisation | None, role: str) -> bool:
    """Admins invite to the roles of their own provider, and mentors to an employer; keepers invite other keepers.

    Which employer is for the caller to narrow down: only the parts above know whom a provider works with. A mentor
    sees nothing before the provider assigns an apprenticeship to them.
    """
    if organisation is None:
        return role == Role.CATALOGUE_KEEPER and is_catalogue_keeper(user)
    if role not in ROLES_OF_KIND[Organisation.Kind(organisation.kind)]:
        return False
    if organisation.kind == Organisation.Kind.EMPLOYER:
        return is_provider_admin(user)
    return administers(user, organisation)


def can_withdraw_invitation(user: User, invitation: Invitation) -> bool:
    """Admins take back, or send again, what their provider sent; for an employer, what they sent themself.

    Keepers do so with any invitation to keep the catalogue.
    """
    if invitation.organisation is None:
        return is_catalogue_keeper(user)
    if invitation.organisation.kind == Organisation.Kind.EMPLOYER:
        return invitation.invited_by_id == user.pk and is_provider_admin(user)
    return administers(user, invitation.organisation)


def can_end_membership(user: User, membership: Membership) -> bool:
    """Admins end memberships of their own provider, and keepers those of keepers; their own included."""
    if membership.organisation is None:
        return is_catalogue_keeper(user)
    return administers(user, membership.organisation)


def can_accept(user: User, invitation: Invitation) -> bool:
    """An invitation is for the person whose address it was sent to, and for nobody who happens to have the link."""
    return user.is_active and user.email == invitation.email
