"""What the addresses of keeping and erasing records are tried on, and what is sent to them."""

from apprenticeships.models import Apprenticeship
from reports.retention.models import Erasure, LegalHold
from reports.retention.plan import plan_of
from tests.reports.retention import keeping
from tests.world import World

TABLE = """\
pages:retention                          GET      in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:retention                          POST     in  403  403  403  403  403  403  403  403  302  302  403  403  403
pages:provider-export                    GET      in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:provider-export                    POST     in  403  403  403  403  403  403  403  403  302  302  403  403  403
pages:erasure                            GET      in  404  404  403  404  404  403  403  404  200  404  404  404  404
pages:erasure                            POST     in  404  404  403  404  404  403  403  404  302  404  404  404  404
pages:legal-hold                         POST     in  404  404  403  404  404  403  403  404  302  404  404  404  404
pages:erasure-answer                     POST     in  404  404  403  404  404  403  403  404  302  404  404  404  404
"""


def left(world: World) -> dict:
    world.withdrawn()
    return {"apprenticeship_id": world.apprenticeship.pk}


def on_hold(world: World) -> dict:
    keeping.hold(world)
    return left(world)


def asked(world: World) -> dict:
    found = left(world)
    keeping.ask(world, by=keeping.second_admin(world))
    return found


SUBJECTS = {
    "pages:erasure": left,
    "pages:legal-hold": on_hold,
    "pages:erasure-answer": asked,
}


def words() -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    learner = Apprenticeship.objects.unscoped().get(apprentice__email="apprentice@example.test")
    hold, erasure = LegalHold.objects.unscoped().first(), Erasure.objects.unscoped().first()
    return {
        "pages:retention": {"record": "8", "support": "6", "reason": "As the fund asks."},
        "pages:erasure": {"plan": plan_of(learner).sha256, "reason": "They asked for it."},
        "pages:legal-hold": {"act": "lift", "hold": str(hold.pk) if hold else "", "hold-reason": "It is over."},
        "pages:erasure-answer": {"answer": "agree", "erasure": str(erasure.pk) if erasure else ""},
    }
