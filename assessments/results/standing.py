"""The outcomes of an apprentice's plan with the results of each, attempt by attempt."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q, QuerySet

from apprenticeships.models import Apprenticeship
from assessments.results.models import OutcomeResult, ResultGrade
from assessments.results.states import ResultState, with_standing
from core.actor import Actor
from occupations.models import Assessment


class Marked(NamedTuple):
    """A result with the state it is in."""

    result: OutcomeResult
    state: ResultState


@dataclass
class OutcomeResults:
    """One outcome and what was marked of it, oldest first.

    Results stay with an outcome when the apprentice moves to another version in which it has the same code and title.
    Where the version of today has no such outcome, `is_of_today` is not set.
    """

    outcome: Assessment
    is_of_today: bool = True
    marked: list[Marked] = field(default_factory=list)

    @property
    def newest(self) -> Marked | None:
        """What stands of the newest attempt."""
        standing = [one for one in self.marked if one.state != ResultState.SUPERSEDED]
        return standing[-1] if standing else None

    @property
    def next_attempt(self) -> int | None:
        """The number of the attempt that can be marked now: the first, or one after a fail that was released."""
        if self.newest is None:
            return 1
        result, state = self.newest
        is_failed = state == ResultState.RELEASED and result.grade == ResultGrade.FAIL
        return result.attempt + 1 if is_failed else None

    @property
    def is_open(self) -> bool:
        """Whether something was marked that is not settled: not released, or a fail that nothing has followed."""
        if self.newest is None:
            return False
        result, state = self.newest
        return state != ResultState.RELEASED or result.grade == ResultGrade.FAIL


def outcomes_to_mark(apprenticeship: Apprenticeship) -> QuerySet[Assessment]:
    """The outcomes of the plan that an apprentice is on, but for those of other options."""
    applies = Q(ksbs=None) | Q(ksbs__progress__apprenticeship=apprenticeship.pk)
    outcomes = Assessment.objects.filter(
        applies, version=apprenticeship.standard_version_id, kind=Assessment.Kind.OUTCOME
    )
    return outcomes.order_by("position").distinct()


def all_results(apprenticeship: Apprenticeship) -> QuerySet[OutcomeResult]:
    """Every result of an apprentice: for workflow functions and what is worked out."""
    return _read(OutcomeResult.objects.unscoped(), apprenticeship)


def results_seen(apprenticeship: Apprenticeship, actor: Actor) -> QuerySet[OutcomeResult]:
    """Those that `actor` may see."""
    return _read(OutcomeResult.objects.visible_to(actor), apprenticeship)


def _read(results: QuerySet[OutcomeResult], apprenticeship: Apprenticeship) -> QuerySet[OutcomeResult]:
    found = with_standing(results.filter(apprenticeship=apprenticeship.pk)).select_related(
        "outcome", "release", "superseded_by", "marker"
    )
    return found.order_by("attempt", "at", "pk")


def by_outcome(apprenticeship: Apprenticeship, results: Iterable[OutcomeResult]) -> list[OutcomeResults]:
    """Each outcome of the plan, and after them those of earlier versions, with these results. One query."""
    return grouped(results, outcomes_to_mark(apprenticeship))


def grouped(results: Iterable[OutcomeResult], outcomes: Iterable[Assessment] = ()) -> list[OutcomeResults]:
    """Results by outcome: of these outcomes, and after them of others."""
    found = {(one.code, one.title): OutcomeResults(one) for one in outcomes}
    for result in results:
        key = result.outcome.code, result.outcome.title
        of = found.setdefault(key, OutcomeResults(result.outcome, is_of_today=False))
        of.marked.append(Marked(result, ResultState.read(result)))
    return list(found.values())
