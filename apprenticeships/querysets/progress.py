"""The words for reading how far the KSBs of an apprenticeship have come."""

from typing import TYPE_CHECKING, Self

from apprenticeships.querysets.apprenticeships import OfApprenticeshipQuerySet

if TYPE_CHECKING:
    from apprenticeships.models.progress import KsbProgress


class KsbProgressQuerySet(OfApprenticeshipQuerySet["KsbProgress"]):
    def in_order(self) -> Self:
        """Knowledge, then skills, then behaviours."""
        return self.order_by("ksb__position")
