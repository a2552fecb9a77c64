"""Keeping KsbProgress and the apprenticeship's totals true: derived rows, written in the change's own transaction.

Portfolios counts what is in drafts. Judgements are counted by assessments.coverage, which ends by calling `settle`.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Sum
from django.db.models.functions import Coalesce

from apprenticeships.models import Apprenticeship, KsbProgress
from apprenticeships.progress import DERIVED_FIELDS, state_of
from apprenticeships.progress import totals_of as ksb_totals_of
from core.prepared import Prepared
from core.writing import update
from occupations.models import Ksb
from portfolios.models import Claim, Evidence


class WorkingClaim(NamedTuple):
    """What a page shows of a claim on a working copy. One that does not apply is on another text or option."""

    ksb_id: UUID
    code: str
    statement: str
    version: str
    justification: str
    is_met: bool
    applies: bool


def _claims_on(evidence: UUID, version: UUID, option: UUID | None = None) -> QuerySet[Any, Any]:
    applying = Ksb.objects.applying_to(version, option).filter(pk=OuterRef("ksb"))
    return (
        Claim.objects.unscoped()
        .filter(evidence=evidence)
        .annotate(applies=Exists(applying))
        .select_related("ksb__version")
        .order_by("ksb__position")
    )


_claims = Prepared(_claims_on, is_the_same_every_day=True)
_shown_claims = Prepared(
    lambda **given: _claims_on(**given).values_list(
        "ksb", "ksb__code", "ksb__statement", "ksb__version__version", "justification", "is_met", "applies"
    ),
    is_the_same_every_day=True,
)
_drafted = Prepared(
    lambda apprenticeship: (
        Claim.objects.unscoped()
        .filter(evidence__apprenticeship=apprenticeship)
        .drafted()
        .values_list("ksb")
        .annotate(Count("pk"))
    ),
    is_the_same_every_day=True,
)
_progress = Prepared(
    lambda apprenticeship, these: (
        KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship, ksb__in=these).select_related("ksb")
    ),
    is_the_same_every_day=True,
)
_states = Prepared(
    lambda apprenticeship: KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship).values_list("state"),
    is_the_same_every_day=True,
)
_evidence = Prepared(
    lambda apprenticeship: (
        Evidence.objects.unscoped()
        .filter(apprenticeship=apprenticeship)
        .values("apprenticeship")
        .annotate(last_activity_at=Max("changed_at"), stored_bytes=Coalesce(Sum("files__size_bytes"), 0))
        .values_list("last_activity_at", "stored_bytes")
    ),
    is_the_same_every_day=True,
)


def claims_of(evidence: Evidence) -> tuple[list[Claim], list[Claim]]:
    """The claims of a working copy: those on what the apprentice has to show, and those that are left out.

    The latter are on KSBs of another text or option. They are not submitted, and kept as they are.
    """
    apprenticeship = evidence.apprenticeship
    option = {"option": apprenticeship.option_id} if apprenticeship.option_id else {}
    claims = list(_claims(evidence=evidence.pk, version=apprenticeship.standard_version_id, **option))
    return [claim for claim in claims if claim.applies], [claim for claim in claims if not claim.applies]


def shown_claims(evidence: Evidence) -> tuple[list[WorkingClaim], list[WorkingClaim]]:
    """The same for a page that shows them."""
    apprenticeship = evidence.apprenticeship
    option = {"option": apprenticeship.option_id} if apprenticeship.option_id else {}
    rows = _shown_claims(evidence=evidence.pk, version=apprenticeship.standard_version_id, **option)
    claims = [WorkingClaim(*row) for row in rows]
    return [claim for claim in claims if claim.applies], [claim for claim in claims if not claim.applies]


def count_drafts(apprenticeship: Apprenticeship, rows: Iterable[KsbProgress]) -> None:
    """Set `drafted_count` on `rows` from the claims in working copies."""
    drafted = dict(_drafted(apprenticeship=apprenticeship.pk))
    for row in rows:
        row.drafted_count = drafted.get(row.ksb_id, 0)


def progress_on(apprenticeship: Apprenticeship, ksb_ids: Iterable[UUID]) -> list[KsbProgress]:
    """The progress rows of these KSBs."""
    wanted = frozenset(ksb_ids)
    return list(_progress(apprenticeship=apprenticeship.pk, these=wanted)) if wanted else []


def refresh_drafts(apprenticeship: Apprenticeship, ksb_ids: Iterable[UUID]) -> None:
    """Bring progress on these KSBs up to date after a change to a draft."""
    rows = progress_on(apprenticeship, ksb_ids)
    count_drafts(apprenticeship, rows)
    settle(apprenticeship, rows)


def settle(apprenticeship: Apprenticeship, rows: list[KsbProgress]) -> None:
    """Write `rows` with the states that follow from their counts, then the apprenticeship's totals."""
    for row in rows:
        row.state = state_of(row)
    update(rows, DERIVED_FIELDS)
    totals = totals_of(apprenticeship)
    for column, value in totals.items():
        setattr(apprenticeship, column, value)
    update([apprenticeship], list(totals))


def totals_of(apprenticeship: Apprenticeship, rows: Iterable[KsbProgress] | None = None) -> dict[str, object]:
    """What the totals should be, by column, from the progress (`rows`, or as stored) and the evidence."""
    states: Iterable[str]
    if rows is None:
        states = [state for (state,) in _states(apprenticeship=apprenticeship.pk)]
    else:
        states = [row.state for row in rows]
    last_activity_at, stored_bytes = _evidence(apprenticeship=apprenticeship.pk).first() or (None, 0)
    return {**ksb_totals_of(states), "last_activity_at": last_activity_at, "stored_bytes": stored_bytes}
