"""Corrections of enrolments: what was typed wrongly, and enrolments that should not have been made."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models.apprenticeships import Apprenticeship
from apprenticeships.querysets import OfApprenticeshipQuerySet
from core import clock


class EnrolmentCorrection(models.Model):
    """One correction of an enrolment, with what was there before and after it, and why. Never altered.

    `before` and `after` hold what changed as it was shown on that day, by the name of the field.
    """

    class Kind(models.TextChoices):
        CORRECTED = "corrected", _("Corrected")
        UNDONE = "undone", _("Undone")
        RESTORED = "restored", _("Restored")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="corrections")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Place among the corrections of this apprenticeship, from 1.")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = OfApprenticeshipQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship"}

    class Meta:
        ordering = ["apprenticeship", "number"]
        constraints = [
            models.UniqueConstraint(fields=["apprenticeship", "number"], name="one_correction_after_the_other"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_correction_of_an_enrolment_gives_its_reason"),
        ]

    def __str__(self) -> str:
        return f"correction {self.number} of {self.apprenticeship_id}"

    def facts(self) -> list[object]:
        """Everything that it says, for the fingerprint of its apprenticeship."""
        return [getattr(self, field.attname) for field in self._meta.concrete_fields]
