"""Form fields that many forms have: what people are called, where mail reaches them, and days."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import names


class NameField(forms.CharField):
    """What a person, an employer or another organisation is called: one line, in NFC, without hidden characters."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {"label": _("Full name"), "max_length": 150} | kwargs
        super().__init__(**given)
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> str:
        return names.tidy(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if names.has_hidden(value):
            raise ValidationError(_("This name has characters in it that do not show. Type it again."))


class EmailAddressField(forms.EmailField):
    """An address in lower case and plain letters, so that none can be made to look like another."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "label": _("Email address"),
            "max_length": 254,
            "error_messages": {
                "required": _("Give the email address."),
                "invalid": _("Write the whole address, such as name@example.com."),
            },
        } | kwargs
        super().__init__(**given)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").strip().lower()

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value.isascii():
            raise ValidationError(_("Use an address without accents or letters of other alphabets."))


class DayField(forms.DateField):
    """A day, chosen or typed."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "error_messages": {"invalid": _("Give the date as day, month and year, such as 3 March 2026.")},
        } | kwargs
        super().__init__(**given)
