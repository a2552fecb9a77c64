"""What a version of a standard is called, in addresses and in words."""

from typing import Protocol

from django.utils.translation import gettext as _


class Text(Protocol):
    """A text of a standard, as far as its name tells: a `StandardVersion`, or what a list holds of one."""

    @property
    def version(self) -> str: ...

    @property
    def correction(self) -> int: ...


def version_key(text: Text) -> str:
    """How an address names a version with its correction: 1.0, or 1.0-1 for the first correction of it."""
    return f"{text.version}-{text.correction}" if text.correction else text.version


def version_name(text: Text) -> str:
    """How a sentence names it: version 1.0, or version 1.0, correction 1."""
    if text.correction:
        return _("version %(number)s, correction %(correction)s") % {
            "number": text.version,
            "correction": text.correction,
        }
    return _("version %(number)s") % {"number": text.version}


def correction_name(text: Text) -> str:
    """How it is told from the other texts of its version: correction 1, or the first."""
    return _("correction %(correction)s") % {"correction": text.correction} if text.correction else _("the first")
