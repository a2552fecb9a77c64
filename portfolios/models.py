"""Apprenticeships, and the evidence that apprentices gather in them."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from audit import clock
from audit.canonical import digest
from occupations.models import Ksb, Option, StandardVersion
from portfolios import storing
from portfolios.querysets import (
    ApprenticeshipQuerySet,
    AssignmentQuerySet,
    ClaimQuerySet,
    EvidenceFileQuerySet,
    EvidenceQuerySet,
    KsbProgressQuerySet,
)


class KsbState(models.TextChoices):
    """How far one KSB of one apprenticeship has come, from nothing to signed off."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    SUBMITTED = "submitted", _("Submitted")
    NEEDS_WORK = "needs_work", _("Needs work")
    MET = "met", _("Met")
    SIGNED_OFF = "signed_off", _("Signed off")


class Outcome(models.TextChoices):
    """What an assessor can say of a claim."""

    MET = "met", _("Met")
    NOT_YET = "not_yet", _("Not yet")


class Apprenticeship(models.Model):
    """One person learning one occupation with one provider; one person may have several over time."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting to start")
        ON_PROGRAMME = "on_programme", _("On programme")
        BREAK = "break", _("Break in learning")
        PAST_GATEWAY = "past_gateway", _("Past gateway")
        ACHIEVED = "achieved", _("Achieved")
        NOT_ACHIEVED = "not_achieved", _("Not achieved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprentice = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="apprenticeships")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="apprenticeships_provided")
    employer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="apprenticeships_employed"
    )
    standard_version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="apprenticeships")
    option = models.ForeignKey(Option, on_delete=models.PROTECT, null=True, blank=True, related_name="apprenticeships")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ON_PROGRAMME)
    started_on = models.DateField()
    planned_end_on = models.DateField()
    enrolled_at = models.DateTimeField(default=clock.now)

    # Derived from KsbProgress by portfolios.coverage, for reports that read thousands of rows.
    ksb_count = models.PositiveSmallIntegerField(default=0, editable=False)
    in_progress_count = models.PositiveSmallIntegerField(default=0, editable=False)
    submitted_count = models.PositiveSmallIntegerField(default=0, editable=False)
    needs_work_count = models.PositiveSmallIntegerField(default=0, editable=False)
    met_count = models.PositiveSmallIntegerField(default=0, editable=False)
    signed_off_count = models.PositiveSmallIntegerField(default=0, editable=False)
    last_activity_at = models.DateTimeField(null=True, editable=False)

    objects = ApprenticeshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_end_on__gt=F("started_on")), name="an_apprenticeship_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(
                    ksb_count__gte=F("in_progress_count")
                    + F("submitted_count")
                    + F("needs_work_count")
                    + F("met_count")
                    + F("signed_off_count")
                ),
                name="no_more_ksbs_counted_than_there_are",
            ),
        ]
        indexes = [models.Index(fields=["provider", "status"], name="apprenticeships_of_a_provider")]

    def __str__(self) -> str:
        return f"apprenticeship {self.pk}"


class Assignment(models.Model):
    """Who looks after an apprenticeship, as its assessor or its mentor at the employer, from a day until a day."""

    class Role(models.TextChoices):
        ASSESSOR = "assessor", _("assessor")
        MENTOR = "mentor", _("mentor")

    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=16, choices=Role.choices)
    started_on = models.DateField(default=clock.today)
    ended_on = models.DateField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship", "role"],
                condition=Q(ended_on=None),
                name="one_open_assignment_per_apprenticeship_and_role",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="an_assignment_ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["person", "role"], name="assignments_of_a_person")]

    def __str__(self) -> str:
        return f"{self.role} of {self.apprenticeship_id}"


class Evidence(models.Model):
    """A piece of evidence: what the apprentice did and when, with files, put forward for one or more KSBs.

    The row is the apprentice's working copy. What an assessor judges is the snapshot taken at submission.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        ACCEPTED = "accepted", _("Accepted")
        REFERRED = "referred", _("Needs work")

    #: The states in which the apprentice may change the working copy.
    EDITABLE_STATES = (State.DRAFT, State.REFERRED)

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="evidence")
    title = models.CharField(max_length=200, blank=True)
    narrative = models.TextField(_("what I did"), max_length=20_000, blank=True)
    happened_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1, help_text="Grows with each save; a stale form is refused.")
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    first_submitted_at = models.DateTimeField(null=True, blank=True, help_text="Before this, only its owner sees it.")
    discarded_at = models.DateTimeField(null=True, blank=True, help_text="A draft that its owner put aside.")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "evidence"
        indexes = [models.Index(fields=["apprenticeship", "state"], name="evidence_of_an_apprenticeship")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(first_submitted_at__isnull=False),
                name="evidence_past_draft_has_been_submitted",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None) | Q(state="draft", first_submitted_at=None),
                name="only_a_draft_nobody_saw_is_discarded",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled draft"))

    @property
    def is_editable(self) -> bool:
        return self.state in self.EDITABLE_STATES and self.discarded_at is None


