"""Apprentices’ appeals against decisions and withdrawn sign-offs, and how they were decided."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from assessments.models.deciding import Decision
from assessments.models.signing_off import SignOffWithdrawal
from assessments.querysets.appeals import AppealQuerySet
from core import clock
from core.canonical import digest


class Appeal(models.Model):
    """An apprentice’s appeal, with its grounds, against a *not yet*, or against the withdrawal of a sign-off."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="appeals")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="appeal")
    withdrawal = models.OneToOneField(
        SignOffWithdrawal, on_delete=models.PROTECT, null=True, blank=True, related_name="appeal"
    )
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="Whose act it is against."
    )
    grounds = models.TextField(max_length=5_000)
    answer_by = models.DateField(help_text="The day by which the apprentice has an answer.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = AppealQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship"}
    verified_with = ("decision__claim", "withdrawal__sign_off")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision=None, withdrawal__isnull=False) | Q(decision__isnull=False, withdrawal=None),
                name="an_appeal_is_against_one_thing",
            ),
            models.CheckConstraint(condition=~Q(grounds=""), name="an_appeal_has_grounds"),
        ]
        indexes = [models.Index(fields=["provider", "at"], name="appeals_of_a_provider")]

    def __str__(self) -> str:
        return f"appeal {self.pk}"

    def fingerprint(self) -> str:
        return digest(
            {
                "apprenticeship": self.apprenticeship_id,
                "provider": self.provider_id,
                "against": [self.decision_id, self.withdrawal_id],
                "assessor": self.assessor_id,
                "grounds": self.grounds,
                "answer_by": self.answer_by,
                "by": self.by_id,
                "at": self.at,
            }
        )

    def contradiction(self) -> str | None:
        """Where it does not agree with what it is against; None if it does."""
        if self.decision:
            whose, by = self.decision.claim.apprenticeship_id, self.decision.by_id
        elif self.withdrawal:
            whose, by = self.withdrawal.sign_off.apprenticeship_id, self.withdrawal.by_id
        else:
            return "it is against nothing"
        if (whose, by) != (self.apprenticeship_id, self.assessor_id):
            return "what it is against is about somebody else, or by somebody else"
        return None


class AppealAnswer(models.Model):
    """How an appeal ended, with the reason. One that was turned down can be upheld later, by an answer of its own."""

    class Result(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        TURNED_DOWN = "turned_down", _("Turned down")
        TAKEN_BACK = "taken_back", _("Ended by the apprentice")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="answers")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    result = models.CharField(max_length=16, choices=Result.choices)
    reason = models.TextField(max_length=5_000, help_text="The apprentice reads it.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True
    same_as_parent = {"assessor": "appeal", "appeal": "supersedes"}

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appeal"], condition=Q(supersedes=None), name="one_first_answer_per_appeal"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="an_appeal_is_answered_with_a_reason"),
            models.CheckConstraint(condition=~Q(by=F("assessor")), name="nobody_decides_an_appeal_against_themself"),
        ]

    def __str__(self) -> str:
        return f"{self.result} for {self.appeal_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "appeal": self.appeal_id,
                "assessor": self.assessor_id,
                "supersedes": self.supersedes_id,
                "result": self.result,
                "reason": self.reason,
                "by": self.by_id,
                "at": self.at,
            }
        )
