"""The words for reading results of outcomes."""

from dataclasses import replace
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apprenticeships.querysets import OfApprenticeshipQuerySet, reach_of
from apprenticeships.reach import Reach
from core.actor import Actor

if TYPE_CHECKING:
    from assessments.results.models import OutcomeResult, ResultRelease, SecondMark


class OutcomeResultQuerySet(OfApprenticeshipQuerySet["OutcomeResult"]):
    def visible_to(self, actor: Actor) -> Self:
        """All of the learners that one looks after; of one's own, and for an employer, those that were released."""
        if not actor.person_id or actor.organisation_id is None:
            return self._seen_by(actor).filter(release__isnull=False)
        reach = reach_of(actor)
        told = Reach(own=reach.own, mentoring=reach.mentoring).condition(self.path)
        return self.unscoped().filter(_looked_after(actor, self.path) | (told & Q(release__isnull=False)))

    def standing(self) -> Self:
        """Not superseded by a correction: of each attempt, one."""
        return self.filter(superseded_by__supersedes=None)

    def released(self) -> Self:
        """Those that the apprentice sees."""
        return self.filter(release__isnull=False)

    def in_order(self) -> Self:
        """By outcome and attempt; of each attempt, what stands comes last."""
        return self.order_by("outcome__position", "attempt", "at", "pk")


class ResultReleaseQuerySet(OfApprenticeshipQuerySet["ResultRelease"]):
    """Releases are seen by whoever sees the learner."""


class SecondMarkQuerySet(OfApprenticeshipQuerySet["SecondMark"]):
    path = "result__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Those of the learners that one looks after, never of one’s own, nor for an employer."""
        return self.unscoped().filter(_looked_after(actor, self.path))


def _looked_after(actor: Actor, path: str) -> Q:
    """Of rows about learners, those that are seen as one of the provider’s people, or as its external auditor."""
    reach = reach_of(actor)
    of_others = replace(reach, own=frozenset(), mentoring=frozenset()).condition(path)
    return of_others & ~Reach(own=reach.own).condition(path)
