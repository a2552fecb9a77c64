"""The words for reading submissions, decisions and sign-offs."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from portfolios.models import Assignment
from portfolios.querysets import OfApprenticeshipQuerySet

if TYPE_CHECKING:
    from accounts.models import User


class SubmissionQuerySet(OfApprenticeshipQuerySet):
    path = "evidence__apprenticeship"

    def visible_to(self, user: "User") -> Self:
        """Own submissions; other people's unless they were taken back before anybody judged them."""
        return self._seen_by(user, Q(withdrawn_at=None))

    def waiting(self) -> Self:
        """Neither judged to the end nor taken back."""
        return self.filter(finished_at=None, withdrawn_at=None)

    def for_assessor(self, user: "User") -> Self:
        """Of apprenticeships that `user` assesses today."""
        return self.filter(evidence__apprenticeship__in=Assignment.objects.of_assessor(user).values("apprenticeship"))

    def oldest_first(self) -> Self:
        return self.order_by("submitted_at", "pk")


class SubmittedClaimQuerySet(OfApprenticeshipQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Claims of submissions that `user` may open."""
        return self._seen_by(user, Q(submission__withdrawn_at=None))

    def waiting(self) -> Self:
        """Without a decision, in a submission that still waits."""
        return self.filter(decision=None, submission__finished_at=None, submission__withdrawn_at=None)


class DecisionQuerySet(OfApprenticeshipQuerySet):
    path = "claim__apprenticeship"

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class SignOffQuerySet(OfApprenticeshipQuerySet):
    def live(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawal=None)
