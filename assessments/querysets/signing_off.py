"""The words for reading sign-offs."""

from typing import TYPE_CHECKING, Self

from apprenticeships.querysets import OfApprenticeshipQuerySet

if TYPE_CHECKING:
    from assessments.models.signing_off import SignOff


class SignOffQuerySet(OfApprenticeshipQuerySet["SignOff"]):
    def live(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawal=None)
