"""What things of the programme are called in lists, notices and the record."""

from datetime import date

from django.utils.translation import gettext as _

from core import moments
from programme.models import SignedKind


def name_of_signed(kind: str, number: int, held_on: str | None = None) -> str:
    """What a version that is to be signed is called; a review by the day on which it was held, as ISO writes it."""
    if kind == SignedKind.REVIEW and held_on:
        return _("Review of %(day)s") % {"day": moments.day(date.fromisoformat(held_on))}
    return _("%(what)s, version %(number)s") % {"what": SignedKind(kind).label, "number": number}
