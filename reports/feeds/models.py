"""Keys with which a program reads tables of a provider."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.querysets import OfProviderQuerySet
from core import clock
from core.canonical import digest
from occupations.models import Standard


class FeedKeyState(models.TextChoices):
    """Whether a key still opens anything. It follows from its days, and from who made it."""

    WORKS = "works", _("Works")
    STOPPED = "stopped", _("Stopped")
    ENDED = "ended", _("Ended")


class FeedKeyQuerySet(OfProviderQuerySet["FeedKey"]):
    def working(self) -> Self:
        """Those that are neither stopped nor past their last day."""
        return self.filter(stopped_at=None, last_day__gte=clock.today())

    def newest_first(self) -> Self:
        return self.order_by("-made_at", "pk")


class FeedKey(models.Model):
    """A key with which one program reads some tables of a provider, until a day. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80, help_text="What it is for.")
    secret_sha256 = models.CharField(max_length=64, unique=True, help_text="Of the key itself, which nobody keeps.")
    ending = models.CharField(max_length=4, help_text="Its last letters, to tell it from others.")
    tables = models.JSONField(help_text="The names of the tables that it opens.")
    with_names = models.BooleanField(default=False, help_text="Whether it gives what tells who somebody is.")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    employer = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    last_day = models.DateField(help_text="The last day on which it works.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stopped_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute.")

    objects = FeedKeyQuerySet.as_manager()
    always_recorded = True
    never_changes = (
        "provider",
        "name",
        "secret_sha256",
        "ending",
        "tables",
        "with_names",
        "standard",
        "employer",
        "last_day",
        "made_by",
        "made_at",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(tables=[]), name="a_feed_key_is_for_some_tables"),
            models.CheckConstraint(
                condition=Q(stopped_at=None, stopped_by=None) | Q(stopped_at__isnull=False, stopped_by__isnull=False),
                name="a_feed_key_is_stopped_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"feed key {self.pk}"

    @property
    def state(self) -> FeedKeyState:
        """The first of these that is true of it."""
        if self.stopped_at:
            return FeedKeyState.STOPPED
        return FeedKeyState.ENDED if self.last_day < clock.today() else FeedKeyState.WORKS

    def fingerprint(self) -> str:
        """Of what it opens, for how long and who made and stopped it; not of when it was last used."""
        return digest(
            {
                "provider": self.provider_id,
                "name": self.name,
                "secret": [self.secret_sha256, self.ending],
                "opens": [self.tables, self.with_names, self.standard_id, self.employer_id],
                "last_day": self.last_day,
                "made": [self.made_by_id, self.made_at],
                "stopped": [self.stopped_by_id, self.stopped_at],
            }
        )
