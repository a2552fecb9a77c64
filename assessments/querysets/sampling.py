"""The words for reading sampling plans and samples."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.access import roles_of
from accounts.models import Role
from apprenticeships.querysets import reach_of
from apprenticeships.querysets.conflicts import apprentices_in_conflict_with
from core.actor import Actor
from core.scope import Row, ScopedQuerySet

if TYPE_CHECKING:
    from assessments.models.sampling import PoolDecision, Sample, SamplingPlan

#: Roles that read all of their provider's quality assurance.
QUALITY_ROLES = frozenset({Role.IQA, Role.PROVIDER_ADMIN, Role.MANAGER, Role.VIEWER})


class OfQualityQuerySet(ScopedQuerySet[Row]):
    """Rows of a provider's quality assurance. Its apprentices and employers see none of them."""

    #: The path to the apprenticeship that a row is about, where external auditors see those of their scope.
    of_learner = ""

    def _seen_by(self, actor: Actor, of_assessor: Q | None = None) -> Self:
        """All of the provider for whoever oversees it; for an assessor, those for which `of_assessor` holds."""
        roles = roles_of(actor)
        here = Q(provider=actor.organisation_id)
        if actor.organisation_id and roles & QUALITY_ROLES:
            return self.unscoped().filter(here)
        if actor.organisation_id and Role.ASSESSOR in roles and of_assessor is not None:
            return self.unscoped().filter(here & of_assessor)
        if actor.organisation_id and Role.AUDITOR in roles and self.of_learner:
            return self.unscoped().filter(here, **{f"{self.of_learner}__in": reach_of(actor).auditing})
        return self.unscoped().none()

    def visible_to(self, actor: Actor) -> Self:
        """Those of the provider that one oversees."""
        return self._seen_by(actor)


class SamplingPlanQuerySet(OfQualityQuerySet["SamplingPlan"]):
    def standing(self) -> Self:
        """Not given up."""
        return self.filter(withdrawal=None)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class PoolDecisionQuerySet(ScopedQuerySet["PoolDecision"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of plans that one sees."""
        if not (actor.organisation_id and roles_of(actor) & QUALITY_ROLES):
            return self.unscoped().none()
        return self.unscoped().filter(plan__provider=actor.organisation_id)

    def drawn(self) -> Self:
        return self.exclude(why__in=["not_drawn", "sampled_before", "conflict"])

    def not_drawn(self) -> Self:
        return self.filter(why__in=["not_drawn", "sampled_before", "conflict"])


class SampleQuerySet(OfQualityQuerySet["Sample"]):
    of_learner = "apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Those of the provider that one oversees; for an assessor, those about which something was found for them.

        An external auditor sees those about the learners of their scope.
        """
        found = Q(assessor=actor.person_id, findings__isnull=False) | Q(findings__owner=actor.person_id)
        return self._seen_by(actor, Q(pk__in=self.unscoped().filter(found).values("pk")))

    def in_force(self) -> Self:
        """Of plans that were not given up."""
        return self.filter(plan__withdrawal=None)

    def waiting(self) -> Self:
        """Those that nobody has checked."""
        return self.in_force().filter(findings=None)

    def for_checking_by(self, actor: Actor) -> Self:
        """Without their own decisions, those about themself, and those with whom they have a conflict of interest."""
        others = self.exclude(assessor=actor.person_id).exclude(apprenticeship__apprentice=actor.person_id)
        return others.exclude(apprenticeship__apprentice__in=apprentices_in_conflict_with(actor))

    def oldest_first(self) -> Self:
        """By when they were drawn; those of one plan by when they were decided or marked."""
        return self.order_by("at", Coalesce("decision__at", "result__at"), "pk")
