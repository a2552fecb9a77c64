"""Progress reviews: when one is due, what its form asks, and how far it has come. What is signed is a version."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from core import clock
from core.canonical import digest
from programme.querysets.reviews import (
    ProgressReviewQuerySet,
    ReviewNotesQuerySet,
    ReviewRhythmQuerySet,
    ReviewTemplateQuerySet,
)


class ReviewState(models.TextChoices):
    """How far a progress review has come. It follows from its moments and signatures."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held, not sent yet")
    WAITING = "waiting", _("Waiting for signatures")
    COMPLETE = "complete", _("Signed by all three")
    CANCELLED = "cancelled", _("Cancelled")


class ReviewTemplate(models.Model):
    """One version of the form with which a provider reviews progress. It never changes: the next is another row."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="review_templates")
    number = models.PositiveSmallIntegerField(help_text="Which version of the provider’s form, from 1.")
    sections = models.JSONField(help_text="key, title, help, is_hidden and is_required of each, in order.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ReviewTemplateQuerySet.as_manager()
    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="one_review_template_after_the_other"),
        ]

    def __str__(self) -> str:
        return f"review template {self.number} of {self.provider_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "provider": self.provider_id,
                "number": self.number,
                "sections": self.sections,
                "by": self.by_id,
                "at": self.at,
            }
        )


class ReviewRhythm(models.Model):
    """How often one apprentice’s progress is reviewed from now on, where that is not what the funding rules say.

    The newest row counts. Without `months`, the rule of the funding year counts again.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="review_rhythms")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(max_length=2_000, help_text="Why the training is delivered so.")
    agreed_with = models.CharField(max_length=150, blank=True, help_text="Who agreed for the employer.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ReviewRhythmQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_review_rhythm_has_a_reason"),
            models.CheckConstraint(
                condition=Q(months=None) | (Q(months__gte=1, months__lte=12) & ~Q(agreed_with="")),
                name="a_review_rhythm_was_agreed_with_the_employer",
            ),
        ]
        indexes = [models.Index(fields=["apprenticeship", "at"], name="rhythms_of_an_apprenticeship")]

    def __str__(self) -> str:
        return f"review rhythm of {self.apprenticeship_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "of": [self.apprenticeship_id, self.provider_id],
                "months": self.months,
                "reason": self.reason,
                "agreed_with": self.agreed_with,
                "by": self.by_id,
                "at": self.at,
            }
        )


class ProgressReview(models.Model):
    """One progress review of an apprenticeship: planned for a day, held on a day, signed by three or cancelled.

    What was said is in its versions. Whether all have signed is worked out from the signatures on the newest one.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="progress_reviews")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    template = models.ForeignKey(
        ReviewTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="None: the usual."
    )
    due_on = models.DateField(null=True, help_text="By when it had to be held, when it was planned.")
    planned_on = models.DateField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=clock.now)
    held_on = models.DateField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True, help_text="When it was first sent to be signed.")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = models.TextField(blank=True, max_length=2_000)

    objects = ProgressReviewQuerySet.as_manager()
    always_recorded = True
    same_as_parent = {"provider": "apprenticeship"}
    never_changes = ("apprenticeship", "provider", "template", "due_on", "planned_by", "planned_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship"],
                condition=Q(issued_at=None, cancelled_at=None),
                name="one_progress_review_at_a_time_is_prepared",
            ),
            models.CheckConstraint(
                condition=Q(issued_at=None) | Q(held_on__isnull=False), name="what_is_signed_was_held"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, cancel_reason="")
                | (Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancel_reason="")),
                name="a_progress_review_is_cancelled_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["apprenticeship", "held_on"], name="reviews_of_an_apprenticeship"),
            models.Index(fields=["provider", "held_on"], name="reviews_of_a_provider"),
        ]

    def __str__(self) -> str:
        return f"progress review {self.pk}"

    def state(self, *, is_complete: bool) -> ReviewState:
        """The first of these that is true of it; `is_complete` says whether all have signed its newest version."""
        if self.cancelled_at:
            return ReviewState.CANCELLED
        if self.issued_at:
            return ReviewState.COMPLETE if is_complete else ReviewState.WAITING
        return ReviewState.HELD if self.held_on else ReviewState.PLANNED

    def fingerprint(self) -> str:
        return digest(
            {
                "of": [self.apprenticeship_id, self.provider_id],
                "template": self.template_id,
                "planned": [self.due_on, self.planned_on, self.planned_by_id, self.planned_at],
                "held_on": self.held_on,
                "issued_at": self.issued_at,
                "cancelled": [self.cancelled_at, self.cancelled_by_id, self.cancel_reason],
            }
        )


class ReviewNotes(models.Model):
    """What is being written of a progress review: kept as it is typed, and read by whoever holds its reviews alone."""

    review = models.OneToOneField(ProgressReview, on_delete=models.CASCADE, primary_key=True, related_name="notes")
    words = models.JSONField(default=dict, help_text="What stands in each field of the form.")
    revision = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=clock.now)

    objects = ReviewNotesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "review notes"

    def __str__(self) -> str:
        return f"notes of {self.review_id}"
