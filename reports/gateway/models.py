"""Who is ready for the gateway, kept so that all learners can be counted at once."""

from django.db import models

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import OfApprenticeshipQuerySet
from core import clock


class GatewayReadiness(models.Model):
    """That everything on somebody's checklist was done when it was last looked at. Who has no row is not ready."""

    apprenticeship = models.OneToOneField(
        Apprenticeship, on_delete=models.CASCADE, primary_key=True, related_name="gateway_readiness"
    )
    provider = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    checked_at = models.DateTimeField(default=clock.now)

    objects = OfApprenticeshipQuerySet["GatewayReadiness"].as_manager()
    same_as_parent = {"provider": "apprenticeship"}

    def __str__(self) -> str:
        return f"readiness of {self.apprenticeship_id}"
