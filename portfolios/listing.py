"""What the list of a portfolio shows: its rows as plain values, those with a word in them, and their pictures."""

from typing import Any

from django.db.models import Exists, Func, OuterRef, Prefetch, Q, TextField, Window
from django.db.models.functions import RowNumber

from accounts.seen_by import SeenBy
from apprenticeships.models import KsbProgress
from apprenticeships.querysets import SIGHT
from core.folding import holds
from portfolios.models import Claim, Evidence, EvidenceFile, Rendition
from portfolios.querysets import EvidenceFileQuerySet, EvidenceQuerySet

#: What a row shows, of pieces that were read `with_figures`.
ROW = ("pk", "title", "is_showcase", "kind", "claim_count", "file_count", "changed_at", "state")

#: A user and an apprenticeship, to `ROW` of its pieces.
pieces = SeenBy(
    lambda user, apprenticeship: (
        Evidence.objects.visible_to(user)
        .filter(apprenticeship=apprenticeship)
        .kept()
        .with_figures()
        .shown_first()
        .values_list(*ROW)
    ),
    SIGHT,
)

#: A user and an apprenticeship, to the ids of the same pieces in no order, for counting them.
kept = SeenBy(
    lambda user, apprenticeship: (
        Evidence.objects.visible_to(user).filter(apprenticeship=apprenticeship).kept().values_list("pk")
    ),
    SIGHT,
)

#: `latest` gives at most this many pieces in each state.
MOST_OF_A_STATE = 8

#: A user and an apprenticeship, to id, title, state and last change of the newest pieces of each state.
latest = SeenBy(
    lambda user, apprenticeship: (
        Evidence.objects.visible_to(user)
        .filter(apprenticeship=apprenticeship)
        .kept()
        .annotate(place=Window(RowNumber(), partition_by="state", order_by=("-changed_at", "pk")))
        .filter(place__lte=MOST_OF_A_STATE)
        .newest_first()
        .values_list("pk", "title", "state", "changed_at")
    ),
    SIGHT,
)

#: A user and an apprenticeship, to id and title of the drafts that were put aside.
put_aside = SeenBy(
    lambda user, apprenticeship: (
        Evidence.objects.visible_to(user)
        .filter(apprenticeship=apprenticeship, discarded_at__isnull=False)
        .newest_first()
        .values_list("pk", "title")
    ),
    SIGHT,
)

#: A user and an apprenticeship, to the codes of its KSBs in order.
codes = SeenBy(
    lambda user, apprenticeship: (
        KsbProgress.objects.visible_to(user).filter(apprenticeship=apprenticeship).in_order().values_list("ksb__code")
    ),
    SIGHT,
)


class _AnswerTexts(Func):
    """What was answered to the prompts of a piece, without the prompts."""

    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(jsonb_path_query_array(%(expressions)s, '$[*].text') AS text)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "(SELECT group_concat(json_extract(value, '$.text'), ' ') FROM json_each(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, **context)


def with_word(pieces: EvidenceQuerySet, word: str, *, is_own: bool) -> EvidenceQuerySet:
    """Those that have this piece of a word in their texts or their files', as `core.folding` compares them.

    Others do not find what an apprentice is still changing: of such a piece they find what was submitted of it.
    """
    files = _shown_files(is_own).shown().filter(evidence=OuterRef("pk"))
    in_files = Q(holds("name", word)) | Q(holds("transcript", word)) | Q(holds("text__words", word))
    in_texts = Q(holds("title", word)) | Q(holds("narrative", word)) | Q(holds(_AnswerTexts("answers"), word))
    if not is_own:
        in_texts &= ~Q(state__in=Evidence.EDITABLE_STATES)
    return pieces.filter(in_texts | Exists(files.filter(in_files)))


def with_pictures(pieces: EvidenceQuerySet, *, is_own: bool) -> EvidenceQuerySet:
    """With the files that may be shown of each, their pictures, and the codes it claims, in three queries."""
    small = Rendition.objects.unscoped().filter(kind=Rendition.Kind.THUMBNAIL, file__withheld="")
    files = _shown_files(is_own).prefetch_related(Prefetch("renditions", small, to_attr="thumbnails"))
    claims = Claim.objects.unscoped().select_related("ksb").in_order()
    with_files = pieces.prefetch_related(Prefetch("files", files, "shown_files"))
    return with_files.prefetch_related(Prefetch("claims", claims, "shown_claims"))


def _shown_files(is_own: bool) -> EvidenceFileQuerySet:
    files = EvidenceFile.objects.unscoped().current()
    return files if is_own else files.filter(first_submitted_at__isnull=False)
