"""Files of learners that somebody brought, while they look at what would come of them and while it is written."""

import json
import zlib
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.querysets.importing import LearnerImportQuerySet
from core import clock


class LearnerImport(models.Model):
    """One file of learners of a provider, from its upload on. The file itself is not kept, only what was read of it.

    What was read is kept until it is written or its time is over; then there are only numbers.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("being checked")
        WAITING = "waiting", _("to be confirmed")
        WRITING = "writing", _("confirmed, not finished")
        DONE = "done", _("imported")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=8)
    row_count = models.PositiveIntegerField()
    rows = models.BinaryField(help_text="What was read of the file, as compressed JSON. Empty once it is over.")
    found = models.JSONField(default=dict, help_text="What would come of it, as it was last checked.")
    sends_invitations = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKING)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    to_write_count = models.PositiveIntegerField(default=0, help_text="Rows that change something, once confirmed.")
    written_count = models.PositiveIntegerField(default=0, help_text="How many of these are dealt with.")
    result = models.JSONField(default=dict, help_text="How many were enrolled and changed, and what was not possible.")

    objects = LearnerImportQuerySet.as_manager()
    never_changes = ("provider", "uploaded_by", "sha256")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["checking", "waiting"], confirmed_at=None)
                | Q(state__in=["writing", "done"], confirmed_at__isnull=False),
                name="learners_are_written_once_the_import_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state="done", finished_at__isnull=False) | (~Q(state="done") & Q(finished_at=None)),
                name="an_import_of_learners_is_done_when_it_is_finished",
            ),
            models.CheckConstraint(
                condition=Q(written_count__lte=F("to_write_count")), name="no_more_learners_written_than_there_are"
            ),
        ]
        indexes = [models.Index(fields=["provider", "-made_at"], name="imports_of_a_provider")]

    def __str__(self) -> str:
        return f"import of learners {self.pk}"

    def keep(self, reading: dict[str, Any]) -> None:
        """Take in what was read, not saved yet."""
        self.rows = zlib.compress(json.dumps(reading, ensure_ascii=False).encode(), 6)

    def kept(self) -> dict[str, Any]:
        """What was read."""
        said: dict[str, Any] = json.loads(zlib.decompress(self.rows))
        return said
