"""What the addresses of the gateway, and of English and maths, are tried on, and what is sent to them."""

from collections.abc import Callable
from uuid import uuid4

from core import clock
from tests.access import attainments
from tests.programme import declaring
from tests.world import World


def learner(world: World) -> dict:
    return {"apprenticeship_id": world.apprenticeship.pk}


def ready(world: World) -> dict:
    declaring.ready(world)
    return learner(world)


def opened(world: World) -> dict:
    declaring.ready(world)
    return {"version_id": declaring.opened(world).pk}


def locked(world: World) -> dict:
    declaring.ready(world)
    return {"version_id": declaring.locked(world).pk}


def past(world: World) -> dict:
    world.past_gateway()
    return learner(world)


def with_result(world: World) -> dict:
    world.past_gateway()
    return {"result_id": declaring.result(world).pk}


SUBJECTS: dict[str, Callable[[World], dict]] = {
    **attainments.SUBJECTS,
    "pages:gateway": learner,
    "pages:gateway-open": ready,
    "pages:gateway-release": opened,
    "pages:gateway-return": locked,
    "pages:assessment-result": past,
    "pages:assessment-result-correct": with_result,
}


def words() -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    result = {"token": str(uuid4()), "grade": "pass", "decided_on": clock.today().isoformat(), "certificate": ""}
    return {
        **attainments.words(),
        "pages:gateway-release": {"release-reason": "The hours are wrong."},
        "pages:gateway-return": {"return-kind": "provider", "return-reason": "A page is missing."},
        "pages:assessment-result": result,
        "pages:assessment-result-correct": result | {"reason": "Mistyped."},
    }
