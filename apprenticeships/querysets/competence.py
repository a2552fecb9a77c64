"""The words for reading who may assess which standard."""

from typing import TYPE_CHECKING, Self

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.access import roles_of
from apprenticeships.querysets.conflicts import stands_against
from apprenticeships.reach import PROVIDER_WIDE_ROLES
from core import clock
from core.actor import Actor
from core.scope import ScopedQuerySet

if TYPE_CHECKING:
    from apprenticeships.models.competence import Competence


class CompetenceQuerySet(ScopedQuerySet["Competence"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the provider that `actor` oversees."""
        if actor.organisation_id is None or not roles_of(actor) & PROVIDER_WIDE_ROLES:
            return self.unscoped().none()
        return self.unscoped().filter(provider=actor.organisation_id)

    def standing(self) -> Self:
        """Those that are not undone, without what undid others."""
        return self.filter(undoes=None, undone_by__undoes=None)

    def newest_first(self) -> Self:
        return self.order_by("-number")


def level_today() -> Case:
    """Of an assignment as assessor: what its person may do today for the standard of its apprenticeship.

    Nothing while a conflict of interest stands between them. Where nothing that the provider recorded has begun, every
    other assessor may do everything.
    """
    from apprenticeships.models.competence import Competence, Level

    today = clock.today()
    recorded = (
        Competence.objects.unscoped()
        .standing()
        .filter(provider=OuterRef("apprenticeship__provider"), starts_on__lte=today)
    )
    newest = (
        recorded.filter(
            person=OuterRef("person"),
            standard=OuterRef("apprenticeship__standard_version__standard"),
        )
        .newest_first()
        .annotate(now=Case(When(Q(ends_on__lte=today), then=Value(Level.NONE.value)), default=F("level")))
    )
    return Case(
        When(stands_against("person", "apprenticeship"), then=Value(Level.NONE.value)),
        When(~Exists(recorded), then=Value(Level.COMPETENT.value)),
        default=Coalesce(Subquery(newest.values("now")[:1]), Value(Level.NONE.value)),
        output_field=CharField(),
    )
