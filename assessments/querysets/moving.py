"""The words for reading moves to another text of a standard."""

from typing import TYPE_CHECKING, Self

from apprenticeships.querysets import OfApprenticeshipQuerySet

if TYPE_CHECKING:
    from assessments.models.moving import Transition


class TransitionQuerySet(OfApprenticeshipQuerySet["Transition"]):
    def standing(self) -> Self:
        """Moves that are in force: not undone, and not the undoing of one."""
        return self.filter(undoes=None, undone_by__undoes=None)

    def with_texts(self) -> Self:
        """With who moved, from what to what, and who undid it."""
        return self.select_related(
            "by", "before_version", "before_option", "after_version", "after_option", "undone_by__by"
        )
