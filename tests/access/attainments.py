"""What the addresses of English, maths and qualifications are tried on, and what is sent to them."""

from collections.abc import Callable
from uuid import uuid4

from core import clock
from tests.programme import attaining
from tests.world import World


def subject(world: World) -> dict:
    return {"apprenticeship_id": world.apprenticeship.pk, "subject": "maths", "kind": "held"}


SUBJECTS: dict[str, Callable[[World], dict]] = {
    "pages:attainments": lambda world: {"apprenticeship_id": world.apprenticeship.pk},
    "pages:attainment-new": subject,
    "pages:attainment-undo": lambda world: {"attainment_id": attaining.record(world, "english", "held").pk},
}


def words() -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    held = {"level": "2", "certificate": "gcse", "effective_on": clock.today().isoformat(), "reason": "Seen."}
    return {
        "pages:attainment-new": {"token": str(uuid4()), **held},
        "pages:attainment-undo": {"reason": "A mistake."},
    }
