"""Conflicts of interest: who has to leave the work of which apprentice to colleagues, and why."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.querysets.conflicts import ConflictOfInterestQuerySet
from core import clock
from core.canonical import digest


class ConflictOfInterest(models.Model):
    """What stands between somebody who judges or assures quality and an apprentice, from a day, perhaps until a day.

    While it holds, that person judges, samples and decides nothing about the apprentice, whatever they are assigned to.
    A provider that marks for an assessment organisation keeps such a log: requirements of 19 June 2026.
    """

    class Kind(models.TextChoices):
        FAMILY = "family", _("Family or partner")
        FRIEND = "friend", _("Close friend")
        EMPLOYMENT = "employment", _("Works with them, or manages them")
        TRAINING = "training", _("Taught or trained them")
        MONEY = "money", _("Money or business")
        OTHER = "other", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    apprenticeship = models.ForeignKey(
        "apprenticeships.Apprenticeship", on_delete=models.PROTECT, related_name="conflicts"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, help_text="The first day on which it no longer holds.")
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ConflictOfInterestQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_conflict_of_interest_says_what_it_is"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="a_conflict_ends_after_it_starts"
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "person"], name="conflicts_of_a_person"),
            models.Index(fields=["provider", "at"], name="conflicts_of_a_provider"),
        ]

    def __str__(self) -> str:
        return f"conflict of {self.person_id} with {self.apprenticeship_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "provider": self.provider_id,
                "who": [self.person_id, self.apprenticeship_id],
                "kind": str(self.kind),
                "days": [self.starts_on, self.ends_on],
                "reason": self.reason,
                "by": self.by_id,
                "at": self.at,
            }
        )


class ConflictEnding(models.Model):
    """That a conflict of interest no longer holds, and why. Nobody ends one of their own."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    conflict = models.OneToOneField(ConflictOfInterest, on_delete=models.PROTECT, related_name="ending")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True
    same_as_parent = {"person": "conflict"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_conflict_is_ended_for_a_reason"),
            models.CheckConstraint(condition=~Q(by=F("person")), name="nobody_ends_a_conflict_of_their_own"),
        ]

    def __str__(self) -> str:
        return f"ending of {self.conflict_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "conflict": self.conflict_id,
                "person": self.person_id,
                "reason": self.reason,
                "by": self.by_id,
                "at": self.at,
            }
        )
