"""The words for reading training plans that are being drawn up."""

from typing import TYPE_CHECKING, Self

from apprenticeships.querysets import reach_of
from core.actor import Actor
from core.scope import ScopedQuerySet

if TYPE_CHECKING:
    from programme.models.plans import PlanDraft


class PlanDraftQuerySet(ScopedQuerySet["PlanDraft"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the learners whom `actor` sees at the provider or looks after, never one's own."""
        if not actor.person_id or actor.organisation_id is None:
            return self.unscoped().none()
        reach = reach_of(actor)
        return self.unscoped().filter(reach.condition("apprenticeship")).exclude(apprenticeship__in=reach.own)
