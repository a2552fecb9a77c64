"""Taking up an invitation: the account, its address and the role that comes with it."""

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import require
from accounts.audit_actions import (
    EMAIL_CHANGED,
    INVITATION_ACCEPTED,
    INVITATION_MOVED,
    MEMBERSHIP_GRANTED,
    PASSWORD_CHOSEN,
)
from accounts.models import Invitation, Membership, User
from accounts.workflow.inviting import token_hash
from accounts.workflow.people import confirm_address, find_or_create_person
from audit import chain as audit
from core import clock
from core.actor import ANYBODY, SYSTEM, Actor
from core.errors import Incomplete, NotAllowed, OutOfTurn


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
        Invitation.objects.select_for_update(no_key=True, of=("self",))
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
        enrolled = User.objects.select_for_update(no_key=True).get(pk=invitation.person_id)
        if enrolled.email is not None:
            raise OutOfTurn(gone)  # somebody took it up by another link
    person = _person_for(invitation, password, by)
    confirm_address(person)
    invitation.accepted_at = clock.now()
    invitation.accepted_by = person
    earlier = Invitation.objects.none()
    if invitation.person_id and invitation.person_id != person.pk:
        earlier = (
            Invitation.objects.select_for_update(no_key=True)
            .filter(person=invitation.person_id)
            .exclude(pk=invitation.pk)
        )
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
        person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
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
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    person.email = email
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
    except IntegrityError:
        return User.objects.select_for_update(no_key=True).get(email=email)
    audit.note(EMAIL_CHANGED, Actor(person.pk), person, old_address_hash=None)
    return person


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
