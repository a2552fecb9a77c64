"""The words for reading apprenticeships and what belongs to them. Each `visible_to` is the only rule of its kind."""

from typing import TYPE_CHECKING, Self

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from accounts.models import Membership, Role
from accounts.querysets import PeriodQuerySet
from apprenticeships import pace
from apprenticeships.reach import reach_of
from core.scope import ScopedQuerySet
from occupations.models import Ksb

if TYPE_CHECKING:
    from accounts.models import User


class AssignmentQuerySet(PeriodQuerySet):
    def of_assessor(self, user: "User") -> Self:
        """Live assignments of `user` as an assessor, where they still are one at that provider."""
        providers = Membership.objects.acting(user).filter(role=Role.ASSESSOR).values("organisation")
        return self.live().filter(role="assessor", person=user, apprenticeship__provider__in=providers)


def standards_learned(user: "User") -> QuerySet:
    """The ids of the standards of the apprenticeships that `user` sees: they may be private to the provider."""
    from apprenticeships.models import Apprenticeship

    return Apprenticeship.objects.visible_to(user).values("standard_version__standard")


class ApprenticeshipQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Own apprenticeships, those of one's provider, and those one is assigned to."""
        if not user.is_authenticated:
            return self.unscoped().none()
        return self.unscoped().filter(Q(apprentice=user) | reach_of(user).condition())

    def of_apprentice(self, user: "User") -> Self:
        """The apprenticeships in which `user` is the apprentice."""
        return self.unscoped().filter(apprentice=user)

    def with_pace(self) -> Self:
        """With `expected_percent`, `actual_percent`, `gap_points` and `rag`, as portfolios.pace defines them."""
        return self.annotate(expected_percent=pace.expected_percent(), actual_percent=pace.ACTUAL_PERCENT).annotate(
            gap_points=pace.GAP_POINTS, rag=pace.RAG
        )

    def with_missing_options(self) -> Self:
        """With `awaits_option`: whether progress cannot be computed yet, as no option was chosen."""
        divided = Ksb.objects.filter(version=OuterRef("standard_version")).divided_by_options()
        # Asked only of the few rows that have nothing to count.
        return self.annotate(
            awaits_option=Case(When(option=None, ksb_count=0, then=Exists(divided)), default=Value(False))
        )

    def with_people(self) -> Self:
        """With the apprentice, provider, employer, standard and option loaded."""
        return self.select_related("apprentice", "provider", "employer", "standard_version__standard", "option")


class OfApprenticeshipQuerySet(ScopedQuerySet):
    """Rows that belong to an apprenticeship, at the end of `path`."""

    path = "apprenticeship"

    def _seen_by(self, user: "User", staff_condition: Q) -> Self:
        if not user.is_authenticated:
            return self.unscoped().none()
        own = Q(**{f"{self.path}__apprentice": user})
        staff = reach_of(user).condition(self.path)
        return self.unscoped().filter(own | (staff & staff_condition))

    def visible_to(self, user: "User") -> Self:
        """Rows of apprenticeships that `user` sees."""
        return self._seen_by(user, Q())


class KsbProgressQuerySet(OfApprenticeshipQuerySet):
    def in_order(self) -> Self:
        """Knowledge, then skills, then behaviours."""
        return self.order_by("ksb__position")


class OfProviderQuerySet(ScopedQuerySet):
    """Rows that a training provider keeps for itself."""

    def visible_to(self, user: "User") -> Self:
        """Those of the providers that `user` is an admin of."""
        if not user.is_authenticated:
            return self.unscoped().none()
        providers = Membership.objects.acting(user).filter(role=Role.PROVIDER_ADMIN).values("organisation")
        return self.unscoped().filter(provider__in=providers)
