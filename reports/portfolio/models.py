"""Portfolios that somebody uploaded to import: what is in each, how far it has come, and what came of it."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.querysets import OfProviderQuerySet
from assessments.models import ExternalRecord
from core import clock


class ArrivalState(models.TextChoices):
    """How far a portfolio has come. It follows from its moments."""

    LOOKED_THROUGH = "looked_through", _("Looking through the file")
    READY = "ready", _("Ready to import")
    COMING_IN = "coming_in", _("Importing")
    IMPORTED = "imported", _("Imported")
    REFUSED = "refused", _("Not imported")


class PortfolioArrivalQuerySet(OfProviderQuerySet["PortfolioArrival"]):
    def newest_first(self) -> "PortfolioArrivalQuerySet":
        return self.order_by("-at", "pk")

    def under_way(self) -> "PortfolioArrivalQuerySet":
        """Those of which the file is needed still."""
        return self.filter(record=None, failed_at=None)


class PortfolioArrival(models.Model):
    """A portfolio that an admin uploaded. It is looked through, shown, and imported when they say so, each by a job.

    What came in is an `ExternalRecord`; this is how it came, and is kept for some days.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Of the file.")
    key = models.CharField(max_length=500, blank=True, help_text="The public key that is believed.")
    said: models.JSONField[Any, Any] = models.JSONField(
        default=dict, help_text="What is in it: the learner, how much, and what somebody should know."
    )
    done_count = models.PositiveIntegerField(default=0, help_text="Of the files that are checked and kept.")
    total_count = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, help_text="When it had been looked through.")
    asked_at = models.DateTimeField(null=True, help_text="When its import was asked for.")
    record = models.ForeignKey(ExternalRecord, on_delete=models.PROTECT, null=True, related_name="+")
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)

    objects = PortfolioArrivalQuerySet.as_manager()
    never_changes = ("provider", "by", "at", "file_name", "sha256", "key")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failed_at=None, failure="") | (Q(failed_at__isnull=False, record=None) & ~Q(failure="")),
                name="a_portfolio_that_is_refused_says_why",
            ),
            models.CheckConstraint(
                condition=Q(asked_at=None) | Q(looked_at__isnull=False), name="a_portfolio_is_shown_before_it_comes_in"
            ),
            models.CheckConstraint(
                condition=Q(record=None) | Q(asked_at__isnull=False), name="a_portfolio_comes_in_when_somebody_says_so"
            ),
        ]
        indexes = [models.Index(fields=["provider", "-at"], name="portfolios_that_arrived")]

    def __str__(self) -> str:
        return f"portfolio {self.pk}"

    @property
    def state(self) -> ArrivalState:
        """The first of these that is true of it."""
        if self.failed_at:
            return ArrivalState.REFUSED
        if self.record_id:
            return ArrivalState.IMPORTED
        if self.asked_at:
            return ArrivalState.COMING_IN
        return ArrivalState.READY if self.looked_at else ArrivalState.LOOKED_THROUGH

    @property
    def percent(self) -> int:
        """How many of its files are checked and kept; the rows that name them come last."""
        return min(100 * self.done_count // self.total_count, 99) if self.total_count else 0
