"""The words for reading off-the-job hours."""

from typing import TYPE_CHECKING, Self

from apprenticeships.querysets import OfApprenticeshipQuerySet

if TYPE_CHECKING:
    from programme.models.hours import HoursConfirmation, OffTheJobEntry


class OffTheJobEntryQuerySet(OfApprenticeshipQuerySet["OffTheJobEntry"]):
    def standing(self) -> Self:
        """Those that hold: no correction or removal came after them."""
        return self.filter(replaced_by__replaces=None, is_removal=False)

    def counting(self) -> Self:
        """Those whose minutes are off-the-job hours once they are confirmed."""
        return self.standing().filter(counts=True)

    def waiting(self) -> Self:
        """Those that count and wait to be confirmed."""
        return self.counting().filter(confirmation=None)

    def newest_first(self) -> Self:
        return self.order_by("-happened_on", "-starts_at", "-at", "pk")


class HoursConfirmationQuerySet(OfApprenticeshipQuerySet["HoursConfirmation"]):
    path = "entry__apprenticeship"
