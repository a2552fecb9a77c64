"""What came in for a version that was there already: another text, another status, links to what is still missing."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from occupations.models.standards import StandardVersion
from occupations.querysets.revisions import OfVersionQuerySet, RevisionQuerySet


class Revision(models.Model):
    """A text that a source gave for a version that is held with other words: recorded, shown, adopted or set aside.

    `content` is the draft as plain data (occupations.importing.draft.as_data), from which adopting makes the next
    correction of the version. `version` is the one it was held against.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="revisions")
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    source_name = models.CharField(max_length=255)
    source_sha256 = models.CharField(max_length=64)
    seen_at = models.DateTimeField()
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    adopted_as = models.OneToOneField(
        StandardVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="adopted_from"
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at"]
        constraints = [
            models.UniqueConstraint(fields=["version", "content_sha256"], name="one_revision_per_version_and_content"),
            models.CheckConstraint(
                condition=Q(adopted_at=None, adopted_as=None) | Q(adopted_at__isnull=False, adopted_as__isnull=False),
                name="an_adopted_revision_says_what_it_became",
            ),
        ]

    def __str__(self) -> str:
        return f"revision of {self.version_id} from {self.source_name}"


class StatusChange(models.Model):
    """A status that a source gave a version after another one: from then on it is the version's.

    Each kind of status is taken once for a version, so that the same files again, in any order, change nothing.
    """

    version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="status_changes")
    before = models.CharField(max_length=100)
    status = models.CharField(max_length=100)
    source_name = models.CharField(max_length=255)
    source_sha256 = models.CharField(max_length=64)
    seen_at = models.DateTimeField()
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = OfVersionQuerySet.as_manager()

    class Meta:
        ordering = ["seen_at"]
        constraints = [
            models.UniqueConstraint(fields=["version", "status"], name="a_status_is_taken_once_for_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.before} became {self.status}"


class WaitingText(models.Model):
    """What a source says of the KSBs of a version while that version has none: which duty or assessment takes which.

    `content` is the parts with their links, as occupations.content has them. It takes hold when the statements come.
    """

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="waiting_texts")
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    source_name = models.CharField(max_length=255)
    source_sha256 = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    objects = OfVersionQuerySet.as_manager()

    class Meta:
        ordering = ["seen_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "content_sha256"], name="a_text_waits_once_for_a_version"),
        ]

    def __str__(self) -> str:
        return f"text of {self.source_name} that waits for statements"
