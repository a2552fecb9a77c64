"""Sign-in events in the record, from what Django and django-allauth announce. `accounts.apps` connects them.

Entries carry ids only. Of an address with which a sign-in was refused, a keyed hash is kept: it tells whether two tries
were for the same address, and not which.
"""

from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts import known_devices, sessions
from accounts.audit_actions import (
    EMAIL_CHANGED,
    SECOND_FACTOR_ADDED,
    SECOND_FACTOR_REFUSED,
    SECOND_FACTOR_REMOVED,
    SESSION_BEGAN,
    SESSION_ENDED,
    SIGN_IN_REFUSED,
)
from accounts.models import User
from audit import chain as audit
from core.actor import ANYBODY, SYSTEM, Actor

#: The subject of an entry about a sign-in that may be nobody's.
NOBODY = UUID(int=0)
#: The kinds of authenticator that make a second step by themselves; recovery codes only stand in for one.
SECOND_FACTORS = {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}


def address_hash(address: str) -> str:
    """A keyed hash of an email address."""
    return salted_hmac("accounts.refused_sign_in", address.strip().lower(), algorithm="sha256").hexdigest()


@receiver(user_logged_in)
def note_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.begin(request.session)
    known_devices.note(request, user)
    with transaction.atomic():
        audit.note(SESSION_BEGAN, Actor(user.pk), user)


@receiver(user_logged_out)
def note_sign_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        with transaction.atomic():
            audit.note(
                SESSION_ENDED, Actor(user.pk), user, reason=getattr(request, "session_ended_because", "signed_out")
            )


@receiver(user_login_failed)
def note_refused_sign_in(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    address = str(credentials.get("email", ""))
    with transaction.atomic():
        audit.note(SIGN_IN_REFUSED, ANYBODY, User(id=NOBODY), address_hash=address_hash(address))


@receiver(authentication_failed)
def note_refused_second_factor(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    with transaction.atomic():
        audit.note(SECOND_FACTOR_REFUSED, ANYBODY, user, kind=str(authenticator.type))


@receiver(email_changed)
def note_changed_address(user: User, from_email_address: EmailAddress | None, **kwargs: Any) -> None:
    old = address_hash(from_email_address.email) if from_email_address else None
    with transaction.atomic():
        audit.note(EMAIL_CHANGED, Actor(user.pk), user, old_address_hash=old)


def _by_owner(authenticator: Authenticator) -> Actor:
    """The person at the keyboard, or the system where a command changed the row."""
    request = context.request
    is_owner = request is not None and request.user.pk == authenticator.user_id
    return Actor(authenticator.user_id) if is_owner else SYSTEM


@receiver(post_save, sender=Authenticator)
def note_added_authenticator(instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """A new second factor ends the sessions that began without it."""
    if created:
        with transaction.atomic():
            by = _by_owner(instance)
            audit.note(SECOND_FACTOR_ADDED, by, instance.user, kind=str(instance.type))
            if instance.type in SECOND_FACTORS:
                sessions.end_all_of(instance.user, reason="second_factor_added", by=by)


@receiver(post_delete, sender=Authenticator)
def note_removed_authenticator(instance: Authenticator, **kwargs: Any) -> None:
    with transaction.atomic():
        by = _by_owner(instance)
        audit.note(SECOND_FACTOR_REMOVED, by, instance.user, kind=str(instance.type))
        if instance.type in SECOND_FACTORS:
            sessions.end_all_of(instance.user, reason="second_factor_removed", by=by)
