"""The words for reading what was standardised, and the actions that were agreed."""

from typing import TYPE_CHECKING, Self

from django.db.models import OuterRef, Q, Subquery

from assessments.querysets.sampling import OfQualityQuerySet
from core import clock
from core.actor import Actor

if TYPE_CHECKING:
    from assessments.models.standardising import Standardisation, StandardisationAction


class StandardisationQuerySet(OfQualityQuerySet["Standardisation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the provider that one oversees; for an assessor, those that they were at or have to act on."""
        was_there = Q(people__person=actor.person_id) | Q(actions__owner=actor.person_id)
        return self._seen_by(actor, Q(pk__in=self.unscoped().filter(was_there).values("pk")))

    def standing(self) -> Self:
        """Not superseded by a correction."""
        return self.filter(superseded_by__supersedes=None)

    def newest_first(self) -> Self:
        return self.order_by("-held_on", "-at", "-pk")


class StandardisationActionQuerySet(OfQualityQuerySet["StandardisationAction"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the provider that one oversees; for an assessor, those of standardisations that they were at."""
        was_there = Q(owner=actor.person_id) | Q(record__people__person=actor.person_id)
        return self._seen_by(actor, Q(pk__in=self.unscoped().filter(was_there).values("pk")))

    def with_state(self) -> Self:
        """With `last_note`, the kind of the newest note, if there is one."""
        from assessments.models.standardising import StandardisationNote

        notes = StandardisationNote.objects.filter(action=OuterRef("pk")).order_by("-number")
        return self.annotate(last_note=Subquery(notes.values("kind")[:1]))

    def open(self) -> Self:
        """Neither done nor given up."""
        return self.with_state().filter(Q(last_note=None) | Q(last_note="opened"))

    def overdue(self) -> Self:
        """Those whose day has passed."""
        return self.filter(due_on__lt=clock.today())
