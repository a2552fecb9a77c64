"""In which state an entry of off-the-job hours is. Those of a progress review are `ReviewState`."""

from typing import Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from programme.models import OffTheJobEntry


class HoursState(TextChoices):
    """Whether an entry counts, waits, or is history."""

    ENTERED = "entered", _("Waiting to be confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    REPLACED = "replaced", _("Corrected or removed")

    @classmethod
    def of(cls, entry: OffTheJobEntry) -> Self:
        """The state; it asks the database where the entry was read without what follows it."""
        if entry.is_removal or hasattr(entry, "replaced_by"):
            return cls.REPLACED
        return cls.CONFIRMED if hasattr(entry, "confirmation") else cls.ENTERED
