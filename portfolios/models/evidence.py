"""Pieces of evidence, what they claim, and what became of each on the way."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models.apprenticeships import Apprenticeship
from core import clock
from core.canonical import digest
from core.readable import readable
from occupations.models import Ksb
from portfolios.querysets.evidence import (
    ClaimQuerySet,
    EvidenceQuerySet,
    EvidenceVersionQuerySet,
    SuggestionAnswerQuerySet,
)


class EvidenceKind(models.TextChoices):
    """What sort of thing a piece of evidence is, in the field's words."""

    WORK_PRODUCT = "work_product", _("Work product")
    OBSERVATION = "observation", _("Observation")
    WITNESS_TESTIMONY = "witness_testimony", _("Witness testimony")
    PROFESSIONAL_DISCUSSION = "professional_discussion", _("Professional discussion")
    REFLECTIVE_ACCOUNT = "reflective_account", _("Reflective account")
    PROJECT = "project", _("Project")
    CERTIFICATE = "certificate", _("Certificate")
    TRAINING_RECORD = "training_record", _("Training record")
    ASSIGNMENT = "assignment", _("Assignment")
    OTHER = "other", _("Other")


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
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=24, choices=EvidenceKind.choices, default=EvidenceKind.OTHER)
    narrative = models.TextField(_("what I did"), max_length=20_000, blank=True, help_text="Small Markdown.")
    answers = models.JSONField(
        default=list, blank=True, help_text="{prompt, text} of each prompt that was answered, in order; small Markdown."
    )
    unticked_lines: Any = models.JSONField(
        default=dict,
        blank=True,
        help_text="What was written about KSBs that it does not claim now, by their ids: for its apprentice alone.",
    )
    happened_on = models.DateField(null=True, blank=True)
    is_showcase = models.BooleanField(default=False, help_text="The apprentice is proud of it and shows it first.")
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1, help_text="Grows with each save; a stale form is refused.")
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    first_submitted_at = models.DateTimeField(null=True, blank=True, help_text="Before this, only its owner sees it.")
    discarded_at = models.DateTimeField(null=True, blank=True, help_text="A draft that its owner put aside.")
    observed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The assessor who recorded it: only they change it, until it is handed over.",
    )
    handed_over_at = models.DateTimeField(
        null=True, blank=True, help_text="When the apprentice was given what an assessor recorded, to confirm it."
    )

    objects = EvidenceQuerySet.as_manager()
    always_recorded = True
    same_as_parent = {"provider": "apprenticeship"}
    never_changes = ("apprenticeship", "provider", "created_at")

    class Meta:
        verbose_name_plural = "evidence"
        indexes = [
            models.Index(fields=["apprenticeship", "state"], name="evidence_of_an_apprenticeship"),
            models.Index(fields=["provider"], condition=Q(state="referred"), name="evidence_that_needs_work"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(first_submitted_at__isnull=False),
                name="evidence_past_draft_has_been_submitted",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None) | Q(state="draft", first_submitted_at=None),
                name="only_a_draft_nobody_saw_is_discarded",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at=None) | Q(observed_by__isnull=False),
                name="only_what_an_assessor_recorded_is_handed_over",
            ),
            models.CheckConstraint(
                condition=Q(observed_by=None) | Q(state="draft") | Q(handed_over_at__isnull=False),
                name="what_an_assessor_recorded_is_handed_over_before_it_is_sent",
            ),
        ]

    def __str__(self) -> str:
        return readable(self.title) or str(_("Untitled draft"))

    @property
    def kept_lines(self) -> dict[UUID, str]:
        """The line about each KSB that it does not claim now, by its id: it comes back when the KSB is claimed again.

        It is part of nothing that is kept as a version, sent or judged.
        """
        return {UUID(ksb): line for ksb, line in self.unticked_lines.items()}

    def keep_lines(self, lines: Mapping[UUID, str]) -> None:
        """Let these be the kept lines; empty ones are none."""
        self.unticked_lines = {str(ksb): line.strip() for ksb, line in lines.items() if line.strip()}

    def fingerprint(self) -> str:
        """Of whose it is, since when, and who recorded it. What it says can change until it is in a snapshot."""
        return digest(
            {
                "apprenticeship": self.apprenticeship_id,
                "provider": self.provider_id,
                "at": self.created_at,
                "observed": [self.observed_by_id, self.handed_over_at],
            }
        )

    @property
    def is_editable(self) -> bool:
        return self.state in self.EDITABLE_STATES and self.discarded_at is None


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


class EvidenceVersion(models.Model):
    """What the working copy said when it was saved under one revision, for looking back and for bringing words back.

    Saves that follow each other within a few minutes leave one row: the last.
    `content` is portfolios.content.EvidenceContent as JSON.
    """

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveIntegerField()
    content: Any = models.JSONField()
    begun_at = models.DateTimeField(default=clock.now, help_text="When the first of the saves in this row was made.")
    saved_at = models.DateTimeField(default=clock.now)
    is_submitted = models.BooleanField(default=False, help_text="It was submitted so: no later save touches it.")

    objects = EvidenceVersionQuerySet.as_manager()

    class Meta:
        ordering = ["evidence", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "revision"], name="one_version_per_evidence_and_revision"),
        ]

    def __str__(self) -> str:
        return f"revision {self.revision} of {self.evidence_id}"


class SuggestionAnswer(models.Model):
    """What an apprentice made of a KSB that was suggested for a piece: for measuring how good suggestions are."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        DISMISSED = "dismissed", _("Dismissed")

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="suggestion_answers")
    ksb = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=16, choices=Answer.choices)
    rank = models.PositiveSmallIntegerField(help_text="Its place among those that were shown, from 1.")
    score = models.FloatField()
    at = models.DateTimeField(default=clock.now)

    objects = SuggestionAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "ksb"], name="one_answer_per_suggestion"),
        ]

    def __str__(self) -> str:
        return f"{self.answer} for {self.evidence_id}"
