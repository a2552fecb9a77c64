"""Forms about people and their places in organisations. Those of sign-in itself are in `accounts.sign_in_forms`."""

from datetime import date
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import ROLES_OF_KIND, Organisation, Role, User
from core import clock
from core.fields import DayField, EmailAddressField, NameField
from pages.people.sign_in_forms import new_password_fields

#: What somebody in these roles may do, where the name does not say it.
_NOTES = {
    Role.TRAINER: _("sees their own learners, reviews nothing"),
    Role.MANAGER: _("sees everything at the provider, changes nothing"),
    Role.VIEWER: _("sees the same, until a day that you set"),
}


def _named(role: Role) -> str:
    name = role.label[:1].upper() + role.label[1:]
    return f"{name} ({_NOTES[role]})" if role in _NOTES else name


class InviteForm(forms.Form):
    """Whom to invite into one's own organisation, and as what."""

    name = NameField(error_messages={"required": _("Enter their full name.")})
    email = EmailAddressField(help_text=_("We will email the invitation to this address. They will sign in with it."))
    role = forms.ChoiceField(
        label=_("Role"), widget=forms.RadioSelect, error_messages={"required": _("Choose their role.")}
    )
    role_ends_on = DayField(
        label=_("Access ends on"),
        required=False,
        help_text=_("Only for a viewer, who sees everything for a limited time."),
    )

    def __init__(self, data: QueryDict | None = None, *, organisation: Organisation) -> None:
        super().__init__(data)
        # An auditor is invited on a page of their own, which asks what they may see.
        roles = [role for role in ROLES_OF_KIND[Organisation.Kind(organisation.kind)] if role != Role.AUDITOR]
        cast(forms.ChoiceField, self.fields["role"]).choices = [(role.value, _named(role)) for role in roles]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "name",
            "email",
            "role",
            Div("role_ends_on", css_class="for-viewers"),
            Submit("invite", _("Send invitation")),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ends_on: date | None = cleaned.get("role_ends_on")
        if cleaned.get("role") == Role.VIEWER and "role_ends_on" not in self.errors:
            if ends_on is None:
                self.add_error("role_ends_on", _("Enter the day the viewer's access ends."))
            elif ends_on <= clock.today():
                self.add_error("role_ends_on", _("Choose a day in the future."))
        return cleaned


class ProfileForm(forms.Form):
    """What a person is called on this site."""

    name = NameField(
        help_text=_("The people you work with on Craftmark will see this."),
        error_messages={"required": _("Enter your name.")},
    )

    def __init__(self, data: QueryDict | None = None, *, person: User) -> None:
        super().__init__(data, initial={"name": person.name})
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.helper = FormHelper()
        self.helper.layout = Layout("name", Submit("save", _("Save name")))


class ChoosePasswordForm(forms.Form):
    """The password with which somebody new takes up their invitation."""

    password, password_again = new_password_fields()

    def __init__(self, data: QueryDict | None = None, *, email: str, name: str) -> None:
        super().__init__(data)
        self.person = User(email=email, name=name)
        vars(self.fields["password"])["user"] = self.person
        self.helper = FormHelper()
        self.helper.layout = Layout("password", "password_again", Submit("accept", _("Accept invitation")))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", _("The passwords do not match. Enter them again."))
        return cleaned
