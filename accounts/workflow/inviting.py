"""Invitations: sending them, sending them again and withdrawing them. Links leave by mail once it is committed."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import access, invitation_mail
from accounts.access import require
from accounts.audit_actions import (
    INVITATION_NOTED,
    INVITATION_RESENT,
    INVITATION_SENT,
    INVITATION_WITHDRAWN,
)
from accounts.models import Invitation, Membership, Organisation, Role, User, new_token
from audit import chain as audit
from audit.actions import Action
from audit.chain import Happening
from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Incomplete, OutOfTurn
from core.moments import moment
from core.writing import insert

INVITATION_LASTS = timedelta(days=7)
#: Roles that may be given until a day.
ROLES_WITH_END = (Role.VIEWER, Role.AUDITOR, Role.CATALOGUE_KEEPER)


def token_hash(token: str) -> str:
    """What is kept of a link's token: whoever reads the table cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    organisation: Organisation | None, email: str, name: str, role: str, by: Actor, role_ends_on: date | None = None
) -> Invitation:
    """Invite whoever has this address to a role. The words are the same whether or not they have an account already.

    With no organisation it is a role of the installation itself: catalogue keeper.

    A second call while the first link is open returns that invitation and sends nothing.

    Raises:
        NotAllowed: `by` may not give this role in this organisation.
        Incomplete: the person holds the role, or a viewer or an auditor would have no end date in the future.
    """
    require(access.can_invite(by, organisation, role), _("You cannot invite people to take this role."))
    return _invite(organisation, email, name, role, by, role_ends_on)


@transaction.atomic
def invite_first_admin(organisation: Organisation, email: str, name: str) -> Invitation:
    """Invite the first admin of a new provider: for the command that starts an installation, where nobody could yet.

    A second call sends a new link, for a mail that never arrived.

    Raises:
        OutOfTurn: the provider has an admin, who invites the next ones.
    """
    if Membership.objects.live().administering().filter(organisation=organisation).exists():
        raise OutOfTurn(_("This provider already has an admin. Ask them for an invitation."))
    invitation = _invite(organisation, email, name, Role.PROVIDER_ADMIN, SYSTEM, None)
    return invitation if invitation.link else _renew(invitation, SYSTEM)


@transaction.atomic
def invite_keeper(email: str, name: str) -> Invitation:
    """Invite somebody to keep the catalogue: for the command with which an installation gets its first keeper.

    A second call sends a new link, for a mail that never arrived.

    Raises:
        Incomplete: the person keeps it already.
    """
    invitation = _invite(None, email, name, Role.CATALOGUE_KEEPER, SYSTEM, None)
    return invitation if invitation.link else _renew(invitation, SYSTEM)


@transaction.atomic
def invite_to_sign_in(person: User, email: str, organisation: Organisation, by: Actor) -> Invitation:
    """Send an apprentice of `organisation` the link with which they choose a password or say yes.

    One link works at a time: those that were sent before stop, also those to other addresses.

    Args:
        person: as they were enrolled, by `add_person`.
        email: where the link goes. If it is somebody's who has an account, they go on with that.

    Raises:
        NotAllowed: `by` does not administer the organisation.
    """
    require(access.administers(by, organisation), _("Only an admin of this training provider can invite people."))
    invitation = _invite(organisation, email, person.name, "", by, None, person)
    for other in (
        Invitation.objects.unanswered().select_for_update(no_key=True).filter(person=person).exclude(pk=invitation.pk)
    ):
        revoke_locked(other, by)
    return invitation if invitation.link else _renew(invitation, by)


@transaction.atomic
def invite_many_to_sign_in(
    apprentices: Sequence[tuple[User, str]], organisation: Organisation, by: Actor
) -> list[Invitation]:
    """Send each of these new apprentices of `organisation` a link, as `invite_to_sign_in` does: all of them, or none.

    Args:
        apprentices: people without an account and without an invitation, with the address of each.

    Raises:
        NotAllowed: `by` does not administer the organisation.
    """
    tokens = [new_token() for _one in apprentices]
    made = _insert(apprentices, organisation, by, tokens, clock.now() + INVITATION_LASTS, INVITATION_SENT)
    for invitation, token in zip(made, tokens, strict=True):
        invitation.link = invitation_mail.send(invitation, token)
    return made


@transaction.atomic
def note_addresses(apprentices: Sequence[tuple[User, str]], organisation: Organisation, by: Actor) -> list[Invitation]:
    """Note where apprentices of `organisation` are to be invited later. No link is made, and nothing is mailed.

    An address is kept as an invitation that has run out: sending another one is how it is sent.

    Args:
        apprentices: as for `invite_many_to_sign_in`.

    Raises:
        NotAllowed: `by` does not administer the organisation.
    """
    tokens = [new_token() for _one in apprentices]
    return _insert(apprentices, organisation, by, tokens, clock.now(), INVITATION_NOTED)


