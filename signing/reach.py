"""What the holder of a link reaches besides it."""

from uuid import UUID

from core.actor import Actor
from signing.models import Link


def files_of_holder(actor: Actor) -> frozenset[UUID]:
    """The files of the snapshot, once its holder has started and while the link works."""
    link = Link.objects.visible_to(actor).first() if actor.link_id else None
    if link is None or not link.is_open or not link.started_at:
        return frozenset()
    return frozenset(UUID(key) for key in link.file_ids)
