"""The words for reading conflicts of interest."""

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.access import roles_of
from apprenticeships.reach import PROVIDER_WIDE_ROLES
from core import clock
from core.actor import Actor
from core.scope import ScopedQuerySet

if TYPE_CHECKING:
    from apprenticeships.models.conflicts import ConflictOfInterest


class ConflictOfInterestQuerySet(ScopedQuerySet["ConflictOfInterest"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the provider that `actor` oversees; for its other people their own. An apprentice sees none."""
        if actor.organisation_id is None or not roles_of(actor):
            return self.unscoped().none()
        here = self.unscoped().filter(provider=actor.organisation_id)
        if roles_of(actor) & PROVIDER_WIDE_ROLES:
            return here.exclude(apprenticeship__apprentice=actor.person_id)
        return here.filter(person=actor.person_id)

    def holding(self) -> Self:
        """Those that hold today."""
        today = clock.today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=today), starts_on__lte=today, ending=None)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


def stands_against(person: str, apprenticeship: str) -> Exists:
    """Of other rows: whether a conflict of interest holds today between a person and an apprentice.

    It is with the apprentice, and so holds for each of their apprenticeships with the provider.

    Args:
        person: the path from the row to the person.
        apprenticeship: the path from it to the apprenticeship.
    """
    from apprenticeships.models.conflicts import ConflictOfInterest

    return Exists(
        ConflictOfInterest.objects.unscoped()
        .holding()
        .filter(
            person=OuterRef(person),
            provider=OuterRef(f"{apprenticeship}__provider"),
            apprenticeship__apprentice=OuterRef(f"{apprenticeship}__apprentice"),
        )
    )


def apprentices_in_conflict_with(actor: Actor) -> QuerySet[Any, Any]:
    """The ids of the apprentices with whom `actor` has a conflict of interest today, where they act."""
    from apprenticeships.models.conflicts import ConflictOfInterest

    held = (
        ConflictOfInterest.objects.unscoped().holding().filter(person=actor.person_id, provider=actor.organisation_id)
    )
    return held.values("apprenticeship__apprentice")