def _insert(
    apprentices: Sequence[tuple[User, str]],
    organisation: Organisation,
    by: Actor,
    tokens: Sequence[str],
    expires_at: datetime,
    action: Action,
) -> list[Invitation]:
    """Invitations of many people at once, recorded."""
    if not apprentices:
        return []
    require(access.administers(by, organisation), _("Only an admin of this training provider can invite people."))
    now = clock.now()
    made = [
        Invitation(
            token_sha256=token_hash(token),
            email=email.strip().lower(),
            name=person.name,
            organisation=organisation,
            person=person,
            invited_by_id=by.person_id,
            invited_at=now,
            expires_at=expires_at,
        )
        for (person, email), token in zip(apprentices, tokens, strict=True)
    ]
    insert(made)
    audit.record_many(Happening(action, by, one, organisation, {"role": ""}) for one in made)
    return made


@transaction.atomic
def _invite(
    organisation: Organisation | None,
    email: str,
    name: str,
    role: str,
    by: Actor,
    role_ends_on: date | None,
    person: User | None = None,
) -> Invitation:
    email = email.strip().lower()
    # Two clicks at once find one another's invitation: the organisation's row is the lock, or the person's who invites.
    if organisation:
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    elif by.person_id:
        User.objects.select_for_update(no_key=True).get(pk=by.person_id)
    if role not in ROLES_WITH_END:
        role_ends_on = None
    needs_end = role in (Role.VIEWER, Role.AUDITOR)
    if (role_ends_on is None and needs_end) or (role_ends_on is not None and role_ends_on <= clock.today()):
        raise Incomplete(_("Enter the day their access ends. It must be in the future."), field="role_ends_on")
    if role and Membership.objects.live().filter(organisation=organisation, role=role, user__email=email).exists():
        raise Incomplete(_("This person already has this role here."), field="email")
    alike = Invitation.objects.open().filter(organisation=organisation, email=email, role=role, person=person)
    if waiting := alike.first():
        return waiting
    token = new_token()
    invitation = Invitation.objects.create(
        token_sha256=token_hash(token),
        email=email,
        name=name,
        organisation=organisation,
        role=role,
        role_ends_on=role_ends_on,
        person=person,
        invited_by_id=by.person_id,
        invited_at=clock.now(),
        expires_at=clock.now() + INVITATION_LASTS,
    )
    audit.record(INVITATION_SENT, by, invitation, organisation=organisation, role=role)
    invitation.link = invitation_mail.send(invitation, token)
    return invitation


def _locked_invitation(invitation_id: UUID) -> Invitation:
    return (
        Invitation.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organisation")
        .get(pk=invitation_id)
    )


@transaction.atomic
def resend(invitation_id: UUID, by: Actor) -> Invitation:
    """Send a new link for seven more days; the old link stops working.

    Raises:
        NotAllowed: `by` may not send it.
        OutOfTurn: it was accepted or withdrawn.
    """
    invitation = _locked_invitation(invitation_id)
    require(access.can_withdraw_invitation(by, invitation), _("You do not have permission to send this invitation."))
    if invitation.accepted_at:
        raise OutOfTurn(_("This invitation was accepted on %(moment)s.") % {"moment": moment(invitation.accepted_at)})
    if invitation.revoked_at:
        raise OutOfTurn(_("This invitation was withdrawn on %(moment)s.") % {"moment": moment(invitation.revoked_at)})
    return _renew(invitation, by)


def _renew(invitation: Invitation, by: Actor) -> Invitation:
    token = new_token()
    invitation.token_sha256 = token_hash(token)
    invitation.expires_at = clock.now() + INVITATION_LASTS
    invitation.save(update_fields=["token_sha256", "expires_at"])
    audit.record(INVITATION_RESENT, by, invitation, organisation=invitation.organisation)
    invitation.link = invitation_mail.send(invitation, token)
    return invitation


@transaction.atomic
def revoke(invitation_id: UUID, by: Actor) -> Invitation:
    """Withdraw an invitation: its link stops working. Doing so again changes nothing.

    Raises:
        NotAllowed: `by` may not withdraw it.
        OutOfTurn: it was accepted first; the message says when.
    """
    invitation = _locked_invitation(invitation_id)
    require(
        access.can_withdraw_invitation(by, invitation), _("You do not have permission to withdraw this invitation.")
    )
    if invitation.accepted_at:
        raise OutOfTurn(_("This invitation was accepted on %(moment)s.") % {"moment": moment(invitation.accepted_at)})
    if not invitation.revoked_at:
        revoke_locked(invitation, by)
    return invitation


def revoke_locked(invitation: Invitation, by: Actor) -> None:
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
    audit.record(INVITATION_WITHDRAWN, by, invitation, organisation=invitation.organisation)
