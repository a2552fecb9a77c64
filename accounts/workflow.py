"""Every change to people and their places in organisations.

Each function checks, locks, changes and records in one transaction. Links leave by mail once it is committed.
"""

import hashlib
from datetime import date, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import access, invitation_mail, sessions
from accounts.access import require
from accounts.audit_actions import (
    EMAIL_CHANGED,
    INVITATION_ACCEPTED,
    INVITATION_CORRECTED,
    INVITATION_MOVED,
    INVITATION_RESENT,
    INVITATION_SENT,
    INVITATION_WITHDRAWN,
    MEMBERSHIP_ENDED,
    MEMBERSHIP_GRANTED,
    ORGANISATION_ADDED,
    PASSWORD_CHOSEN,
    PERSON_ADDED,
    PERSON_RENAMED,
    PERSON_REPLACED,
)
from accounts.models import Invitation, Membership, Organisation, Role, User, external_suffix, new_token
from audit import chain as audit
from core import clock
from core.actor import ANYBODY, SYSTEM, Actor
from core.errors import Incomplete, NotAllowed, OutOfTurn
from core.moments import moment

INVITATION_LASTS = timedelta(days=7)
#: Roles that may be given until a day.
ROLES_WITH_END = (Role.VIEWER, Role.CATALOGUE_KEEPER)


def token_hash(token: str) -> str:
    """What is kept of a link's token: whoever reads the table cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def find_or_create_person(email: str, name: str) -> User:
    """The person with this address; a new one has no password, and comes in by a mailed link only."""
    email = email.strip().lower()
    person, created = User.objects.get_or_create(email=email, defaults={"name": name})
    if created:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        audit.note(PERSON_ADDED, SYSTEM, person)
    return person


@transaction.atomic
def add_person(name: str) -> User:
    """A person for whom somebody else gave this name, such as an apprentice who is enrolled: nobody signs in as them.

    They get an address when they accept an invitation; whose address it is now does not matter, and is not told.
    """
    person = User(name=name)
    person.set_unusable_password()
    person.save()
    audit.note(PERSON_ADDED, SYSTEM, person)
    return person


@transaction.atomic
def add_external_person(name: str, provider: str) -> User:
    """Somebody who judged or sent something at another provider, of which only the name came here: no account.

    Args:
        provider: the name of that provider, which is shown with theirs wherever theirs is.
    """
    person = User(name=f"{name}{external_suffix(provider)}", external_provider=provider, is_active=False)
    person.set_unusable_password()
    person.save()
    audit.note(PERSON_ADDED, SYSTEM, person)
    return person


@transaction.atomic
def add_organisation(kind: Organisation.Kind, name: str, by: Actor, *, ukprn: int | None = None) -> Organisation:
    """Take in an organisation. Provider admins add employers; only the system adds others, by a command.

    An employer that another provider works with already is added once more: whom others work with is not told.

    Raises:
        NotAllowed: `by` is no provider admin, or the organisation is no employer.
    """
    if not by.is_system:
        allowed = kind == Organisation.Kind.EMPLOYER and access.is_provider_admin(by)
        require(allowed, _("Only an admin of a training provider can add an employer."))
    organisation = Organisation.objects.create(kind=kind, name=name, ukprn=ukprn)
    whose = organisation if by.organisation_id is None else Organisation.objects.get(pk=by.organisation_id)
    audit.record(ORGANISATION_ADDED, by, organisation, organisation=whose, kind=str(kind))
    return organisation


def invite(
    organisation: Organisation | None, email: str, name: str, role: str, by: Actor, role_ends_on: date | None = None
) -> Invitation:
    """Invite whoever has this address to a role. The words are the same whether or not they have an account already.

    With no organisation it is a role of the installation itself: catalogue keeper.

    A second call while the first link is open returns that invitation and sends nothing.

    Raises:
        NotAllowed: `by` may not give this role in this organisation.
        Incomplete: the person holds the role, or a viewer would have no end date in the future.
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
    for other in Invitation.objects.unanswered().select_for_update().filter(person=person).exclude(pk=invitation.pk):
        _revoke(other, by)
    return invitation if invitation.link else _renew(invitation, by)


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
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    elif by.person_id:
        User.objects.select_for_update().get(pk=by.person_id)
    if role not in ROLES_WITH_END:
        role_ends_on = None
    needs_end = role == Role.VIEWER
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
    return Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation_id)


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
        _revoke(invitation, by)
    return invitation


def _revoke(invitation: Invitation, by: Actor) -> None:
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
    audit.record(INVITATION_WITHDRAWN, by, invitation, organisation=invitation.organisation)


