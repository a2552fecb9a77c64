"""The words for reading appeals."""

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q

from accounts.access import roles_of
from accounts.models import Role
from assessments.querysets.sampling import QUALITY_ROLES
from core.actor import Actor
from core.scope import ScopedQuerySet

if TYPE_CHECKING:
    from assessments.models.appeals import Appeal


class AppealQuerySet(ScopedQuerySet["Appeal"]):
    def visible_to(self, actor: Actor) -> Self:
        """Own appeals; all of the provider for whoever oversees its quality; for an assessor, those against them."""
        if not actor.person_id:
            return self.unscoped().none()
        seen = Q(apprenticeship__apprentice=actor.person_id, apprenticeship__undone_at=None)
        roles = roles_of(actor)
        if actor.organisation_id and roles & QUALITY_ROLES:
            seen |= Q(provider=actor.organisation_id)
        elif actor.organisation_id and Role.ASSESSOR in roles:
            seen |= Q(provider=actor.organisation_id, assessor=actor.person_id)
        return self.unscoped().filter(seen)

    def with_end(self) -> Self:
        """With `is_answered`: whether it was decided or taken back."""
        from assessments.models.appeals import AppealAnswer

        return self.annotate(is_answered=Exists(AppealAnswer.objects.filter(appeal=OuterRef("pk"))))

    def open(self) -> Self:
        """Neither decided nor taken back."""
        return self.filter(answers=None)

    def oldest_first(self) -> Self:
        return self.order_by("at", "pk")
