"""Changes that are planned for a day to come, and how each plan ended."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models.apprenticeships import Apprenticeship
from apprenticeships.models.changes import Change, ChangeKind
from apprenticeships.querysets.planning import PlanEndingQuerySet, PlannedChangeQuerySet
from core import clock

#: What is known before its day. A planned end is itself a day to come, agreed on a day that was; a gateway or a result
#: is a fact only once it has happened.
PLANNABLE = (ChangeKind.BREAK_STARTED, ChangeKind.BREAK_ENDED, ChangeKind.EMPLOYER, ChangeKind.WITHDRAWN)


class PlannedChange(models.Model):
    """A change that is to be made on a day to come. On that day it becomes a `Change`, with this id as its act."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="planned_changes")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Place among the plans of this apprenticeship, from 1.")
    act = models.UUIDField(help_text="The one-use token of the form.")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.label) for kind in PLANNABLE])
    effective_on = models.DateField(db_index=True, help_text="The day on which it is made.")
    expected_back_on = models.DateField(null=True, blank=True, help_text="Of a break: when it should end, if known.")
    planned_end_on = models.DateField(null=True, blank=True, help_text="Of a return: the planned end from then on.")
    employer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = PlannedChangeQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship"}

    class Meta:
        ordering = ["apprenticeship", "number"]
        constraints = [
            models.UniqueConstraint(fields=["apprenticeship", "number"], name="one_plan_after_the_other"),
            models.UniqueConstraint(fields=["apprenticeship", "act"], name="one_plan_per_apprenticeship_and_act"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_plan_gives_its_reason"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in PLANNABLE]), name="only_what_is_known_before_is_planned"
            ),
            models.CheckConstraint(
                condition=Q(expected_back_on=None) | Q(kind="break_started", expected_back_on__gt=F("effective_on")),
                name="a_planned_break_is_expected_to_end_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.number} of {self.apprenticeship_id}: {self.kind}"

    def facts(self) -> list[object]:
        """Everything that it and its ending say, for the fingerprint of its apprenticeship."""
        ending: PlanEnding | None = getattr(self, "ending", None)
        own = [getattr(self, field.attname) for field in self._meta.concrete_fields]
        return [*own, *(ending.facts() if ending else [])]


class PlanEnding(models.Model):
    """How a plan ended: its change was made on its day, it was cancelled before, or it could not be made."""

    class Outcome(models.TextChoices):
        MADE = "made", _("Made as planned")
        CANCELLED = "cancelled", _("Cancelled")
        IMPOSSIBLE = "impossible", _("No longer possible")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    plan = models.OneToOneField(PlannedChange, on_delete=models.PROTECT, related_name="ending")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    change = models.OneToOneField(Change, on_delete=models.PROTECT, null=True, blank=True, related_name="ends_plan")
    reason = models.TextField(max_length=2_000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = PlanEndingQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "plan"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="made", change__isnull=False) | (~Q(outcome="made") & Q(change=None)),
                name="a_plan_that_was_carried_out_names_its_change",
            ),
            models.CheckConstraint(
                condition=Q(outcome="made") | ~Q(reason=""), name="a_plan_that_was_not_carried_out_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="cancelled") | Q(by__isnull=False), name="somebody_cancelled_the_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.plan_id}"

    def facts(self) -> list[object]:
        """Everything that it says, for the fingerprint of its apprenticeship."""
        return [getattr(self, field.attname) for field in self._meta.concrete_fields]
