"""What the addresses of notices, and of what is waiting, are tried on, and what is sent to them."""

from collections.abc import Callable

from notifications import outbox, stopping
from notifications.kinds import Kind
from notifications.models import Notice
from tests.world import World


def notice(world: World) -> dict:
    world.judged({"K1": "met"})
    outbox.read_all()
    return {"notice_id": Notice.objects.get(person=world.apprentice).pk}


SUBJECTS: dict[str, Callable[[World], dict]] = {
    "pages:notice-open": notice,
    "pages:notices-stop": lambda world: {"token": stopping.token_of(world.apprentice, [Kind.DECIDED])},
}


def words(world: World) -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    return {
        "pages:notices-emails": dict.fromkeys(Kind.values, "daily"),
        "pages:waiting-give": {
            "learner": [str(world.apprenticeship.pk)],
            "assessor": str(world.second_assessor.pk),
            "reason": "They take over.",
        },
    }