def stored_name(file: "EvidenceFile", _given_name: str) -> str:
    """Where a file's bytes are kept: a random key of ours, with nothing of the given name in it."""
    return f"evidence/{file.pk.hex[:2]}/{file.pk.hex}"


class EvidenceFile(models.Model):
    """One file of a piece of evidence. Its bytes never change; taken off the copy, it stays with what was judged."""

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

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["stored"], name="one_file_per_stored_object"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="a_file_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def fingerprint(self) -> str:
        return digest(
            {
                "evidence": self.evidence_id,
                "name": self.name,
                "content_type": self.content_type,
                "size_bytes": self.size_bytes,
                "sha256": self.sha256,
            }
        )

    def content_fault(self) -> str | None:
        """What is wrong with the stored bytes, if anything: for the audit's verification."""
        return storing.content_fault(self)

    @property
    def media_kind(self) -> str:
        """`image`, `audio`, `video`, `text` or `application`: what to show it as."""
        return self.content_type.partition("/")[0]


class Claim(models.Model):
    """One piece of evidence put forward for one KSB, with the reason why it shows it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="claims")
    ksb = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="claims")
    justification = models.TextField(max_length=2_000, blank=True)
    is_met = models.BooleanField(default=False, help_text="Set by the decision on it; a met claim is not asked again.")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "ksb"], name="one_claim_per_evidence_and_ksb"),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk}"


class KsbProgress(models.Model):
    """How far one KSB of one apprenticeship has come: derived, and kept for fast reading.

    Each layer keeps its own columns: portfolios the drafts, assessments the rest. The state follows from them.
    """

    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="progress")
    ksb = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="progress")
    state = models.CharField(max_length=16, choices=KsbState.choices, default=KsbState.NOT_STARTED)
    drafted_count = models.PositiveIntegerField(default=0, help_text="Claims in drafts and revisions.")
    waiting_count = models.PositiveIntegerField(default=0, help_text="Submitted claims that await a decision.")
    met_count = models.PositiveIntegerField(default=0, help_text="Claims decided met.")
    newest_outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    newest_decided_at = models.DateTimeField(null=True, blank=True)
    signed_off_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_to_confirm = models.BooleanField(
        default=False, help_text="Met or signed off under other words, and no assessor has said that it still holds."
    )

    objects = KsbProgressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "KSB progress"
        constraints = [
            models.UniqueConstraint(fields=["apprenticeship", "ksb"], name="one_progress_per_apprenticeship_and_ksb"),
            models.CheckConstraint(
                condition=Q(state="signed_off", signed_off_at__isnull=False, signed_off_by__isnull=False)
                | (~Q(state="signed_off") & Q(signed_off_at=None, signed_off_by=None)),
                name="a_signed_off_ksb_says_when_and_by_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["apprenticeship"], condition=Q(is_to_confirm=True), name="ksbs_to_confirm"),
        ]

    def __str__(self) -> str:
        return f"{self.ksb_id} of {self.apprenticeship_id}: {self.state}"
