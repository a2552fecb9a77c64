"""Off-the-job hours: what an apprentice learned outside their normal work, and who confirmed it."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from core import clock
from core.canonical import digest
from portfolios.models import Evidence
from programme.models.sessions import TrainingSession
from programme.querysets.hours import HoursConfirmationQuerySet, OffTheJobEntryQuerySet


class Kind(models.TextChoices):
    """What somebody did. The last six do not count (funding rules, off-the-job training)."""

    TEACHING = "teaching", _("Teaching, in a room or online")
    ONLINE = "online", _("Structured online learning")
    PRACTICE = "practice", _("Practical training")
    MENTORING = "mentoring", _("Mentoring or coaching")
    SHADOWING = "shadowing", _("Shadowing somebody")
    ASSIGNMENT = "assignment", _("Assignment or guided reading")
    VISIT = "visit", _("Visit, event or competition")
    PORTFOLIO = "portfolio", _("Writing up my portfolio")
    REVIEW = "review", _("Progress review")
    ENGLISH_MATHS = "english_maths", _("English or maths")
    ASSESSMENT = "assessment", _("Assessment or mock assessment")
    INDUCTION = "induction", _("Induction or initial assessment")
    WORK = "work", _("My normal work")


#: Why hours of these kinds are kept and not counted.
NOT_COUNTED = {
    Kind.PORTFOLIO: _("Writing up a portfolio shows what you learned; it is not new learning, so it is not counted."),
    Kind.REVIEW: _("Progress reviews are not training, so they are not counted."),
    Kind.ENGLISH_MATHS: _("English and maths are apart from off-the-job hours, so they are not counted."),
    Kind.ASSESSMENT: _("Assessments are not training, so they are not counted."),
    Kind.INDUCTION: _("Induction and initial assessment come before the training, so they are not counted."),
    Kind.WORK: _("Normal work is not off-the-job training, so it is not counted."),
}
#: Somebody delivers these, who is named.
TAUGHT = (Kind.TEACHING, Kind.PRACTICE, Kind.MENTORING, Kind.SHADOWING)
MOST_MINUTES = 24 * 60


class OffTheJobEntry(models.Model):
    """What one entry of an apprentice's hours says. A correction or a removal is a row of its own, with its reason."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="off_the_job")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    is_removal = models.BooleanField(default=False, help_text="Nothing stands in place of what it replaces.")
    reason = models.TextField(max_length=2_000, blank=True, help_text="Why it was corrected or removed.")
    happened_on = models.DateField()
    starts_at = models.DateTimeField(null=True, blank=True, help_text="When it began, if that is known.")
    minutes = models.PositiveSmallIntegerField(help_text="The time that really passed, in nights of odd length too.")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    counts = models.BooleanField(help_text="Whether it is off-the-job training, by its kind.")
    note = models.CharField(max_length=500, help_text="What was done or learned.")
    deliverer = models.CharField(max_length=200, blank=True, help_text="Who delivered it, as it was typed.")
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ksbs = models.JSONField(default=list, blank=True, help_text="The ids of the KSBs that it was about.")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="off_the_job")
    plan_item = models.UUIDField(null=True, blank=True, help_text="The item of the training plan that it was for.")
    session = models.ForeignKey(
        TrainingSession, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = OffTheJobEntryQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship", "apprenticeship": "replaces"}
    verified_with = ("replaces",)

    class Meta:
        verbose_name_plural = "off-the-job entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=(1, MOST_MINUTES)), name="an_entry_of_hours_has_minutes_of_one_day"
            ),
            models.CheckConstraint(
                condition=Q(counts=False) | ~Q(kind__in=[kind.value for kind in NOT_COUNTED]),
                name="hours_that_are_no_training_do_not_count",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, is_removal=False) | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="hours_are_corrected_and_removed_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["apprenticeship", "happened_on"], name="hours_of_an_apprenticeship")]

    def __str__(self) -> str:
        return f"{self.minutes} minutes on {self.happened_on}"

    @property
    def why_not_counted(self) -> str:
        """Why it does not count, if it does not."""
        return "" if self.counts else str(NOT_COUNTED[Kind(self.kind)])

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})

    def contradiction(self) -> str | None:
        """Where it does not agree with what it replaces; None if it does."""
        if self.replaces and self.replaces.apprenticeship_id != self.apprenticeship_id:
            return "it replaces hours of somebody else"
        return None


class HoursConfirmation(models.Model):
    """That somebody who delivered or oversees the training confirms an entry. Never the apprentice."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    entry = models.OneToOneField(OffTheJobEntry, on_delete=models.PROTECT, related_name="confirmation")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = HoursConfirmationQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "entry"}
    verified_with = ("entry__apprenticeship",)

    def __str__(self) -> str:
        return f"confirmation of {self.entry_id}"

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})

    def contradiction(self) -> str | None:
        """Where it does not agree with its entry; None if it does."""
        return "it is by the apprentice" if self.entry.apprenticeship.apprentice_id == self.by_id else None
