"""django-allauth's forms in our words: the same checks, with labels and help that say what good looks like.

The templates own the `<form>` element, because allauth's pages add hidden fields of their own to it.
"""

import struct
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField, SetPasswordField
from allauth.core import context, ratelimit
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from allauth.mfa.webauthn.internal import auth as webauthn
from crispy_forms.helper import FormHelper
from cryptography.exceptions import InvalidSignature
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import guessing, sessions
from accounts.adapter import RESET_MAIL
from accounts.models import User

PASSWORD_HELP = _(
    "Use at least 12 characters. Three or four random words make a good password that is easy to "
    "remember. You can also use a password manager."
)
#: Far beyond any passphrase; hashing more than this would only cost memory.
PASSWORD_LENGTH_LIMIT = 1_000
CODE_HELP = _("Enter the 6-digit code from your authenticator app, or one of your recovery codes.")


def new_password_fields() -> tuple[SetPasswordField, PasswordField]:
    """The two fields in which a new password is typed."""
    fields = (
        SetPasswordField(label=_("New password"), help_text=PASSWORD_HELP, max_length=PASSWORD_LENGTH_LIMIT),
        PasswordField(label=_("Confirm new password"), autocomplete="new-password", max_length=PASSWORD_LENGTH_LIMIT),
    )
    for field in fields:
        del field.widget.attrs["placeholder"]
    return fields


def _code_field(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


class InsideOurForm:
    """Fields only, for a `<form>` that stands in the template; no placeholder repeats a label."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = _("Fill this in.")


class LoginForm(InsideOurForm, account_forms.LoginForm):
    stay = forms.BooleanField(
        label=_("Keep me signed in on this device for 30 days"),
        required=False,
        help_text=_("For apprentices, on your own phone or computer. Staff are always signed out after a while."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Email address")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        # The page has a link of its own to the reset.
        self.fields["password"].help_text = ""
        self.order_fields(["login", "password", "stay"])

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in; allauth then makes the cookie one that ends with the browser."""
        if self.cleaned_data["stay"]:
            sessions.ask_to_stay(request.session)
        response: HttpResponse = super().login(request, redirect_url)
        sessions.keep_cookie(request.session)
        return response


class ResetPasswordForm(InsideOurForm, account_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Email address")

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send the link. An address that was sent five in the last hour is sent no more: those work for three days.

        It is no error, so that nobody can keep somebody from a new password by asking for it again and again.
        """
        address: str = self.cleaned_data["email"]
        request.session[RESET_MAIL] = str(uuid4())
        if not ratelimit.consume(request, action="reset_password_mail", key=address.lower()):
            return address
        return super().save(request, **kwargs)


class ResetPasswordKeyForm(InsideOurForm, account_forms.ResetPasswordKeyForm):
    password1, password2 = new_password_fields()


class SetPasswordForm(InsideOurForm, account_forms.SetPasswordForm):
    password1, password2 = new_password_fields()


class ChangePasswordForm(InsideOurForm, account_forms.ChangePasswordForm):
    oldpassword = PasswordField(label=_("Current password"), autocomplete="current-password")
    password1, password2 = new_password_fields()


class ReauthenticateForm(InsideOurForm, account_forms.ReauthenticateForm):
    password = PasswordField(label=_("Password"), autocomplete="current-password")


class ChangeEmailForm(InsideOurForm, account_forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New email address")
        self.fields["email"].help_text = _(
            "We will email you a link. Your address will change once you open it and press the button."
        )

    def clean_email(self) -> str:
        if not self.cleaned_data["email"].isascii():
            raise forms.ValidationError(_("Enter an email address without accents or letters from other alphabets."))
        return super().clean_email()


class CountsCodes:
    """allauth's check of a code, with tries counted as `accounts.guessing` says.

    Whoever has somebody's password could otherwise keep them out with ten wrong codes.
    """

    user: User
    authenticator: Authenticator
    cleaned_data: dict[str, Any]
    _emit_authentication_failed: Callable[[Authenticator], None]

    def clean_code(self) -> str:
        counted = guessing.count_try(context.request, self.user, f"second-step:{self.user.pk}")
        if not counted:
            raise get_adapter().validation_error("rate_limited")
        # Those with codes to type: the app first, whose failure is what the record tells.
        with_codes = Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN)
        authenticators = sorted(with_codes, key=lambda found: found.type != Authenticator.Type.TOTP)
        for authenticator in authenticators:
            if authenticator.wrap().validate_code(self.cleaned_data["code"]):
                authenticator.user = self.user
                self.authenticator = authenticator
                counted.rollback()
                return str(self.cleaned_data["code"])
        if authenticators:
            self._emit_authentication_failed(authenticators[0])
        raise get_mfa_adapter().validation_error("incorrect_code")


class SecondStepForm(CountsCodes, InsideOurForm, mfa_forms.AuthenticateForm):
    code = _code_field(_("Code"), CODE_HELP)


class SecondStepAgainForm(CountsCodes, InsideOurForm, mfa_forms.ReauthenticateForm):
    code = _code_field(_("Code"), CODE_HELP)


class ActivateAppForm(InsideOurForm, totp_forms.ActivateTOTPForm):
    code = _code_field(_("Code from the app"), _("The 6-digit code that the app shows for Craftmark."))


#: What the libraries that read a credential raise when it is not one.
NOT_A_CREDENTIAL = (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error, InvalidSignature)


def _not_accepted() -> forms.ValidationError:
    return forms.ValidationError(_("That passkey did not work. Try again, or sign in another way."))


class ReadsCredential:
    """Refuses whatever is not a credential, instead of breaking on it: the browser can post anything.

    Tries are not counted, as allauth would by account: a passkey cannot be guessed, and its owner must not be kept out
    by what others send.
    """

    user: User | None
    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Any:
        try:
            credential = self.cleaned_data["credential"]
            webauthn.parse_authentication_response(credential)
            user = self.user or webauthn.extract_user_from_response(credential)
            return webauthn.complete_authentication(user, credential)
        except NOT_A_CREDENTIAL as fault:
            raise _not_accepted() from fault


class PasskeyStepForm(ReadsCredential, webauthn_forms.AuthenticateWebAuthnForm):
    pass


class PasskeySignInForm(ReadsCredential, webauthn_forms.LoginWebAuthnForm):
    pass


class PasskeyAgainForm(ReadsCredential, webauthn_forms.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(InsideOurForm, webauthn_forms.AddWebAuthnForm):
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=100,
        help_text=_("To tell it apart from your others. For example, my phone or my laptop."),
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with this passkey and no password"),
        required=False,
        help_text=_("Your device will ask for your fingerprint, face or PIN every time."),
    )

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except NOT_A_CREDENTIAL as fault:
            raise _not_accepted() from fault


class RenamePasskeyForm(InsideOurForm, webauthn_forms.EditWebAuthnForm):
    name = forms.CharField(label=_("Name"), max_length=100)
