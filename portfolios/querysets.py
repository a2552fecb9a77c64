"""The words for reading what apprentices have. Each `visible_to` here is the only rule of its kind."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from accounts.models import Membership, Role
from accounts.querysets import PeriodQuerySet
from accounts.scope import ScopedQuerySet
from portfolios import pace

if TYPE_CHECKING:
    from accounts.models import User

#: Roles that see every apprenticeship of their provider.
PROVIDER_WIDE_ROLES = [Role.PROVIDER_ADMIN, Role.IQA, Role.VIEWER]


class AssignmentQuerySet(PeriodQuerySet):
    def of_assessor(self, user: "User") -> Self:
        """Live assignments of `user` as an assessor, where they still are one at that provider."""
        providers = Membership.objects.acting(user).filter(role=Role.ASSESSOR).values("organisation")
        return self.live().filter(role="assessor", person=user, apprenticeship__provider__in=providers)

    def of_mentor(self, user: "User") -> Self:
        """Live assignments of `user` as a mentor, where they still are one at that employer."""
        employers = Membership.objects.acting(user).filter(role=Role.MENTOR).values("organisation")
        return self.live().filter(role="mentor", person=user, apprenticeship__employer__in=employers)


def staff_sees(user: "User") -> Q:
    """Apprenticeships that `user` sees because of their work: as member of the provider, assessor or mentor."""
    from portfolios.models import Assignment

    providers = Membership.objects.acting(user).filter(role__in=PROVIDER_WIDE_ROLES).values("organisation")
    return (
        Q(provider__in=providers)
        | Q(pk__in=Assignment.objects.of_assessor(user).values("apprenticeship"))
        | Q(pk__in=Assignment.objects.of_mentor(user).values("apprenticeship"))
    )


class ApprenticeshipQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Own apprenticeships, those of one's provider, and those one is assigned to."""
        if not user.is_authenticated:
            return self.unscoped().none()
        return self.unscoped().filter(Q(apprentice=user) | staff_sees(user))

    def of_apprentice(self, user: "User") -> Self:
        """The apprenticeships in which `user` is the apprentice."""
        return self.unscoped().filter(apprentice=user)

    def with_pace(self) -> Self:
        """With `expected_percent`, `actual_percent`, `gap_points` and `rag`, as portfolios.pace defines them."""
        return self.annotate(expected_percent=pace.expected_percent(), actual_percent=pace.ACTUAL_PERCENT).annotate(
            gap_points=pace.GAP_POINTS, rag=pace.RAG
        )

    def with_people(self) -> Self:
        """With the apprentice, provider, employer and standard loaded."""
        return self.select_related("apprentice", "provider", "employer", "standard_version__standard")


class OfApprenticeshipQuerySet(ScopedQuerySet):
    """Rows that belong to an apprenticeship, at the end of `path`."""

    path = "apprenticeship"

    def _seen_by(self, user: "User", staff_condition: Q) -> Self:
        from portfolios.models import Apprenticeship

        if not user.is_authenticated:
            return self.unscoped().none()
        own = Q(**{f"{self.path}__apprentice": user})
        staff = Q(**{f"{self.path}__in": Apprenticeship.objects.unscoped().filter(staff_sees(user)).values("pk")})
        return self.unscoped().filter(own | (staff & staff_condition))

    def visible_to(self, user: "User") -> Self:
        """Rows of apprenticeships that `user` sees."""
        return self._seen_by(user, Q())


class KsbProgressQuerySet(OfApprenticeshipQuerySet):
    def in_order(self) -> Self:
        """Knowledge, then skills, then behaviours."""
        return self.order_by("ksb__position")


class EvidenceQuerySet(OfApprenticeshipQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Own evidence; other people's once it was submitted: a draft is private to its apprentice."""
        return self._seen_by(user, Q(first_submitted_at__isnull=False))

    def newest_first(self) -> Self:
        return self.order_by("-changed_at", "pk")

    def kept(self) -> Self:
        """Without the drafts that their owner put aside."""
        return self.filter(discarded_at=None)


class EvidenceFileQuerySet(OfApprenticeshipQuerySet):
    path = "evidence__apprenticeship"

    def visible_to(self, user: "User") -> Self:
        """Files of one's own evidence; other people's once they were part of a submission."""
        return self._seen_by(user, Q(first_submitted_at__isnull=False))

    def current(self) -> Self:
        """Files that have not been taken off the working copy."""
        return self.filter(removed_at=None)


class ClaimQuerySet(OfApprenticeshipQuerySet):
    path = "evidence__apprenticeship"

    def visible_to(self, user: "User") -> Self:
        """Claims of one's own evidence; other people's are read from what was submitted."""
        return self._seen_by(user, Q(pk=None))

    def in_order(self) -> Self:
        return self.order_by("ksb__position")

    def drafted(self) -> Self:
        """Claims in working copies that the apprentice may still change, and that no decision has met."""
        from portfolios.models import Evidence

        return self.filter(evidence__state__in=Evidence.EDITABLE_STATES, evidence__discarded_at=None, is_met=False)


class EvidenceVersionQuerySet(OfApprenticeshipQuerySet):
    path = "evidence__apprenticeship"

    def visible_to(self, user: "User") -> Self:
        """Versions of one's own evidence: working copies are private to their apprentice."""
        return self._seen_by(user, Q(pk=None))


class SuggestionAnswerQuerySet(OfApprenticeshipQuerySet):
    path = "evidence__apprenticeship"

    def visible_to(self, user: "User") -> Self:
        """Answers on one's own evidence."""
        return self._seen_by(user, Q(pk=None))


class RenditionQuerySet(OfApprenticeshipQuerySet):
    path = "file__evidence__apprenticeship"

    def visible_to(self, user: "User") -> Self:
        """Pictures of the files that `user` sees."""
        return self._seen_by(user, Q(file__first_submitted_at__isnull=False))


class MarkerQuerySet(OfApprenticeshipQuerySet):
    path = "file__evidence__apprenticeship"

    def visible_to(self, user: "User") -> Self:
        """Markers on one's own files; other people's are read from what was submitted."""
        return self._seen_by(user, Q(pk=None))


class UploadQuerySet(OfApprenticeshipQuerySet):
    path = "evidence__apprenticeship"

    def visible_to(self, user: "User") -> Self:
        """One's own uploads."""
        return self._seen_by(user, Q(pk=None)).filter(owner=user.pk)

    def under_way(self) -> Self:
        """Neither whole nor given up."""
        return self.filter(finished_at=None)

    def reserving(self, now: datetime) -> Self:
        """Those whose bytes may still come, so that room is kept for them."""
        return self.under_way().filter(expires_at__gt=now)

    def oldest_first(self) -> Self:
        return self.order_by("begun_at", "pk")


class OfProviderQuerySet(ScopedQuerySet):
    """Rows that a training provider keeps for itself."""

    def visible_to(self, user: "User") -> Self:
        """Those of the providers that `user` is an admin of."""
        if not user.is_authenticated:
            return self.unscoped().none()
        providers = Membership.objects.acting(user).filter(role=Role.PROVIDER_ADMIN).values("organisation")
        return self.unscoped().filter(provider__in=providers)
