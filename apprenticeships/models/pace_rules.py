"""From which gap on somebody is at risk or behind, and which shares are too many: each version kept for good."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from apprenticeships.pace import Limits
from apprenticeships.querysets.pace_rules import PaceRuleQuerySet
from audit.models import MayChange
from core import clock
from core.canonical import digest

_PERCENT = [MinValueValidator(1), MaxValueValidator(100)]


class PaceRule(models.Model):
    """One version of a provider's rule. The one that is not replaced applies; without any, the defaults of `Limits`."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="pace_rules", db_index=False)
    number = models.PositiveIntegerField(help_text="In the order in which the provider recorded them.")
    ahead_above = models.PositiveSmallIntegerField(help_text="Percentage points more than expected.")
    on_track_within = models.PositiveSmallIntegerField(help_text="Percentage points less than expected, at most.")
    at_risk_within = models.PositiveSmallIntegerField(help_text="Percentage points less than expected, at most.")
    withdrawals_watched_from = models.PositiveSmallIntegerField(validators=_PERCENT)
    withdrawals_at_risk_above = models.PositiveSmallIntegerField(validators=_PERCENT)
    long_breaks_at_risk_from = models.PositiveSmallIntegerField(validators=_PERCENT)
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    replaced_at = models.DateTimeField(null=True, help_text="When the next version took its place.")

    objects = PaceRuleQuerySet.as_manager()
    always_recorded = True
    may_change = MayChange(("replaced_at",), "OLD.replaced_at IS NULL AND NEW.replaced_at IS NOT NULL")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="pace_rules_come_one_after_the_other"),
            models.UniqueConstraint(
                fields=["provider"], condition=Q(replaced_at=None), name="one_pace_rule_applies_at_a_provider"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_pace_rule_gives_its_reason"),
            models.CheckConstraint(
                condition=Q(at_risk_within__gt=F("on_track_within"), at_risk_within__lte=100, ahead_above__lte=100),
                name="at_risk_is_further_behind_than_on_track",
            ),
            models.CheckConstraint(
                condition=Q(withdrawals_watched_from__lte=F("withdrawals_at_risk_above"))
                & Q(withdrawals_watched_from__range=(1, 100))
                & Q(withdrawals_at_risk_above__range=(1, 100))
                & Q(long_breaks_at_risk_from__range=(1, 100)),
                name="shares_to_look_out_for_are_in_per_cent",
            ),
        ]

    def __str__(self) -> str:
        return f"pace rule {self.number} of {self.provider_id}"

    @property
    def limits(self) -> Limits:
        """What it says."""
        return Limits(*(getattr(self, name) for name in Limits._fields))

    def fingerprint(self) -> str:
        return digest(
            {
                "provider": self.provider_id,
                "number": self.number,
                "limits": list(self.limits),
                "reason": self.reason,
                "by": self.by_id,
                "at": self.at,
                "replaced_at": self.replaced_at,
            }
        )
