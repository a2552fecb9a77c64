"""One apprenticeship as somebody sees it, for the pages about it."""

from uuid import UUID

from accounts.seen_by import SeenBy
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import SIGHT
from core.actor import Actor

_seen = SeenBy(
    lambda actor, *related, apprenticeship: (
        Apprenticeship.objects.visible_to(actor).filter(pk=apprenticeship).select_related(*related)
    ),
    SIGHT,
)


def seen(actor: Actor, apprenticeship: UUID, *related: str) -> Apprenticeship | None:
    """The apprenticeship with this id and what is to be loaded with it, or None if `actor` does not see it."""
    return _seen(actor, *related, apprenticeship=apprenticeship).first()
