"""What the addresses of a learner's file are tried on, and what is sent to them."""

from collections.abc import Callable
from uuid import uuid4

from core import clock
from tests.programme import filing
from tests.world import World


def apprenticeship(world: World) -> dict:
    return {"apprenticeship_id": world.apprenticeship.pk}


def document(world: World) -> dict:
    """One that the assessor added, for everybody but the employer."""
    return {"document_id": filing.ready(world).pk}


SUBJECTS: dict[str, Callable[[World], dict]] = {
    "pages:learner-file": apprenticeship,
    "pages:document-add": apprenticeship,
    "pages:document": document,
    "pages:document-open": document,
    "pages:document-withdraw": document,
    "pages:document-readers": document,
    "pages:learning-support": apprenticeship,
    "pages:audit-pack": apprenticeship,
}


def words() -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    today = clock.today().isoformat()
    return {
        "pages:document-add": {"token": str(uuid4()), "title": "Agreement", "kind": "agreement", "dated_on": today},
        "pages:document-withdraw": {"reason": "The wrong learner."},
        "pages:document-readers": {"readers": ["for_apprentice"]},
        "pages:learning-support": {
            "do": "plan",
            "plan-token": str(uuid4()),
            "plan-need": "More time to read",
            "plan-adjustments": "Texts a week before",
            "plan-agreed_with": "The apprentice",
            "plan-starts_on": today,
            "plan-ends_on": today,
        },
    }