def invitation_of(token: str) -> Invitation | None:
    """The invitation whose link has this token, if it is one that works."""
    invitation = Invitation.objects.select_related("organisation").filter(token_sha256=token_hash(token)).first()
    return invitation if invitation and invitation.is_open() and not _is_over(invitation) else None


def _is_over(invitation: Invitation) -> bool:
    """Whether what it invites to has ended before it was accepted."""
    today = clock.today()
    ends = [invitation.organisation.ended_on if invitation.organisation else None, invitation.role_ends_on]
    return any(day is not None and day <= today for day in ends)


def account_waiting_for(invitation: Invitation) -> User | None:
    """The person who already signs in with the invitation's address, if there is one."""
    person = User.objects.filter(email=invitation.email).first()
    return person if person and person.has_usable_password() else None


@transaction.atomic
def accept_invitation(token: str, password: str | None = None, by: Actor = ANYBODY) -> User:
    """Take up an invitation: give its role, and for somebody new, their password.

    Somebody who has an account must be signed in with the invitation's address and be passed as `by`; somebody new
    passes the password they chose, and the address becomes theirs. Accepting twice returns the same person and changes
    nothing. Pages call `apprenticeships.workflow.accept_and_take_up`, which also passes on what an apprentice was
    enrolled on.

    Raises:
        OutOfTurn: the link was withdrawn, has run out, was never sent, or what it invites to has ended.
        NotAllowed: the person has an account and `by` is not them, or their account is closed.
        Incomplete: the password is missing or too weak.
    """
    gone = _("This invitation link no longer works. Ask the person who invited you for a new one.")
    # Whoever accepted is read after the lock, not joined: a join would still show the moment before it was waited for.
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(token_sha256=token_hash(token))
        .first()
    )
    if invitation is None:
        raise OutOfTurn(gone)
    if invitation.accepted_by and by.person_id in (None, invitation.accepted_by_id):
        return invitation.accepted_by
    if not invitation.is_open() or _is_over(invitation):
        raise OutOfTurn(gone)
    if invitation.person_id:
        enrolled = User.objects.select_for_update().get(pk=invitation.person_id)
        if enrolled.email is not None:
            raise OutOfTurn(gone)  # somebody took it up by another link
    person = _person_for(invitation, password, by)
    confirm_address(person)
    invitation.accepted_at = clock.now()
    invitation.accepted_by = person
    earlier = Invitation.objects.none()
    if invitation.person_id and invitation.person_id != person.pk:
        earlier = Invitation.objects.select_for_update().filter(person=invitation.person_id).exclude(pk=invitation.pk)
        invitation.person = person
    invitation.save(update_fields=["accepted_at", "accepted_by", "person"])
    audit.record(INVITATION_ACCEPTED, Actor(person.pk), invitation, organisation=invitation.organisation)
    for other in earlier:
        other.person = person
        other.save(update_fields=["person"])
        audit.record(INVITATION_MOVED, Actor(person.pk), other, organisation=invitation.organisation)
    if invitation.role:
        _grant(person, invitation)
    return person


def _person_for(invitation: Invitation, password: str | None, by: Actor) -> User:
    if by.person_id:
        require(access.can_accept(by, invitation), _("This invitation is for somebody else."))
        return User.objects.get(pk=by.person_id)
    if invitation.person_id and not User.objects.filter(email=invitation.email).exists():
        person = _with_address(invitation.person_id, invitation.email)
    else:
        person = find_or_create_person(invitation.email, invitation.name)
        person = User.objects.select_for_update().get(pk=person.pk)
    require(person.is_active, _("This account is closed. Contact the person who invited you."))
    if person.has_usable_password():
        raise NotAllowed(
            _("You already have an account with this email address. Sign in first, then open the link again.")
        )
    try:
        validate_password(password or "", person)
    except ValidationError as refusal:
        raise Incomplete(" ".join(refusal.messages), field="password") from refusal
    person.set_password(password)
    person.save(update_fields=["password"])
    audit.note(PASSWORD_CHOSEN, Actor(person.pk), person)
    return person


def _with_address(person_id: UUID, email: str) -> User:
    """Let the person who was enrolled have this address, unless somebody took it in this moment."""
    person = User.objects.select_for_update().get(pk=person_id)
    person.email = email
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
    except IntegrityError:
        return User.objects.select_for_update().get(email=email)
    audit.note(EMAIL_CHANGED, Actor(person.pk), person, old_address_hash=None)
    return person


