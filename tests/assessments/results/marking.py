"""What tests of the results of outcomes do to get somewhere."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from assessments.results import workflow
from assessments.results.models import OutcomeResult, ResultRelease, SecondMark
from assessments.results.states import ResultState
from assessments.results.workflow import Marking
from core import clock
from occupations.models import Assessment
from tests.assessments.reformed import with_outcomes
from tests.world import World, acting


def outcome(world: World) -> Assessment:
    """The one outcome of the world's standard, which gets it when first asked."""
    found = Assessment.objects.filter(version=world.version, kind=Assessment.Kind.OUTCOME).first()
    return found or with_outcomes(world)[0]


def marking(**given: Any) -> Marking:
    """A pass of yesterday, on the paper of a test."""
    said = {
        "assessed_on": clock.today() - timedelta(days=1),
        "grade": "pass",
        "feedback": "You found the right person each time.",
        "rests_on": "Paper 2 of the test.",
    }
    return Marking(**said | given)


def mark(world: World, by: Any = None, **given: Any) -> OutcomeResult:
    """The first apprentice's next attempt at the outcome, marked by their assessor."""
    told = {"result_id": given.pop("result_id", None) or uuid4()}
    whose = given.pop("apprenticeship", world.apprenticeship)
    return workflow.mark_outcome(whose.pk, outcome(world).pk, acting(by or world.assessor), marking(**given), **told)


def mark_again(world: World, result: OutcomeResult, by: Any = None, **given: Any) -> SecondMark:
    """A second mark by the quality assurer, who agrees unless told otherwise."""
    said = {"mark_id": uuid4(), "grade": str(result.grade)} | given
    return workflow.mark_again(result.pk, acting(by or world.iqa), **said)


def release(world: World, result: OutcomeResult, by: Any = None) -> ResultRelease:
    return workflow.release_result(result.pk, acting(by or world.admin))


def released(world: World, **given: Any) -> OutcomeResult:
    """A result that was marked twice and released."""
    made = mark(world, **given)
    mark_again(world, made)
    release(world, made)
    return made


def correct(world: World, result: OutcomeResult, by: Any = None, **given: Any) -> OutcomeResult:
    """A correction by the assessor: a merit, unless told otherwise."""
    reason = given.pop("reason", "I had missed a page.")
    said = marking(**{"grade": "merit"} | given)
    return workflow.correct_result(result.pk, acting(by or world.assessor), said, reason)


def state(result: OutcomeResult) -> ResultState:
    return ResultState.of(result)


def every_act(world: World) -> None:
    """A result that rests on a piece, was marked differently, corrected, marked again and released."""
    piece = world.judged({"S1": "met"}, title="Marked")
    first = mark(world, pieces=frozenset({piece.pk}), grade="fail")
    mark_again(world, first, grade="pass", words="It is enough.")
    second = correct(world, first, grade="pass", pieces=frozenset({piece.pk}))
    mark_again(world, second)
    release(world, second)
