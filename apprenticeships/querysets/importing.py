"""The words for reading imports of learners."""

from typing import TYPE_CHECKING, Self

from apprenticeships.querysets.apprenticeships import OfProviderQuerySet
from core import clock

if TYPE_CHECKING:
    from apprenticeships.models.importing import LearnerImport  # noqa: F401  (named in a string)


class LearnerImportQuerySet(OfProviderQuerySet["LearnerImport"]):
    def unfinished(self) -> Self:
        """Confirmed ones of which something is still to be written."""
        return self.filter(state="writing")

    def over(self) -> Self:
        """Those that nobody confirmed in time."""
        return self.filter(state__in=["checking", "waiting"], expires_at__lte=clock.now())
