"""The words for reading skills scans."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apprenticeships.querysets import OfApprenticeshipQuerySet
from core.actor import Actor
from core.scope import ScopedQuerySet

if TYPE_CHECKING:
    from programme.models.scans import ScanDraft, SkillsScan


class SkillsScanQuerySet(OfApprenticeshipQuerySet["SkillsScan"]):
    def standing(self) -> Self:
        """Those that count: nobody has said since that it was not them."""
        return self.filter(Q(link_signature=None) | Q(link_signature__disavowal=None))

    def in_order(self) -> Self:
        return self.order_by("at", "number")


class ScanDraftQuerySet(ScopedQuerySet["ScanDraft"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, and nobody else's."""
        return self.unscoped().filter(person=actor.person_id) if actor.person_id else self.unscoped().none()
