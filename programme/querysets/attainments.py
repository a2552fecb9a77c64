"""The words for reading what somebody holds in English, maths and the qualifications of their standard."""

from typing import TYPE_CHECKING, Self

from apprenticeships.querysets.apprenticeships import OfChangesQuerySet

if TYPE_CHECKING:
    from programme.models.attainments import Attainment  # noqa: F401  # named in the class below


class AttainmentQuerySet(OfChangesQuerySet["Attainment"]):
    def in_order(self) -> Self:
        return self.order_by("number")
