"""The words for reading who looked after an apprenticeship, and from when."""

from typing import TYPE_CHECKING, Self

from apprenticeships.querysets.apprenticeships import OfChangesQuerySet

if TYPE_CHECKING:
    from apprenticeships.models.assigning import AssignmentChange


class AssignmentChangeQuerySet(OfChangesQuerySet["AssignmentChange"]):
    def with_people(self) -> Self:
        """With who looked after it before and after, who made each, and who undid it."""
        return self.select_related("before", "after", "by", "undone_by__by")
