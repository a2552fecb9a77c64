"""Who may look after the links that were sent."""

from accounts.access import administers
from apprenticeships.access import is_assessor_of, looks_after
from core.actor import Actor
from signing.models import Link


def holds(token_sha256: str, link: Link) -> bool:
    """Whoever holds the link that was mailed, while it works; never the apprentice or an assessor."""
    return link.token_sha256 == token_sha256


def can_look_after(actor: Actor, link: Link) -> bool:
    """The apprentice and a trainer for what they asked, the assessor and the provider's admins for all.

    That is so also when somebody left.
    """
    learner = link.apprenticeship
    if actor.person_id == learner.apprentice_id:
        return link.asked_by_id == actor.person_id
    if is_assessor_of(actor, learner) or administers(actor, learner.provider):
        return True
    return link.asked_by_id == actor.person_id and looks_after(actor, learner)
