"""The words for reading what apprentices have. Each `visible_to` here is the only rule of its kind."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.db.models.functions import Left

from accounts.models import Membership, Role
from accounts.querysets import PeriodQuerySet
from accounts.scope import ScopedQuerySet
from occupations.models import Ksb
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


#: How much of a file's text is shown in place; the file itself has the rest.
EXCERPT_LENGTH = 8_000


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

    def shown_first(self) -> Self:
        """What the apprentice is proud of, then the rest, each with the newest first."""
        return self.order_by("-is_showcase", "-changed_at", "pk")

    def latest_happening_first(self) -> Self:
        """By the day on which it happened; what has none yet comes first, for it is being written."""
        return self.order_by(F("happened_on").desc(nulls_first=True), "-changed_at", "pk")

    def with_word(self, word: str, *, is_own: bool) -> Self:
        """Pieces that have this piece of a word in their texts or their files'.

        Others do not find what an apprentice is still changing: of such a piece they find what was submitted of it.
        """
        from portfolios.models import Evidence, EvidenceFile

        files = EvidenceFile.objects.unscoped().filter(evidence=OuterRef("pk")).current()
        if not is_own:
            files = files.filter(first_submitted_at__isnull=False)
        in_files = Q(name__icontains=word) | Q(transcript__icontains=word) | Q(text__words__icontains=word)
        in_texts = Q(title__icontains=word) | Q(narrative__icontains=word) | Q(answers__icontains=word)
        if not is_own:
            in_texts &= ~Q(state__in=Evidence.EDITABLE_STATES)
        return self.filter(in_texts | Exists(files.filter(in_files)))

    def claiming(self, code: str, *, is_own: bool) -> Self:
        """Pieces that claim the KSB with this code; for others not what the apprentice is still changing."""
        from portfolios.models import Claim, Evidence

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

    def with_pictures(self, *, is_own: bool) -> Self:
        """With the files that may be shown of each, their pictures, and the codes it claims, in three queries."""
        from portfolios.models import Claim, EvidenceFile, Rendition

        files = EvidenceFile.objects.unscoped().current()
        if not is_own:
            files = files.filter(first_submitted_at__isnull=False)
        small = Rendition.objects.unscoped().filter(kind=Rendition.Kind.THUMBNAIL)
        return self.prefetch_related(
            Prefetch(
                "files", files.prefetch_related(Prefetch("renditions", small, to_attr="thumbnails")), "shown_files"
            ),
            Prefetch("claims", Claim.objects.unscoped().select_related("ksb").in_order(), "shown_claims"),
        )


class EvidenceFileQuerySet(OfApprenticeshipQuerySet):
    path = "evidence__apprenticeship"

    def visible_to(self, user: "User") -> Self:
        """Files of one's own evidence; other people's once they were part of a submission."""
        return self._seen_by(user, Q(first_submitted_at__isnull=False))

    def current(self) -> Self:
        """Files that have not been taken off the working copy."""
        return self.filter(removed_at=None)

    def for_viewing(self) -> Self:
        """With the pictures that were made of each, and the beginning of its text as `excerpt`, in two queries."""
        from portfolios.models import Rendition

        return self.annotate(excerpt=Left("text__words", EXCERPT_LENGTH)).prefetch_related(
            Prefetch("renditions", Rendition.objects.unscoped())
        )


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


class CaptureQuerySet(OfApprenticeshipQuerySet):
    path = "evidence__apprenticeship"

    def visible_to(self, user: "User") -> Self:
        """What came from one's own devices."""
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
