"""What the addresses of off-the-job hours are tried on, and what is sent to them."""

from collections.abc import Callable
from uuid import uuid4

from core import clock
from programme.models import OffTheJobEntry
from tests.programme import learning
from tests.world import World


def apprenticeship(world: World) -> dict:
    return {"apprenticeship_id": world.apprenticeship.pk}


def entry(world: World) -> dict:
    return {"entry_id": learning.log(world).pk}


def waiting(world: World) -> dict:
    learning.log(world)
    return apprenticeship(world)


def session(world: World) -> dict:
    return {"session_id": learning.session(world).pk}


SUBJECTS: dict[str, Callable[[World], dict]] = {
    "pages:hours": apprenticeship,
    "pages:hours-confirm": waiting,
    "pages:hours-import": apprenticeship,
    "pages:hours-csv": apprenticeship,
    "pages:hours-entry": entry,
    "pages:hours-remove": entry,
    "pages:session": session,
    "pages:attendance": lambda world: session(world) | apprenticeship(world),
}


def words(world: World) -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    today = clock.today().isoformat()
    said = {"duration": "30m", "kind": "assignment", "note": "Read about adverts", "happened_on": today}
    said |= {"token": str(uuid4()), "in_paid_hours": "on"}
    return {
        "pages:hours": said,
        "pages:hours-confirm": {"entry": list(OffTheJobEntry.objects.values_list("pk", flat=True))},
        "pages:hours-import": {"do": "import", "text": f"Date,Minutes,Description\n{today},30,Reading\n"},
        "pages:hours-entry": said | {"reason": "It was shorter."},
        "pages:hours-remove": {"reason": "It was somebody else."},
        "pages:session-new": {
            "token": str(uuid4()),
            "title": "Adverts",
            "kind": "teaching",
            "happened_on": today,
            "duration": "10m",
            "present": [str(world.apprenticeship.pk)],
        },
        "pages:attendance": {"is_present": "no", "reason": "They had left."},
    }
