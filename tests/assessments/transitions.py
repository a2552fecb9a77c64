"""Two texts of a standard for tests of moving learners: one KSB of each fate."""

from uuid import uuid4

from apprenticeships.models import Apprenticeship, KsbProgress
from assessments import moves
from assessments.models import Transition
from occupations.crossing import Crossing, crossing
from occupations.models import Ksb
from tests.world import World, acting, later_version

#: K1 unchanged, K2 reworded, S1 renumbered to S2, S2 removed, B1 unchanged; S1 of the later text is added.
LATER = {
    "K1": "The law on fair hiring and how it binds an employer",
    "K2": "Where vacancies are advertised on line and what each place costs",
    "S1": "Ride a horse backwards through a swamp",
    "S2": "Write a clear advert for a vacancy",
    "B1": "Calm under pressure when plans change",
}
EARLIER = {
    "K1": LATER["K1"],
    "K2": "Where vacancies are advertised and what each place costs",
    "S1": LATER["S2"],
    "S2": "Keep paper files in good order for seven years",
    "B1": LATER["B1"],
}


def with_two_texts(world: World) -> Crossing:
    """Give the world's standard the earlier words, and a later version with the later ones."""
    for code, statement in EARLIER.items():
        Ksb.objects.filter(version=world.version, code=code).update(statement=statement)
    return crossing(world.version, later_version(world.version, LATER))


def move(world: World, way: Crossing, apprenticeship: Apprenticeship | None = None, **given: object) -> Transition:
    """The provider's admin moves the first apprentice."""
    given = {"act": uuid4(), "option": None} | given
    return moves.move((apprenticeship or world.apprenticeship).pk, acting(world.admin), way, **given)


def states(apprenticeship: Apprenticeship) -> dict[str, str]:
    """The state of every KSB that the apprentice has to show, by code."""
    rows = KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship).in_order()
    return dict(rows.values_list("ksb__code", "state"))


def picture(apprenticeship: Apprenticeship) -> dict:
    """Everything about an apprentice's progress and working copies that a move might change."""
    apprenticeship = Apprenticeship.objects.unscoped().get(pk=apprenticeship.pk)
    rows = KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship)
    return {
        "on": (apprenticeship.standard_version_id, apprenticeship.option_id),
        "totals": (apprenticeship.ksb_count, apprenticeship.met_count, apprenticeship.signed_off_count),
        "progress": sorted(
            map(str, rows.values_list("ksb", "state", "drafted_count", "waiting_count", "met_count", "signed_off_at"))
        ),
        "flags": sorted(rows.filter(is_to_confirm=True).values_list("ksb__code", flat=True)),
        "claims": sorted(map(str, apprenticeship.evidence.values_list("claims", "claims__ksb", "claims__is_met"))),
    }
