"""A saved way to look at the cohort, and how it is mailed."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import roles_of
from accounts.models import Organisation, Role
from core import clock
from core.actor import Actor
from core.scope import ScopedQuerySet


class SavedViewQuerySet(ScopedQuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the organisation that `actor` belongs to. What each shows is still what the reader may see."""
        here = actor.organisation_id
        found = self.unscoped().filter(organisation=here, removed_at=None)
        return found if here and roles_of(actor) - {Role.AUDITOR} else self.unscoped().none()

    def by_name(self) -> Self:
        return self.order_by("name", "pk")


class ReportMailingQuerySet(ScopedQuerySet["ReportMailing"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the views that `actor` opens."""
        return self.unscoped().filter(view__in=SavedView.objects.visible_to(actor))

    def running(self) -> Self:
        return self.filter(ended_at=None, view__removed_at=None)

    def due(self) -> Self:
        """Those whose moment has come."""
        return self.running().filter(next_at__lte=clock.now())


class SavedView(models.Model):
    """Filters and an order of the cohort under a name. Its address says nothing of what it shows."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1_000, help_text="The filters as in an address, without names of people.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=Q(removed_at=None), name="one_saved_view_per_name"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_saved_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Rhythm(models.TextChoices):
    """How often a view is mailed."""

    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")


class ReportMailing(models.Model):
    """That a saved view is mailed, as a link, to some members of its organisation on a day of each week or month."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    view = models.ForeignKey(SavedView, on_delete=models.PROTECT, related_name="mailings")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices)
    day = models.PositiveSmallIntegerField(help_text="Of the week, Monday being 1; or of the month, 28 at most.")
    next_at = models.DateTimeField(help_text="When it is mailed next.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    objects = ReportMailingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["view"], condition=Q(ended_at=None), name="a_view_is_mailed_by_one_rhythm"),
            models.CheckConstraint(
                condition=Q(rhythm="weekly", day__range=(1, 7)) | Q(rhythm="monthly", day__range=(1, 28)),
                name="a_view_is_mailed_on_a_day_that_every_week_or_month_has",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(ended_at=None), name="views_to_be_mailed")]

    def __str__(self) -> str:
        return f"mailing of {self.view_id}"
