"""The words for reading training sessions."""

from typing import TYPE_CHECKING, Self

from accounts.access import roles_of
from accounts.models import STAFF_ROLES
from core.actor import Actor
from core.scope import ScopedQuerySet

if TYPE_CHECKING:
    from programme.models.sessions import TrainingSession


class TrainingSessionQuerySet(ScopedQuerySet["TrainingSession"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the provider whose people `actor` is one of. A learner sees their own entry of it."""
        here = actor.organisation_id
        if not actor.person_id or not here or not roles_of(actor) & STAFF_ROLES:
            return self.unscoped().none()
        return self.unscoped().filter(provider=here)

    def newest_first(self) -> Self:
        return self.order_by("-happened_on", "-at", "pk")
