"""The words for reading what apprentices' devices sent."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apprenticeships.querysets import OfApprenticeshipQuerySet
from core.actor import Actor

if TYPE_CHECKING:
    from portfolios.models.captures import Capture


class CaptureQuerySet(OfApprenticeshipQuerySet["Capture"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """What came from one's own devices."""
        return self._seen_by(actor, Q(pk=None))
