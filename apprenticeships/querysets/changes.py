"""The words for reading what changed of an apprenticeship."""

from typing import TYPE_CHECKING, Self

from apprenticeships.querysets.apprenticeships import OfChangesQuerySet

if TYPE_CHECKING:
    from apprenticeships.models.changes import Change


class ChangeQuerySet(OfChangesQuerySet["Change"]):
    def with_people(self) -> Self:
        """With who made each, who undid it, and the employers."""
        return self.select_related("by", "undone_by__by", "before_employer", "after_employer")
