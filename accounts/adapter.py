"""What we decide for django-allauth: nobody signs up by themself, and each change to how one signs in is recorded."""

import time
from typing import Any, cast
from uuid import UUID

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import guessing, known_devices, sessions
from accounts.audit_actions import PASSWORD_CHANGED
from accounts.mail import TrackedMessage
from accounts.models import User
from audit import chain as audit
from core.actor import Actor

#: Where the session of somebody who asked for a new password keeps what that mail is about.
RESET_MAIL = "reset_mail"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is already your email address."),
        "email_password_mismatch": _("That email address or password is not right. Check both and try again."),
        "enter_current_password": _("That is not your current password. Try again."),
        "incorrect_code": _("That code is not right, or has already been used. Wait for the next one and try again."),
        "incorrect_password": _("That is not your password. Try again."),
        "invalid_or_expired_key": _("This link has expired or has already been used."),
        "invalid_password_reset": _("This link has expired or has already been used. Ask for a new one."),
        "rate_limited": _("Too many attempts. Wait a few minutes and try again."),
        "too_many_login_attempts": _(
            "Too many attempts. Wait 5 minutes and try again. To get in sooner, use a passkey or "
            "press “Forgot your password?”."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed to strangers: people come in by invitation."""
        return False

    def format_email_subject(self, subject: str) -> str:
        return f"Craftmark: {subject}"

    def is_safe_url(self, url: str) -> bool:
        """Redirects stay on this site, on the host that was asked."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Ask for the password or a code again, unless the person gave one within the last ten minutes."""
        return not proved_identity_recently(self.request)

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Refuse a try with a password after too many wrong ones; allauth rolls the count back if it was right."""
        user = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
        account = self._get_login_attempts_cache_key(request, **credentials)
        self._login_failed_rl_usage = guessing.count_try(request, user, account)
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    @transaction.atomic
    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Change, choose or reset a password. Every other session ends: its key is made of the old password."""
        super().set_password(user, password)
        user = cast(User, user)
        signed_in = self.request.user if self.request.user.is_authenticated else None
        audit.note(PASSWORD_CHANGED, Actor(user.pk), user, by_reset=signed_in is None)
        sessions.end_all_of(user, reason="password_changed", by=Actor(user.pk))
        known_devices.note(self.request, user)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Move the account to the address whose link was pressed, unless somebody else has it by now."""
        try:
            with transaction.atomic():
                if User.objects.filter(email=email_address.email).exclude(pk=email_address.user_id).exists():
                    raise IntegrityError
                return super().confirm_email(request, email_address)
        except IntegrityError:
            messages.error(request, gettext("You cannot use this address for your account."))
            return False

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Mail in plain text, told to automatic answering machines to be left alone."""
        message = super().render_mail(
            template_prefix, email, context, {"Auto-Submitted": "auto-generated"} | (headers or {})
        )
        return TrackedMessage(
            str(message.subject),
            str(message.body),
            message.to,
            about=self._about(template_prefix, context),
            from_email=message.from_email,
            headers=message.extra_headers,
        )

    def _about(self, template_prefix: str, context: dict[str, Any]) -> UUID | None:
        """Under what the page that tells whether a mail was sent looks for it."""
        if template_prefix in {"account/email/password_reset_key", "account/email/unknown_account"}:
            return UUID(self.request.session[RESET_MAIL])
        if template_prefix != "account/email/email_confirmation":
            return None
        user: User = context["user"]
        return user.pk


def proved_identity_recently(request: HttpRequest) -> bool:
    """Whether the person who is signed in here gave a password, code or passkey within the last ten minutes."""
    records = get_authentication_records(request, cast(User, request.user))
    return any(time.time() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT for record in records)


class MfaAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "You need a second step to sign in and this is your only one. Add another one first."
        ),
        "cannot_generate_recovery_codes": _("Set up an authenticator app or a passkey first."),
        "incorrect_code": _("That code is not right, or has already been used. Wait for the next one and try again."),
        "unverified_email": _("You are already changing your email address. Finish or cancel that first."),
    }

    def _get_site_name(self) -> str:
        return "Craftmark"

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002  (allauth's name)
        """What a new passkey is called until its owner says otherwise."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("My passkey") if count == 0 else gettext("My passkey %(number)s") % {"number": count + 1}


class UserSessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, listed: list[UserSession]) -> None:
        """End sessions that their owner picked, with an entry in the record."""
        user = self.request.user
        sessions.end_listed(listed, user=user, reason="ended_by_owner", by=Actor(user.pk))
