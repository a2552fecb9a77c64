"""The words for reading what apprentices collect. Each `visible_to` here is the only rule of its kind."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, Exists, F, Func, OuterRef, Prefetch, Q, TextField
from django.db.models.functions import Left

from apprenticeships.querysets import OfApprenticeshipQuerySet
from core.actor import Actor
from core.folding import holds

if TYPE_CHECKING:
    from portfolios.models import (
        Capture,
        Claim,
        Evidence,
        EvidenceFile,
        EvidenceVersion,
        Marker,
        Rendition,
        SuggestionAnswer,
        Upload,
    )

#: How much of a file's text is shown in place; the file itself has the rest.
EXCERPT_LENGTH = 8_000


class _AnswerTexts(Func):
    """What was answered to the prompts of a piece, without the prompts."""

    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(jsonb_path_query_array(%(expressions)s, '$[*].text') AS text)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "(SELECT group_concat(json_extract(value, '$.text'), ' ') FROM json_each(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, **context)


class EvidenceQuerySet(OfApprenticeshipQuerySet["Evidence"]):
    def visible_to(self, actor: Actor) -> Self:
        """Own evidence; other people's once it was submitted: a draft is private to its apprentice."""
        return self._seen_by(actor, Q(first_submitted_at__isnull=False))

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
        """Pieces that have this piece of a word in their texts or their files', as `core.folding` compares them.

        Others do not find what an apprentice is still changing: of such a piece they find what was submitted of it.
        """
        from portfolios.models import Evidence, EvidenceFile

        files = EvidenceFile.objects.unscoped().filter(evidence=OuterRef("pk")).current()
        if not is_own:
            files = files.filter(first_submitted_at__isnull=False)
        in_files = Q(holds("name", word)) | Q(holds("transcript", word)) | Q(holds("text__words", word))
        in_texts = Q(holds("title", word)) | Q(holds("narrative", word)) | Q(holds(_AnswerTexts("answers"), word))
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
        files = files.prefetch_related(Prefetch("renditions", small, to_attr="thumbnails"))
        claims = Claim.objects.unscoped().select_related("ksb").in_order()
        with_files = self.prefetch_related(Prefetch("files", files, "shown_files"))
        return with_files.prefetch_related(Prefetch("claims", claims, "shown_claims"))


class EvidenceFileQuerySet(OfApprenticeshipQuerySet["EvidenceFile"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Files of one's own evidence; other people's once they were part of a submission."""
        return self._seen_by(actor, Q(first_submitted_at__isnull=False))

    def current(self) -> Self:
        """Files that have not been taken off the working copy."""
        return self.filter(removed_at=None)

    def for_viewing(self) -> Self:
        """With the beginning of the text of each as `excerpt`; `portfolios.viewing` adds the pictures made of it."""
        return self.annotate(excerpt=Left("text__words", EXCERPT_LENGTH))


class ClaimQuerySet(OfApprenticeshipQuerySet["Claim"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Claims of one's own evidence; other people's are read from what was submitted."""
        return self._seen_by(actor, Q(pk=None))

    def in_order(self) -> Self:
        return self.order_by("ksb__position")

    def drafted(self) -> Self:
        """Claims in working copies that the apprentice may still change, and that no decision has met."""
        from portfolios.models import Evidence

        return self.filter(evidence__state__in=Evidence.EDITABLE_STATES, evidence__discarded_at=None, is_met=False)


class EvidenceVersionQuerySet(OfApprenticeshipQuerySet["EvidenceVersion"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Versions of one's own evidence: working copies are private to their apprentice."""
        return self._seen_by(actor, Q(pk=None))


class CaptureQuerySet(OfApprenticeshipQuerySet["Capture"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """What came from one's own devices."""
        return self._seen_by(actor, Q(pk=None))


class SuggestionAnswerQuerySet(OfApprenticeshipQuerySet["SuggestionAnswer"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Answers on one's own evidence."""
        return self._seen_by(actor, Q(pk=None))


class RenditionQuerySet(OfApprenticeshipQuerySet["Rendition"]):
    path = "file__evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Pictures of the files that `actor` sees."""
        return self._seen_by(actor, Q(file__first_submitted_at__isnull=False))


class MarkerQuerySet(OfApprenticeshipQuerySet["Marker"]):
    path = "file__evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Markers on one's own files; other people's are read from what was submitted."""
        return self._seen_by(actor, Q(pk=None))


class UploadQuerySet(OfApprenticeshipQuerySet["Upload"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """One's own uploads."""
        return self._seen_by(actor, Q(pk=None)).filter(owner=actor.person_id)

    def under_way(self) -> Self:
        """Neither whole nor given up."""
        return self.filter(finished_at=None)

    def reserving(self, now: datetime) -> Self:
        """Those whose bytes may still come, so that room is kept for them."""
        return self.under_way().filter(expires_at__gt=now)

    def oldest_first(self) -> Self:
        return self.order_by("begun_at", "pk")