@transaction.atomic
def correct_name(person: User, name: str, organisation: Organisation, by: Actor) -> User:
    """Put right the name that was typed for somebody who was enrolled, and on the links to them that are not answered.

    Raises:
        NotAllowed: `by` does not administer the organisation, or the person has an account, whose name is theirs.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    may_correct = person.email is None and access.administers(by, organisation)
    require(may_correct, _("You do not have permission to change this name."))
    if person.name == name:
        return person
    person.name = name
    person.save(update_fields=["name"])
    audit.note(PERSON_RENAMED, by, person)
    for invitation in Invitation.objects.unanswered().select_for_update().filter(person=person):
        invitation.name = name
        invitation.save(update_fields=["name"])
        audit.record(INVITATION_CORRECTED, by, invitation, organisation=organisation)
    return person


@transaction.atomic
def remove_replaced(person_id: UUID, by: Actor) -> None:
    """Remove somebody of whom there is only a name: all that was theirs is now of `by`, the account that accepted."""
    for person in User.objects.select_for_update().filter(pk=person_id, email=None):
        audit.note(PERSON_REPLACED, by, person, by_account=by.person_id)
        person.delete()


def confirm_address(person: User) -> None:
    """The link came by mail, so the address is theirs."""
    EmailAddress.objects.filter(user=person, primary=True).exclude(email=person.email).update(primary=False)
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})


def _grant(person: User, invitation: Invitation) -> Membership:
    """Give the role, from today. Whoever holds it keeps the membership they have."""
    held = Membership.objects.live().filter(user=person, organisation=invitation.organisation, role=invitation.role)
    if membership := held.first():
        return membership
    membership = Membership.objects.create(
        user=person,
        organisation=invitation.organisation,
        role=invitation.role,
        started_on=clock.today(),
        ended_on=invitation.role_ends_on,
    )
    audit.record(
        MEMBERSHIP_GRANTED,
        Actor(invitation.invited_by_id) if invitation.invited_by_id else SYSTEM,
        membership,
        organisation=invitation.organisation,
        person=person.pk,
        role=membership.role,
        ends_on=membership.ended_on,
        to_themself=person.pk == invitation.invited_by_id,
    )
    return membership


@transaction.atomic
def end_membership(membership_id: UUID, by: Actor) -> Membership:
    """End a role today. The person's sessions end at once; ending it again changes nothing.

    Open invitations of somebody who could invite go with their role: nobody comes in on the word of somebody who left.

    Args:
        by: the system for a command.

    Raises:
        NotAllowed: `by` does not administer the provider, or does not keep the catalogue.
        OutOfTurn: nobody else could administer the provider, or keep the catalogue, afterwards.
    """
    membership = _locked_membership(membership_id)
    allowed = by.is_system or access.can_end_membership(by, membership)
    require(allowed, _("You do not have permission to end this role."))
    today = clock.today()
    if membership.ended_on and membership.ended_on <= today:
        return membership
    if membership.role in (Role.PROVIDER_ADMIN, Role.CATALOGUE_KEEPER):
        alike = {"organisation": membership.organisation, "role": membership.role}
        others = Membership.objects.live().filter(**alike, user__is_active=True).exclude(pk=membership.pk)
        if not by.is_system and not others.exists():
            raise OutOfTurn(_("Nobody else has this role. Invite somebody else to it first."))
        for invitation in Invitation.objects.open().filter(
            organisation=membership.organisation, invited_by=membership.user
        ):
            _revoke(invitation, by)
    membership.ended_on = max(today, membership.started_on)
    membership.save(update_fields=["ended_on"])
    audit.record(
        MEMBERSHIP_ENDED,
        by,
        membership,
        organisation=membership.organisation,
        person=membership.user_id,
        role=membership.role,
    )
    sessions.end_all_of(membership.user, reason="membership_ended", by=by)
    return membership


def _locked_membership(membership_id: UUID) -> Membership:
    """Lock a membership and all alike: two admins, or two keepers, who end one another at once do not both succeed."""
    organisation_id = Membership.objects.values_list("organisation", flat=True).get(pk=membership_id)
    if organisation_id:
        organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    else:
        organisation = None
        list(Membership.objects.keeping().select_for_update().order_by("pk"))
    membership = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership_id)
    membership.organisation = organisation
    return membership


@transaction.atomic
def rename(person: User, name: str) -> User:
    """Change the name that others see, by the person themself."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.name != name:
        person.name = name
        person.save(update_fields=["name"])
        audit.note(PERSON_RENAMED, Actor(person.pk), person)
    return person
