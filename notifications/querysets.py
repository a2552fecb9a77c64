"""The words for reading notices."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apprenticeships.querysets import OfApprenticeshipQuerySet, reach_of
from core.actor import Actor
from core.scope import ScopedQuerySet

if TYPE_CHECKING:
    from notifications.models import Choice, Notice


class NoticeQuerySet(OfApprenticeshipQuerySet["Notice"]):
    def visible_to(self, actor: Actor) -> Self:
        """What `actor` was told, where they act, about apprenticeships that they see today and things of their own."""
        if not actor.person_id:
            return self.unscoped().none()
        own = Q(apprenticeship=None) & (Q(provider=None) | Q(provider=actor.organisation_id))
        if actor.organisation_id is None:
            seen = Q(apprenticeship__apprentice=actor.person_id, apprenticeship__undone_at=None)
        else:
            seen = Q(apprenticeship__isnull=False) & reach_of(actor).condition(self.path)
        return self.unscoped().filter(seen | own, person=actor.person_id)

    def elsewhere(self, actor: Actor) -> Self:
        """What the same person was told that is not before them where they act now."""
        return self.unscoped().filter(person=actor.person_id).exclude(pk__in=self.visible_to(actor).values("pk"))

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def to_mail(self, how: str) -> Self:
        """What is to be mailed in this way, and is in no mail yet."""
        return self.filter(letter=None, how=how)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class ChoiceQuerySet(ScopedQuerySet["Choice"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own."""
        return self.unscoped().filter(person=actor.person_id) if actor.person_id else self.unscoped().none()
