"""Spoken feedback while a review is written, and as it was sent."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import OfApprenticeshipQuerySet
from core import clock
from core.actor import Actor
from core.canonical import digest
from core.scope import ScopedQuerySet
from files import storing

#: So much is said in writing of what a recording says, at most.
MOST_WORDS = 2_000


def voice_key() -> str:
    """Where a recording is kept: a key that no other object has."""
    name = uuid4().hex
    return f"voice/{name[:2]}/{name}"


class VoiceDraftQuerySet(ScopedQuerySet["VoiceDraft"]):
    def visible_to(self, actor: Actor) -> Self:
        """What `actor` recorded themselves, where they act for the provider that it was recorded at."""
        rows = self.unscoped()
        if actor.person_id is None or actor.organisation_id is None:
            return rows.none()
        return rows.filter(by=actor.person_id, submission__provider=actor.organisation_id)


class VoiceDraft(models.Model):
    """A recording of one assessor on one submission, theirs alone until the review is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Getting it ready")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Cannot be used")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    submission = models.ForeignKey("assessments.Submission", on_delete=models.CASCADE, related_name="voice_drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    stored = models.CharField(max_length=100, unique=True)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField("SHA-256", max_length=64)
    duration_ms = models.PositiveBigIntegerField(null=True)
    words = models.TextField(max_length=MOST_WORDS, blank=True, help_text="What it says, for who cannot hear it.")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    refused_because = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)

    objects = VoiceDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "by"], name="one_recording_per_submission_and_assessor"),
            models.CheckConstraint(
                condition=(Q(state="refused") & ~Q(refused_because="")) | (~Q(state="refused") & Q(refused_because="")),
                name="a_recording_is_refused_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"recording on {self.submission_id}"


class VoiceNoteQuerySet(OfApprenticeshipQuerySet["VoiceNote"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those on submissions that `actor` sees."""
        return self._seen_by(actor)


class VoiceNote(models.Model):
    """Spoken feedback as it was sent with a review, with what it says in writing."""

    submission = models.OneToOneField(
        "assessments.Submission", on_delete=models.PROTECT, primary_key=True, related_name="voice_note"
    )
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stored = models.CharField(max_length=100, unique=True)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField("SHA-256", max_length=64)
    duration_ms = models.PositiveBigIntegerField(null=True)
    words = models.TextField(max_length=MOST_WORDS, help_text="What it says, for who cannot hear it.")
    at = models.DateTimeField(default=clock.now)

    objects = VoiceNoteQuerySet.as_manager()
    append_only = True
    same_as_parent = {"apprenticeship": "submission", "provider": "submission"}

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="what_is_spoken_is_there_in_writing_too")]

    def __str__(self) -> str:
        return f"spoken feedback on {self.submission_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "submission": self.submission_id,
                "of": [self.apprenticeship_id, self.provider_id],
                "by": self.by_id,
                "stored": self.stored,
                "content_type": self.content_type,
                "size_bytes": self.size_bytes,
                "sha256": self.sha256,
                "duration_ms": self.duration_ms,
                "words": self.words,
                "at": self.at,
            }
        )

    def content_fault(self) -> str | None:
        """What is wrong with the stored bytes, in words; None if they fit."""
        return storing.content_fault(self.stored, self.size_bytes, self.sha256)


def may_be_named(key: str) -> bool:
    """Whether a row names the object."""
    return (
        VoiceDraft.objects.unscoped().filter(stored=key).exists()
        or VoiceNote.objects.unscoped().filter(stored=key).exists()
    )
