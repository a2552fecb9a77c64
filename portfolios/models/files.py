"""Files of evidence: as they came, as others get them, what was read from them, and the places in them that count."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import db
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from core.canonical import digest
from files import storing
from occupations.models import Ksb
from portfolios.models.evidence import Evidence
from portfolios.querysets.files import EvidenceFileQuerySet, MarkerQuerySet, RenditionQuerySet, UploadQuerySet


def stored_name(file: "EvidenceFile", _given_name: str) -> str:
    """Where a file's bytes are kept: a random key of ours, with nothing of the given name in it."""
    return f"evidence/{file.pk.hex[:2]}/{file.pk.hex}"


def random_key(folder: str) -> str:
    """A key that no other object has: two workers on one file, of which one was taken for dead, never meet."""
    name = uuid4().hex
    return f"{folder}/{name[:2]}/{name}"


def cleaned_name(_file: "EvidenceFile", _given_name: str) -> str:
    """Where the copy without place and device is kept."""
    return random_key("cleaned")


def rendition_name(_rendition: "Rendition", _given_name: str) -> str:
    """Where a picture of a file is kept."""
    return random_key("renditions")


class Withheld(models.TextChoices):
    """Whether staff keep a file from everybody, because it shows somebody who should not be seen."""

    NO = "", _("Shown")
    HIDDEN = "hidden", _("Hidden")
    ERASED = "erased", _("Deleted")


class EvidenceFile(models.Model):
    """One file of a piece of evidence. Its bytes never change; taken off the copy, it stays with what was judged.

    `stored` is what came, which only its owner gets back. Where it told of place or device, everybody else gets
    `cleaned`. `sha256` is of what came, `cleaned_sha256` of what others get.
    """

    class Processing(models.TextChoices):
        WAITING = "waiting", _("Getting it ready")
        DONE = "done", _("Ready")
        FAILED = "failed", _("No preview")

    class Scan(models.TextChoices):
        WAITING = "waiting", _("Waiting for virus check")
        CLEAN = "clean", _("Checked for viruses")
        INFECTED = "infected", _("Failed virus check")
        NOT_SCANNED = "not_scanned", _("Not checked for viruses")

    if TYPE_CHECKING:
        # What `portfolios.viewing` adds to a file that is to be shown.
        pictures: list[Any]
        excerpt: str | None
    #: Whether a page may show its transcript and its text: `portfolios.workflow.show_texts` says so.
    shows_texts = False

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="files")
    stored = models.FileField(upload_to=stored_name, max_length=100)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField("SHA-256", max_length=64)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    first_submitted_at = models.DateTimeField(null=True, blank=True, help_text="Before this, only its owner sees it.")
    transcript = models.TextField(max_length=50_000, blank=True, help_text="What is said in a recording.")
    withheld = models.CharField(max_length=16, choices=Withheld.choices, default=Withheld.NO, blank=True)

    # What the background jobs found and made.
    processing = models.CharField(max_length=16, choices=Processing.choices, default=Processing.WAITING)
    processed_at = models.DateTimeField(null=True, blank=True)
    scan = models.CharField(max_length=16, choices=Scan.choices, default=Scan.WAITING)
    scan_note = models.CharField(max_length=200, blank=True, help_text="What was found, or why it was not checked.")
    scanned_at = models.DateTimeField(null=True, blank=True)
    cleaned = models.FileField(upload_to=cleaned_name, max_length=100, blank=True)
    cleaned_sha256 = models.CharField("SHA-256 of the cleaned copy", max_length=64, blank=True)
    cleaned_size_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    removed_details = models.JSONField(default=list, blank=True, help_text="Names of what was taken out: position, …")
    may_tell_of_place = models.BooleanField(
        default=False, help_text="Nobody could take out where it was made, so it is its owner's alone."
    )
    duration_ms = models.PositiveBigIntegerField(null=True, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    page_count = models.PositiveIntegerField(null=True, blank=True)

    objects = EvidenceFileQuerySet.as_manager()
    always_recorded = True

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["stored"], name="one_file_per_stored_object"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="a_file_is_not_empty"),
            models.UniqueConstraint(fields=["cleaned"], condition=~Q(cleaned=""), name="one_file_per_cleaned_object"),
            models.CheckConstraint(
                condition=~Q(withheld="erased") | Q(transcript=""), name="a_deleted_file_has_no_transcript"
            ),
            models.CheckConstraint(
                condition=Q(cleaned="", cleaned_sha256="", cleaned_size_bytes=None)
                | (~Q(cleaned="") & ~Q(cleaned_sha256="") & Q(cleaned_size_bytes__gt=0)),
                name="a_cleaned_copy_has_its_size_and_hash",
            ),
        ]

        indexes = [models.Index(fields=["sha256"], name="files_by_their_hash")]

    def __str__(self) -> str:
        return self.name

    def fingerprint(self) -> str:
        """Of the file as it came, what the jobs made of it, and what its apprentice wrote down or took off."""
        return digest(
            {
                "evidence": self.evidence_id,
                "stored": self.stored.name,
                "name": self.name,
                "content_type": self.content_type,
                "size_bytes": self.size_bytes,
                "sha256": self.sha256,
                "added": [self.added_by_id, self.added_at],
                "removed_at": self.removed_at,
                "transcript": self.transcript,
                "withheld": str(self.withheld),
                "prepared": [str(self.processing), self.processed_at, self.may_tell_of_place],
                "measures": [self.duration_ms, self.width, self.height, self.page_count],
                "scan": [str(self.scan), self.scan_note, self.scanned_at],
                "cleaned": [self.cleaned.name or "", self.cleaned_sha256, self.cleaned_size_bytes],
                "removed_details": self.removed_details,
            }
        )

    def content_fault(self) -> str | None:
        """What is wrong with the stored bytes, in words, or with those of the copy that others get; None if all fit.

        What two people deleted has none.
        """
        if self.withheld == Withheld.ERASED:
            return None
        fault = storing.content_fault(str(self.stored.name), self.size_bytes, self.sha256)
        if fault or not self.cleaned:
            return fault
        size_bytes = self.cleaned_size_bytes or 0
        if fault := storing.content_fault(str(self.cleaned.name), size_bytes, self.cleaned_sha256):
            return gettext("of its cleaned copy, %(fault)s") % {"fault": fault}
        return None

    @property
    def media_kind(self) -> str:
        """`image`, `audio`, `video`, `text` or `application`: what to show it as."""
        return media_kind(self.content_type, self.processing, self.width)


