"""What the addresses of packs are tried on, and what is sent to them."""

from collections.abc import Callable

from assessments.models import Submission
from tests.world import World


def reviewed_piece(world: World) -> dict:
    world.judged({"K1": "met"})
    return {"apprenticeship_id": world.apprenticeship.pk}


def version(world: World) -> dict:
    return {"version_id": world.version.pk}


SUBJECTS: dict[str, Callable[[World], dict]] = {
    "pages:pack": reviewed_piece,
    "pages:pack-pieces": reviewed_piece,
    "pages:plan-rules-edit": version,
}


def words(world: World) -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    chosen = [str(pk) for pk in Submission.objects.values_list("evidence", flat=True)]
    return {
        "pages:pack-pieces": {"was": "", "chosen": chosen},
        "pages:plan-rules-edit": {
            "fewest": "5",
            "most": "10",
            "excluded_kinds": ["reflective_account"],
            "root_name": "{name} {uln}",
            "piece_name": "{number} {title}",
        },
    }
