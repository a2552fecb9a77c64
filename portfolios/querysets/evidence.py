"""The words for reading pieces of evidence and what they claim. Each `visible_to` is the only rule of its kind."""

from typing import TYPE_CHECKING, Self

from django.db.models import Count, Exists, F, OuterRef, Q

from apprenticeships.querysets import OfApprenticeshipQuerySet
from core.actor import Actor

if TYPE_CHECKING:
    from portfolios.models.evidence import Claim, Evidence, EvidenceVersion, SuggestionAnswer


class EvidenceQuerySet(OfApprenticeshipQuerySet["Evidence"]):
    def visible_to(self, actor: Actor) -> Self:
        """Own evidence; other people's once it was submitted, or recorded by oneself: a draft is private otherwise."""
        return self._seen_by(actor, Q(first_submitted_at__isnull=False) | Q(observed_by=actor.person_id))

    def newest_first(self) -> Self:
        return self.order_by("-changed_at", "pk")

    def kept(self) -> Self:
        """Without the drafts that their owner put aside."""
        return self.filter(discarded_at=None)

    def shown_first(self) -> Self:
        """What the apprentice is proud of, then the rest, each with the newest first."""
        return self.order_by("-is_showcase", "-changed_at", "pk")

    def latest_happening_first(self) -> Self:
        """By the day on which it happened; what has none yet comes first, for it is being written."""
        return self.order_by(F("happened_on").desc(nulls_first=True), "-changed_at", "pk")

    def claiming(self, code: str, *, is_own: bool) -> Self:
        """Pieces that claim the KSB with this code; for others not what the apprentice is still changing."""
        from portfolios.models.evidence import Claim, Evidence

        claims = Claim.objects.unscoped().filter(evidence=OuterRef("pk"), ksb__code=code)
        if not is_own:
            claims = claims.filter(Q(is_met=True) | ~Q(evidence__state__in=Evidence.EDITABLE_STATES))
        return self.filter(Exists(claims))

    def with_figures(self) -> Self:
        """With `claim_count` and `file_count`."""
        return self.annotate(
            claim_count=Count("claims", distinct=True),
            file_count=Count("files", filter=Q(files__removed_at=None), distinct=True),
        )


class ClaimQuerySet(OfApprenticeshipQuerySet["Claim"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Claims of one's own evidence; other people's are read from what was submitted."""
        return self._seen_by(actor, Q(pk=None))

    def in_order(self) -> Self:
        return self.order_by("ksb__position")

    def drafted(self) -> Self:
        """Claims in working copies that the apprentice may still change, and that no decision has met."""
        from portfolios.models.evidence import Evidence

        return self.filter(evidence__state__in=Evidence.EDITABLE_STATES, evidence__discarded_at=None, is_met=False)


class EvidenceVersionQuerySet(OfApprenticeshipQuerySet["EvidenceVersion"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Versions of one's own evidence: working copies are private to their apprentice."""
        return self._seen_by(actor, Q(pk=None))


class SuggestionAnswerQuerySet(OfApprenticeshipQuerySet["SuggestionAnswer"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Answers on one's own evidence."""
        return self._seen_by(actor, Q(pk=None))
