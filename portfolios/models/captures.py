"""What apprentices' devices sent after they had been without a network."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from portfolios.models.evidence import Evidence
from portfolios.querysets.captures import CaptureQuerySet


class Capture(models.Model):
    """The words for a piece of evidence as a device sent them.

    Kept so that sending them again changes nothing, and so that what the device sends next is compared with what it
    knew. The device makes a new id each time the words change.
    """

    class Outcome(models.TextChoices):
        CREATED = "created", _("Saved as a new draft.")
        SAVED = "saved", _("Saved.")
        JOINED = "joined", _("This piece was also changed somewhere else. We have kept both.")
        NEW_DRAFT = "new_draft", _("That piece can no longer be changed, so we saved this as a new draft.")

    id = models.UUIDField(primary_key=True, editable=False)
    evidence = models.ForeignKey(
        Evidence, on_delete=models.CASCADE, related_name="captures", help_text="The piece that has the words now."
    )
    content: Any = models.JSONField(help_text="EvidenceContent as JSON, as sent.")
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    remarks = models.JSONField(default=list, blank=True, help_text="Sentences on what could not stand in its place.")
    received_at = models.DateTimeField(default=clock.now)

    objects = CaptureQuerySet.as_manager()

    class Meta:
        ordering = ["received_at"]

    def __str__(self) -> str:
        return f"capture {self.pk}"
