"""In which state a piece of evidence is, or a hidden file: worked out from their columns."""

from typing import Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portfolios.models import Evidence, Quarantine


class EvidenceState(TextChoices):
    """The states of Evidence.State, and that a draft was deleted, which its apprentice can undo."""

    DRAFT = Evidence.State.DRAFT.value, Evidence.State.DRAFT.label
    SUBMITTED = Evidence.State.SUBMITTED.value, Evidence.State.SUBMITTED.label
    REFERRED = Evidence.State.REFERRED.value, Evidence.State.REFERRED.label
    ACCEPTED = Evidence.State.ACCEPTED.value, Evidence.State.ACCEPTED.label
    DELETED = "deleted", _("Deleted")

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        return cls.DELETED if evidence.discarded_at else cls(evidence.state)


class HidingState(TextChoices):
    """What has become of a file that staff hid."""

    HIDDEN = "hidden", _("Hidden")
    END_ASKED = "end_asked", _("Hidden, and somebody asked for an end")
    SHOWN = "shown", _("Shown again")
    ERASED = "erased", _("Deleted for good")

    @classmethod
    def of(cls, hiding: Quarantine) -> Self:
        if hiding.is_standing:
            return cls.END_ASKED if hiding.wish else cls.HIDDEN
        return cls.ERASED if hiding.has_erased else cls.SHOWN