def media_kind(content_type: str, processing: str, width: int | None) -> str:
    """What to show a file as. A film without a picture in it, as some phones record a voice, is sound."""
    kind = content_type.partition("/")[0]
    has_no_picture = processing == EvidenceFile.Processing.DONE and not width
    return "audio" if kind == "video" and has_no_picture else kind


class Rendition(models.Model):
    """A picture made of a file for looking at it in place: of a photo, a page, a still of a film."""

    class Kind(models.TextChoices):
        THUMBNAIL = "thumbnail", _("Thumbnail")
        PICTURE = "picture", _("Picture")
        PAGE = "page", _("Page")
        POSTER = "poster", _("Still")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    file = models.ForeignKey(EvidenceFile, on_delete=models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    number = models.PositiveSmallIntegerField(default=1, help_text="The page, from 1.")
    stored = models.FileField(upload_to=rendition_name, max_length=100)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    objects = RenditionQuerySet.as_manager()

    class Meta:
        ordering = ["file", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["file", "kind", "number"], name="one_rendition_per_file_kind_and_number"),
            models.UniqueConstraint(fields=["stored"], name="one_rendition_per_stored_object"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.file_id}"


class FileText(models.Model):
    """The words that were read from a file, for finding it and for suggestions. Long, so kept beside it."""

    file = models.OneToOneField(EvidenceFile, on_delete=models.CASCADE, primary_key=True, related_name="text")
    words = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"text of {self.file_id}"


class Marker(models.Model):
    """A place in a file that shows a KSB: a moment or span of a recording, a page, a region of a picture or page.

    Times are in milliseconds. A region is given in ten-thousandths of the picture's width and height.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    file = models.ForeignKey(EvidenceFile, on_delete=models.CASCADE, related_name="markers")
    ksb = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="markers")
    note = models.CharField(max_length=300, blank=True)
    starts_ms = models.PositiveBigIntegerField(null=True, blank=True)
    ends_ms = models.PositiveBigIntegerField(null=True, blank=True)
    page = models.PositiveSmallIntegerField(null=True, blank=True)
    left = models.PositiveSmallIntegerField(null=True, blank=True)
    top = models.PositiveSmallIntegerField(null=True, blank=True)
    width = models.PositiveSmallIntegerField(null=True, blank=True)
    height = models.PositiveSmallIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    objects = MarkerQuerySet.as_manager()

    class Meta:
        ordering = ["file", "page", "starts_ms", "made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_ms=None) | Q(starts_ms__isnull=False, ends_ms__gt=F("starts_ms")),
                name="a_span_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(starts_ms__isnull=False) | Q(page__isnull=False) | Q(left__isnull=False),
                name="a_marker_marks_a_time_a_page_or_a_region",
            ),
            models.CheckConstraint(
                condition=Q(left=None, top=None, width=None, height=None)
                | (
                    Q(left__lt=10_000, top__lt=10_000, width__gt=0, height__gt=0)
                    & Q(left__lte=10_000 - F("width"), top__lte=10_000 - F("height"))
                ),
                name="a_region_lies_within_its_picture",
            ),
        ]

    def __str__(self) -> str:
        return f"marker {self.pk}"


class Upload(models.Model):
    """A file on its way into a piece of evidence, piece by piece; its bytes lie in a spool until it is whole.

    Its size counts against the quotas from the moment it is announced. Once finished, `file` is what it became, which
    two uploads of the same file share; `refusal` says why it became none. `received_bytes` reaches `size_bytes` only
    when it is finished: a server that dies over the last piece is sent that piece again.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=255)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True, help_text="As announced, where the browser counted it.")
    received_bytes = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    file = models.ForeignKey(EvidenceFile, on_delete=models.SET_NULL, null=True, blank=True, related_name="uploads")
    refusal = models.TextField(blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="an_upload_is_not_empty"),
            models.CheckConstraint(
                condition=Q(received_bytes__lte=F("size_bytes")), name="an_upload_receives_no_more_than_announced"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(finished_at=None), name="uploads_under_way"),
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"


def may_be_named(key: str) -> bool:
    """Whether a row names the object: a commit may have reached the database although its answer was lost.

    Where the database cannot say, the object stays: one too many harms nobody.
    """
    try:
        return (
            EvidenceFile.objects.unscoped().filter(Q(stored=key) | Q(cleaned=key)).exists()
            or Rendition.objects.unscoped().filter(stored=key).exists()
        )
    except db.Error:
        return True
