"""What every form says of what was typed, where its field has no words of its own: Django's messages in ours."""

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

_RELOAD = _("This page is out of date. Reload it and try again.")
_LENGTH = ngettext_lazy(
    "Use %(limit_value)d character or fewer. You have used %(show_value)d.",
    "Use %(limit_value)d characters or fewer. You have used %(show_value)d.",
    "limit_value",
)
#: By the kind of a field, which its own kinds inherit: the messages that it has, and what they say.
_OF_FIELDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("Fill this in.")},
    forms.BooleanField: {"required": _("Tick this to continue.")},
    forms.ChoiceField: {
        "required": _("Choose one."),
        "invalid_choice": _("This is no longer one of the choices. Choose another."),
    },
    forms.MultipleChoiceField: {
        "required": _("Choose at least one."),
        "invalid_choice": _("One of these is no longer a choice. Choose again."),
        "invalid_list": _RELOAD,
    },
    forms.ModelChoiceField: {
        "required": _("Choose one."),
        "invalid_choice": _("This is no longer one of the choices. Choose another."),
    },
    forms.ModelMultipleChoiceField: {
        "required": _("Choose at least one."),
        "invalid_choice": _("One of these is no longer a choice. Choose again."),
        "invalid_list": _RELOAD,
        "invalid_pk_value": _RELOAD,
    },
    forms.DateField: {"invalid": _("Enter a date with a day, month and year, such as 3 March 2026.")},
    forms.DateTimeField: {"invalid": _RELOAD},
    forms.FileField: {
        "required": _("Choose a file."),
        "invalid": _("No file came with this form. Choose it again."),
        "missing": _("No file came with this form. Choose it again."),
        "empty": _("This file is empty. Choose another."),
        "max_length": _("The file's name is too long: %(length)d characters. Use %(max)d or fewer."),
    },
    forms.UUIDField: {"required": _RELOAD, "invalid": _RELOAD},
    forms.JSONField: {"invalid": _RELOAD},
}
_OF_VALIDATORS: dict[type, Any] = {
    validators.MaxLengthValidator: _LENGTH,
    validators.MinLengthValidator: ngettext_lazy(
        "Use %(limit_value)d character or more. You have used %(show_value)d.",
        "Use %(limit_value)d characters or more. You have used %(show_value)d.",
        "limit_value",
    ),
    validators.MaxValueValidator: _("Enter %(limit_value)s or less."),
    validators.MinValueValidator: _("Enter %(limit_value)s or more."),
    validators.RegexValidator: _("Check this: it is not in the format that we expect."),
    validators.EmailValidator: _("Enter an email address in the correct format, such as name@example.com."),
    validators.ProhibitNullCharactersValidator: _("This contains a character that cannot be saved. Type it again."),
}


def use() -> None:
    """Give them to Django, before any form is made. It has no setting for them."""
    for field, messages in _OF_FIELDS.items():
        field.default_error_messages = {**field.__dict__.get("default_error_messages", {}), **messages}
    for validator, message in _OF_VALIDATORS.items():
        validator.message = message  # type: ignore[attr-defined]
