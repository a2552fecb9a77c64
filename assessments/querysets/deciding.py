"""The words for reading judgements."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apprenticeships.models import Outcome
from apprenticeships.querysets import OfApprenticeshipQuerySet

if TYPE_CHECKING:
    from assessments.models.deciding import Decision


class DecisionQuerySet(OfApprenticeshipQuerySet["Decision"]):
    path = "claim__apprenticeship"

    def standing(self) -> Self:
        """Not superseded by a correction: of each claim that was decided, one."""
        # By the column that points here: by the id of a correction, PostgreSQL expects hardly any row, and sorts all.
        return self.filter(superseded_by__supersedes=None)

    def counting(self) -> Self:
        """Those that count: made by a competent assessor, or countersigned by one."""
        return self.filter(Q(needs_countersignature=False) | Q(countersignature__isnull=False))

    def to_countersign(self) -> Self:
        """Those that stand, and wait for a competent assessor."""
        return self.standing().filter(needs_countersignature=True, countersignature=None)

    def marks(self) -> Self:
        """Met or not yet: without those by which a claim went back without a mark."""
        return self.exclude(outcome=Outcome.NOT_JUDGED)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")
