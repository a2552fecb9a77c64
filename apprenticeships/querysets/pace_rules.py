"""The words for reading the rules for who is on track."""

from typing import TYPE_CHECKING, Self

from accounts.access import roles_of
from core.actor import Actor
from core.scope import ScopedQuerySet

if TYPE_CHECKING:
    from apprenticeships.models.pace_rules import PaceRule


class PaceRuleQuerySet(ScopedQuerySet["PaceRule"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the provider that `actor` works for, whatever they are there."""
        here = actor.organisation_id
        return self.unscoped().filter(provider=here) if here and roles_of(actor) else self.unscoped().none()

    def newest_first(self) -> Self:
        return self.order_by("-number")
