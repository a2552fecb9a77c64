"""The words for reading how declarations went on, and results."""

from typing import TYPE_CHECKING, Self

from apprenticeships.querysets import OfApprenticeshipQuerySet

if TYPE_CHECKING:
    from programme.models.gateway import AssessmentResult, GatewayEnd, GatewayLock


class GatewayLockQuerySet(OfApprenticeshipQuerySet["GatewayLock"]):
    def standing(self) -> Self:
        """Those whose change has not been undone."""
        return self.filter(change__undone_by__undoes=None)


class GatewayEndQuerySet(OfApprenticeshipQuerySet["GatewayEnd"]):
    pass


class AssessmentResultQuerySet(OfApprenticeshipQuerySet["AssessmentResult"]):
    def standing(self) -> Self:
        """Not superseded by a correction."""
        return self.filter(superseded_by__supersedes=None)
