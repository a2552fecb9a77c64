"""The training plan that is being drawn up; what was offered and signed are versions of it."""

from django.conf import settings
from django.db import models

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from core import clock
from programme.querysets.plans import PlanDraftQuerySet


class PlanDraft(models.Model):
    """The items of an apprentice’s training plan as they are being drawn up, until they are offered to be signed."""

    apprenticeship = models.OneToOneField(
        Apprenticeship, on_delete=models.CASCADE, primary_key=True, related_name="plan_draft"
    )
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    items = models.JSONField(default=list, help_text="`programme.planning.plan.Item.to_json` of each.")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=clock.now)

    objects = PlanDraftQuerySet.as_manager()
    same_as_parent = {"provider": "apprenticeship"}

    def __str__(self) -> str:
        return f"draft of the training plan of {self.apprenticeship_id}"
