"""The words for reading which files are hidden."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from accounts.access import roles_of
from apprenticeships.querysets import OfApprenticeshipQuerySet
from core.actor import Actor
from portfolios.querysets.files import HIDING_ROLES

if TYPE_CHECKING:
    from portfolios.models.quarantine import Quarantine


class QuarantineQuerySet(OfApprenticeshipQuerySet["Quarantine"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """For who may hide files: those of the apprentices that they see, never their own."""
        if not roles_of(actor) & HIDING_ROLES:
            return self.unscoped().none()
        return self._seen_by(actor).exclude(evidence__apprenticeship__apprentice=actor.person_id)

    def standing(self) -> Self:
        """Those whose file is hidden now."""
        return self.filter(ended_at=None)

    def shut(self) -> Self:
        """Those whose file is hidden now, and those by which it was deleted."""
        return self.filter(Q(ended_at=None) | Q(wish="erase"))

    def oldest_first(self) -> Self:
        return self.order_by("hidden_at", "pk")
