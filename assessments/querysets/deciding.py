"""The words for reading judgements."""

from typing import TYPE_CHECKING, Self

from apprenticeships.models import Outcome
from apprenticeships.querysets import OfApprenticeshipQuerySet

if TYPE_CHECKING:
    from assessments.models.deciding import Decision


class DecisionQuerySet(OfApprenticeshipQuerySet["Decision"]):
    path = "claim__apprenticeship"

    def standing(self) -> Self:
        """Not superseded by a correction: of each claim that was decided, one."""
        return self.filter(superseded_by=None)

    def marks(self) -> Self:
        """Met or not yet: without those by which a claim went back without a mark."""
        return self.exclude(outcome=Outcome.NOT_JUDGED)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")
