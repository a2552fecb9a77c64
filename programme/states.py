"""In which state an entry of off-the-job hours is, and a round of declarations. Of a progress review: `ReviewState`."""

from typing import Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from programme.models import GatewayEnd, GatewayLock, OffTheJobEntry, SignedVersion


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


class GatewayState(TextChoices):
    """How far a round of declarations at the end has come."""

    DECLARING = "declaring", _("Waiting for declarations")
    LOCKED = "locked", _("Declared and locked")
    RELEASED = "released", _("Withdrawn")
    RETURNED = "returned", _("Returned")

    @classmethod
    def of(cls, version: SignedVersion) -> Self:
        """The state; it asks the database."""
        if end := GatewayEnd.objects.unscoped().filter(version=version).first():
            return cls.RELEASED if end.kind == GatewayEnd.Kind.RELEASED else cls.RETURNED
        locks = GatewayLock.objects.unscoped().filter(version=version)
        if locks.standing().exists():
            return cls.LOCKED
        # The change that a lock made can be undone by itself.
        return cls.RETURNED if locks.exists() else cls.DECLARING
