"""The words for reading what is planned for an apprenticeship."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apprenticeships.querysets.apprenticeships import OfApprenticeshipQuerySet
from core import clock
from core.actor import Actor

if TYPE_CHECKING:
    from apprenticeships.models.planning import PlanEnding, PlannedChange


class PlannedChangeQuerySet(OfApprenticeshipQuerySet["PlannedChange"]):
    def visible_to(self, actor: Actor) -> Self:
        """For the apprentice and the provider's people: an employer is told once it has happened."""
        return self._seen_by(actor, Q(provider=actor.organisation_id))

    def standing(self) -> Self:
        """Those that are still to be carried out."""
        return self.filter(ending=None)

    def due(self) -> Self:
        """Those whose day has come, of apprenticeships that are not undone."""
        return self.standing().filter(effective_on__lte=clock.today(), apprenticeship__undone_at=None)

    def in_order(self) -> Self:
        """As they are to be carried out."""
        return self.order_by("effective_on", "number")

    def with_people(self) -> Self:
        """With who planned each, how it ended, and the employer."""
        return self.select_related("by", "employer", "ending__by")


class PlanEndingQuerySet(OfApprenticeshipQuerySet["PlanEnding"]):
    path = "plan__apprenticeship"
