"""In which state something of the programme is, worked out from its rows. Of a progress review: `ReviewState`."""

from typing import Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from programme.models import Attainment, GatewayEnd, GatewayLock, OffTheJobEntry, SignedKind, SignedVersion


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


class AttainmentState(TextChoices):
    """Whether what was recorded of English, maths or a qualification counts."""

    STANDS = "stands", _("Stands")
    UNDONE = "undone", _("Undone")

    @classmethod
    def of(cls, one: Attainment) -> Self:
        """The state; it asks the database."""
        return cls.UNDONE if hasattr(one, "undone_by") else cls.STANDS


class PlanState(TextChoices):
    """How far a version of a training plan has come."""

    WAITING = "waiting", _("Waiting for signatures")
    STANDS = "stands", _("Signed by all three")
    REPLACED = "replaced", _("Replaced by a later version")

    @classmethod
    def of(cls, version: SignedVersion) -> Self:
        """The state; it asks the database. One that all have signed stands until they have signed a later one."""
        later = (
            SignedVersion.objects.unscoped().of(SignedKind.PLAN).filter(about=version.about, number__gt=version.number)
        )
        signed = SignedVersion.objects.unscoped().signed_by_all()
        if signed.filter(pk=version.pk).exists():
            return cls.REPLACED if later.signed_by_all().exists() else cls.STANDS
        return cls.REPLACED if later.exists() else cls.WAITING


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
