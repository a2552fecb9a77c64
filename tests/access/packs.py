"""What the addresses of packs and of learners’ files are tried on, and what is sent to them."""

from collections.abc import Callable

from assessments.models import Submission
from core import clock
from reports.portfolio.models import PortfolioArrival
from tests.access import documents
from tests.reports.pack.packing import asked, choose
from tests.world import World


def reviewed_piece(world: World) -> dict:
    world.judged({"K1": "met"})
    return {"apprenticeship_id": world.apprenticeship.pk}


def chosen_piece(world: World) -> dict:
    choose(world, world.judged({"K1": "met"}).evidence_id)
    return {"apprenticeship_id": world.apprenticeship.pk}


def made_pack(world: World) -> dict:
    """A pack that the assessor asked for."""
    chosen_piece(world)
    return {"export_id": asked(world).pk}


def arrived_portfolio(world: World) -> dict:
    """One that was looked through and waits to be imported."""
    arrival = PortfolioArrival.objects.create(
        provider=world.provider, by=world.admin, file_name="mine.zip", sha256="0" * 64, looked_at=clock.now()
    )
    return {"arrival_id": arrival.pk}


def version(world: World) -> dict:
    return {"version_id": world.version.pk}


SUBJECTS: dict[str, Callable[[World], dict]] = {
    "pages:pack": reviewed_piece,
    "pages:pack-pieces": reviewed_piece,
    "pages:pack-ask": chosen_piece,
    "pages:export-download": made_pack,
    "pages:export-progress": made_pack,
    "pages:export-delete": made_pack,
    "pages:plan-rules-edit": version,
    "pages:portfolio-arrival": arrived_portfolio,
    "pages:portfolio-arrival-progress": arrived_portfolio,
    "pages:portfolio-arrival-drop": arrived_portfolio,
    **documents.SUBJECTS,
}


def words(world: World) -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    chosen = [str(pk) for pk in Submission.objects.values_list("evidence", flat=True)]
    return {
        **documents.words(),
        "pages:pack-pieces": {"was": "", "chosen": chosen},
        "pages:plan-rules-edit": {
            "fewest": "5",
            "most": "10",
            "excluded_kinds": ["reflective_account"],
            "root_name": "{name} {uln}",
            "piece_name": "{number} {title}",
        },
    }
