"""A provider's rule for how long records are kept, legal holds, and erasures."""

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets.apprenticeships import OfProviderQuerySet
from audit import erasing
from core import clock
from core.canonical import digest

#: What the agreement with the employer and the department asks for (record keeping): years after its end.
LEAST_YEARS = 6
MOST_YEARS = 30
#: Between the second admin’s agreement and the erasing: until then it can be taken back.
UNDONE_FOR = timedelta(days=30)


class RetentionRuleQuerySet(OfProviderQuerySet["RetentionRule"]):
    def newest_first(self) -> Self:
        return self.order_by("-number")


class RetentionRule(models.Model):
    """For how many years after the end of an apprenticeship a provider keeps what. The newest row counts."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="retention_rules")
    number = models.PositiveSmallIntegerField()
    record_years = models.PositiveSmallIntegerField(help_text="Who they are, evidence, decisions, hours, reviews.")
    support_years = models.PositiveSmallIntegerField(help_text="Learning support, and documents about it.")
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = RetentionRuleQuerySet.as_manager()
    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="one_retention_rule_after_the_other"),
            models.CheckConstraint(
                condition=Q(support_years__gte=LEAST_YEARS, record_years__lte=MOST_YEARS)
                & Q(support_years__lte=F("record_years")),
                name="records_are_kept_as_long_as_the_funding_rules_ask",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_retention_rule_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"retention rule {self.number} of {self.provider_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "of": [self.provider_id, self.number],
                "years": [self.record_years, self.support_years],
                "reason": self.reason,
                "by": [self.by_id, self.at],
            }
        )


class LegalHoldQuerySet(OfProviderQuerySet["LegalHold"]):
    def standing(self) -> Self:
        """Not lifted."""
        return self.filter(lifted_at=None)


class LegalHold(models.Model):
    """That nothing of an apprenticeship is erased, because of a dispute or an inspection, until somebody lifts it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="legal_holds")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2_000)
    put_on_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    put_on_at = models.DateTimeField(default=clock.now)
    lifted_because = models.TextField(max_length=2_000, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    objects = LegalHoldQuerySet.as_manager()
    always_recorded = True
    same_as_parent = {"provider": "apprenticeship"}
    never_changes = ("apprenticeship", "provider", "reason", "put_on_by", "put_on_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship"], condition=Q(lifted_at=None), name="one_legal_hold_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_legal_hold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_because="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_because="")),
                name="a_legal_hold_is_lifted_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"legal hold on {self.apprenticeship_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "of": [self.apprenticeship_id, self.provider_id],
                "put_on": [self.reason, self.put_on_by_id, self.put_on_at],
                "lifted": [self.lifted_because, self.lifted_by_id, self.lifted_at],
            }
        )


class ErasureState(models.TextChoices):
    """How far an erasure has come. It follows from its moments."""

    ASKED = "asked", _("Waiting for a second admin")
    AGREED = "agreed", _("Agreed, to be erased")
    DONE = "done", _("Erased")
    ENDED = "ended", _("Refused or cancelled")


class ErasureQuerySet(OfProviderQuerySet["Erasure"]):
    def open(self) -> Self:
        """Neither carried out nor ended."""
        return self.filter(done_at=None, ended_at=None)

    def due(self) -> Self:
        """Those that two people agreed on so long ago that they are carried out."""
        return self.open().filter(agreed_at__lte=clock.now() - UNDONE_FOR)

    def newest_first(self) -> Self:
        return self.order_by("-asked_at", "pk")


class Erasure(models.Model):
    """That what is held of an apprentice is to be erased: asked by one admin, agreed by another, done by a job."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="erasures")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    parts = models.JSONField(help_text="What goes: `reports.retention.holdings.Part`.")
    plan_sha256 = models.CharField(max_length=64, help_text="Of what the dry run said when it was asked.")
    reason = models.TextField(max_length=2_000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    report = models.JSONField(default=dict, help_text="How much of each kind was erased, and what stayed. No names.")

    objects = ErasureQuerySet.as_manager()
    always_recorded = True
    seals_erased_rows = True
    same_as_parent = {"provider": "apprenticeship"}
    never_changes = ("apprenticeship", "provider", "parts", "plan_sha256", "asked_by", "asked_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship"], condition=Q(done_at=None, ended_at=None), name="one_erasure_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="an_erasure_has_a_reason"),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None)
                | (Q(agreed_at__isnull=False, agreed_by__isnull=False) & ~Q(agreed_by=F("asked_by"))),
                name="two_people_agree_to_an_erasure",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(agreed_at__isnull=False, ended_at=None),
                name="nothing_is_erased_that_was_not_agreed",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None, ended_at=None) | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="an_erasure_is_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"

    @property
    def state(self) -> ErasureState:
        """The first of these that is true of it."""
        if self.done_at:
            return ErasureState.DONE
        if self.ended_at:
            return ErasureState.ENDED
        return ErasureState.AGREED if self.agreed_at else ErasureState.ASKED

    @property
    def erased_from(self) -> datetime | None:
        """From when on it is carried out; None before two people agreed."""
        return self.agreed_at + UNDONE_FOR if self.agreed_at else None

    def fingerprint(self) -> str:
        """Of who wanted what, and of what was done to each row."""
        return digest(
            {
                "of": [self.apprenticeship_id, self.provider_id],
                "plan": [self.parts, self.plan_sha256],
                "asked": [self.reason, self.asked_by_id, self.asked_at],
                "agreed": [self.agreed_by_id, self.agreed_at],
                "ended": [self.ended_by_id, self.ended_at],
                "done": [self.done_at, self.report],
                "rows": erasing.digest_of(self.pk),
            }
        )


class RetentionReminder(models.Model):
    """That a provider's admins were told that records are due."""

    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"reminder to {self.provider_id}"
