"""A plan of the reformed kind: knowledge and skills grouped by outcome."""

from apprenticeships.models import KsbProgress
from assessments import workflow as assessing
from assessments.models import SignOffPolicy
from assessments.policies.outcomes import OutcomeRule
from occupations.models import Assessment, Ksb, StandardVersion
from tests.world import World, acting

NAME = "AO1 Finds the right person"


def with_outcomes(world: World, version: StandardVersion | None = None) -> list[Assessment]:
    """The standard of the first apprentice has one outcome with all knowledge and skills, as if imported so."""
    version = version or world.version
    outcome = Assessment.objects.create(
        version=version, position=1, kind=Assessment.Kind.OUTCOME, code="AO1", title="Finds the right person"
    )
    outcome.ksbs.set(Ksb.objects.filter(version=version, type__in=["K", "S"]))
    return [outcome]


def set_outcomes(world: World, *mandatory: str, others: int | None = None, **given: object) -> SignOffPolicy:
    """An admin says what the outcomes of the standard need."""
    rule = OutcomeRule(frozenset(mandatory), others)
    asked = {"version": world.version, "reason": "As the plan says.", **given}
    return assessing.set_outcome_policy(world.provider.pk, acting(world.admin), rule, **asked)


def sign_off(world: World, *codes: str) -> None:
    """Met and signed off, one piece for all."""
    world.judged(dict.fromkeys(codes, "met"))
    ksbs = [world.ksb(code).pk for code in codes]
    assessing.sign_off_several(world.apprenticeship.pk, ksbs, acting(world.assessor))


def state(world: World, code: str) -> str:
    return KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code=code).state
