"""The states of a KSB, declared once: whatever counts, sorts, labels or shows them is made from this."""

from typing import Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class KsbState(TextChoices):
    """How far one KSB of one apprenticeship has come, from nothing to signed off. Reports show the furthest first."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    SUBMITTED = "submitted", _("Submitted")
    NEEDS_WORK = "needs_work", _("Needs work")
    MET = "met", _("Met")
    SIGNED_OFF = "signed_off", _("Signed off")

    @property
    def counter(self) -> str:
        """The column of Apprenticeship that counts its KSBs in this state."""
        return f"{self.value}_count"

    @classmethod
    def furthest_first(cls) -> list[Self]:
        """All states, from signed off to not started: what is done is what one looks for."""
        return list(reversed(cls))

    @classmethod
    def counted(cls) -> list[Self]:
        """The states that an apprenticeship has a counter for, the furthest first: the other KSBs are not started."""
        return [state for state in cls.furthest_first() if state != cls.NOT_STARTED]

    @classmethod
    def handed_in(cls) -> list[Self]:
        """The states of KSBs for which something was handed in, the furthest first: those that staff act on."""
        return [state for state in cls.counted() if state != cls.IN_PROGRESS]
