"""Form fields that many forms have: what people are called, where mail reaches them, and days."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import names


class NameField(forms.CharField):
    """What a person, an employer or another organisation is called: one line, in NFC, without hidden characters."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "label": _("Full name"),
            "max_length": 201,
            "error_messages": {"required": _("Enter the name.")},
        } | kwargs
        super().__init__(**given)
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> str:
        return names.tidy(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if names.has_hidden(value):
            raise ValidationError(_("This name contains hidden characters. Type it again."))


class EmailAddressField(forms.EmailField):
    """An address in lower case and plain letters, so that none can be made to look like another."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "label": _("Email address"),
            "max_length": 254,
            "error_messages": {
                "required": _("Enter the email address."),
                "invalid": _("Enter an email address in the correct format, such as name@example.com."),
            },
        } | kwargs
        super().__init__(**given)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").strip().lower()

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value.isascii():
            raise ValidationError(_("Enter an email address without accents or letters from other alphabets."))


#: How people write days, the day first.
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %B %y", "%d %b %Y", "%d %b %y")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"(?<=\d)\s*[./-]\s*(?=\d)")
_SEPT = re.compile(r"\bsept\b", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"\d{4}/")


class DayField(forms.DateField):
    """A day, chosen or typed as people write it: 3 March 2026, 3rd Mar 26, 3/3/26, 3.3.2026 or 2026-03-03."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "error_messages": {
                "required": _("Enter the date."),
                "invalid": _("Enter a date with a day, month and year, such as 3 March 2026."),
            },
            "input_formats": _DAYS,
        } | kwargs
        super().__init__(**given)

    def to_python(self, value: Any) -> date | None:
        return super().to_python(_plain(value) if isinstance(value, str) else value)


def _plain(written: str) -> str:
    """A day in one of the forms that `DayField` reads, from the many in which people write it."""
    text = _SEPARATOR.sub("/", _ORDINAL.sub("", written.replace(",", " ")))
    if _YEAR_FIRST.match(text.strip()):
        text = text.replace("/", "-")
    return " ".join(_SEPT.sub("Sep", text.replace(".", " ")).split())
