"""The words for reading sign-offs."""

from typing import TYPE_CHECKING, Self

from apprenticeships.querysets import OfApprenticeshipQuerySet
from assessments.querysets.findings import reopened

if TYPE_CHECKING:
    from assessments.models.signing_off import SignOff


class SignOffQuerySet(OfApprenticeshipQuerySet["SignOff"]):
    def live(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawal=None)

    def counting(self) -> Self:
        """Neither withdrawn nor reopened by internal quality assurance."""
        return self.live().exclude(reopened())
