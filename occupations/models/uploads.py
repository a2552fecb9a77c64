"""What somebody sent to be imported from the page, while they look at what would come of it."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core import clock
from occupations.querysets.uploads import ImportDraftQuerySet


def nothing_yet() -> dict[str, list[Any]]:
    """What has come of an upload before anything of it is written."""
    return {"written": [], "errors": [], "warnings": []}


class ImportDraft(models.Model):
    """Files or pasted text that one person uploaded and has not confirmed yet; or, once confirmed, what came of it.

    Kept in the database, not in the storage of evidence: so it goes in the transaction that ends it, is there for every
    process on every machine, and leaves no file behind.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("to be checked")
        WRITING = "writing", _("confirmed, not finished")
        DONE = "done", _("imported")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="The provider whose private standards these are to be; empty for the catalogue.",
    )
    format = models.CharField(max_length=40, blank=True, help_text="The format, where it is not to be recognised.")
    reference = models.CharField(max_length=6, blank=True, help_text="The standard, where the source does not say it.")
    version = models.CharField(max_length=8, blank=True, help_text="The version, where the source does not say it.")
    makes_codes = models.BooleanField(default=False, help_text="Whether statements are to be read out of prose.")
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    written_count = models.PositiveSmallIntegerField(default=0, help_text="How many of its standards are dealt with.")
    result = models.JSONField(default=nothing_yet, help_text="What has come in so far, and what did not.")

    objects = ImportDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", confirmed_at=None) | (~Q(state="waiting") & Q(confirmed_at__isnull=False)),
                name="an_upload_is_written_once_it_is_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"upload of {self.made_at}"


class ImportDraftFile(models.Model):
    """One file of an upload, or the text that was pasted."""

    draft = models.ForeignKey(ImportDraft, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    content = models.BinaryField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "position"], name="one_file_per_place_in_an_upload"),
        ]

    def __str__(self) -> str:
        return self.name
