"""What a pack is made of: chosen pieces, and what the plan asks of them."""

from uuid import UUID

from assessments.models import Submission
from reports.pack.models import PlanRules
from reports.pack.workflow import choose_pieces, set_rules
from tests.world import World, acting

USUAL = {
    "assessment_id": None,
    "fewest": 1,
    "most": None,
    "excluded_kinds": ["reflective_account"],
    "root_name": "{name} {uln}",
    "piece_name": "{number} {title}",
}


def choose(world: World, *pieces: UUID, by=None) -> int:
    """The apprentice, or somebody else, chooses these pieces."""
    return choose_pieces(world.apprenticeship.pk, acting(by or world.apprentice), dict.fromkeys(pieces, True))


def rules(world: World, **given) -> PlanRules:
    """The provider sets the usual rules, but for what is given."""
    return set_rules(world.provider.pk, world.version.pk, acting(world.admin), **USUAL | given)


def make(world: World) -> None:
    """Rows of every kind about a pack, in a world in which something was reviewed."""
    reviewed = Submission.objects.filter(apprenticeship=world.apprenticeship, finished_at__isnull=False)
    kept, dropped = sorted(set(reviewed.values_list("evidence", flat=True)))[:2]
    choose(world, kept, dropped)
    choose_pieces(world.apprenticeship.pk, acting(world.assessor), {dropped: False})
    rules(world, fewest=2, most=9)
