"""The words for reading suggested changes of versions, and other rows that belong to a version."""

from typing import TYPE_CHECKING, Self

from accounts.access import is_catalogue_keeper
from accounts.models import Membership
from core.actor import Actor
from core.scope import Row
from occupations.querysets.standards import OfStandardQuerySet

if TYPE_CHECKING:
    from occupations.models.revisions import Revision


class RevisionQuerySet(OfStandardQuerySet["Revision"]):
    path = "version__standard"

    def visible_to(self, actor: Actor) -> Self:
        """Those of standards that `actor` may change: keepers the catalogue's, admins their provider's."""
        if not actor.person_id:
            return self.unscoped().none()
        administered = Membership.objects.acting(actor).administering().values("organisation")
        changed = self._about(owner__in=administered)
        if is_catalogue_keeper(actor):
            changed |= self._about(owner=None)
        return self.unscoped().filter(changed)

    def open(self) -> Self:
        """Those that nobody has adopted."""
        return self.filter(adopted_at=None)

    def with_version(self) -> Self:
        return self.select_related("version__standard__owner", "seen_by", "adopted_by", "adopted_as")


class OfVersionQuerySet(OfStandardQuerySet[Row]):
    """Rows that belong to a version and are read through it."""

    path = "version__standard"
