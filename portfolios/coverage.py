"""Keeping KsbProgress and the apprenticeship's totals true: derived rows, written in the change's own transaction.

Portfolios counts what is in drafts. Judgements are counted by assessments.coverage, which ends by calling `settle`.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Max, Sum
from django.db.models.functions import Coalesce

from occupations.models import Ksb
from portfolios.models import Apprenticeship, Claim, Evidence, KsbProgress, KsbState, Outcome

#: How many claims must be met before a KSB counts as met.
MET_CLAIMS_NEEDED = 1

#: Each state and the column of Apprenticeship that counts it.
COUNTED_STATES = {
    KsbState.IN_PROGRESS: "in_progress_count",
    KsbState.SUBMITTED: "submitted_count",
    KsbState.NEEDS_WORK: "needs_work_count",
    KsbState.MET: "met_count",
    KsbState.SIGNED_OFF: "signed_off_count",
}

_DERIVED = ["state", "drafted_count", "waiting_count", "met_count", "newest_outcome", "newest_decided_at"]
DERIVED_FIELDS = [*_DERIVED, "signed_off_at", "signed_off_by"]


def state_of(progress: KsbProgress) -> KsbState:
    """The one state that a KSB is in, from what is drafted, waiting, decided and signed off."""
    if progress.signed_off_at:
        return KsbState.SIGNED_OFF
    if progress.newest_outcome == Outcome.NOT_YET:
        return KsbState.SUBMITTED if progress.waiting_count else KsbState.NEEDS_WORK
    if progress.met_count >= MET_CLAIMS_NEEDED:
        return KsbState.MET
    if progress.waiting_count:
        return KsbState.SUBMITTED
    return KsbState.IN_PROGRESS if progress.drafted_count else KsbState.NOT_STARTED


def begin(apprenticeship: Apprenticeship) -> None:
    """Make the progress row of every KSB that applies."""
    KsbProgress.objects.bulk_create(
        KsbProgress(apprenticeship=apprenticeship, ksb=ksb)
        for ksb in Ksb.objects.filter(version=apprenticeship.standard_version_id).in_order()
    )
    settle(apprenticeship, [])


def count_drafts(apprenticeship: Apprenticeship, rows: Iterable[KsbProgress]) -> None:
    """Set `drafted_count` on `rows` from the claims in working copies."""
    drafted = dict(
        Claim.objects.unscoped()
        .filter(evidence__apprenticeship=apprenticeship)
        .drafted()
        .values_list("ksb")
        .annotate(Count("pk"))
    )
    for row in rows:
        row.drafted_count = drafted.get(row.ksb_id, 0)


def refresh_drafts(apprenticeship: Apprenticeship, ksb_ids: Iterable[UUID]) -> None:
    """Bring progress on these KSBs up to date after a change to a draft."""
    rows = list(KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship, ksb__in=ksb_ids))
    count_drafts(apprenticeship, rows)
    settle(apprenticeship, rows)


def settle(apprenticeship: Apprenticeship, rows: list[KsbProgress]) -> None:
    """Write `rows` with the states that follow from their counts, then the apprenticeship's totals."""
    for row in rows:
        row.state = state_of(row)
    if rows:
        KsbProgress.objects.unscoped().bulk_update(rows, DERIVED_FIELDS)
    for column, value in totals_of(apprenticeship).items():
        setattr(apprenticeship, column, value)
    apprenticeship.save(update_fields=TOTAL_FIELDS)


TOTAL_FIELDS = ["ksb_count", *COUNTED_STATES.values(), "last_activity_at", "stored_bytes"]


def totals_of(apprenticeship: Apprenticeship, rows: Iterable[KsbProgress] | None = None) -> dict[str, object]:
    """What the totals should be, by column, from the progress (`rows`, or as stored) and the evidence."""
    states: Iterable[str]
    if rows is None:
        states = KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship).values_list("state", flat=True)
    else:
        states = [row.state for row in rows]
    counts = Counter(states)
    evidence = Evidence.objects.unscoped().filter(apprenticeship=apprenticeship)
    return {
        "ksb_count": counts.total(),
        **{column: counts[state] for state, column in COUNTED_STATES.items()},
        **evidence.aggregate(last_activity_at=Max("changed_at"), stored_bytes=Coalesce(Sum("files__size_bytes"), 0)),
    }
