"""The judged part of KsbProgress: what waits, what was decided, what is signed off.

What was judged for a statement of an earlier text counts for the one that goes on from it: see assessments.carrying.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count

from apprenticeships.models import Apprenticeship, KsbProgress, Outcome
from apprenticeships.progress import fit
from assessments.models import Decision, SignOff, SubmittedClaim
from assessments.moves.carrying import Carried, carried
from portfolios import coverage


def refresh(apprenticeship: Apprenticeship, ksb_ids: Iterable[UUID]) -> None:
    """Bring progress on these KSBs up to date after something was submitted, judged, signed off or taken back."""
    ways = carried(apprenticeship)
    ksb_ids = {ways.now(ksb) for ksb in ksb_ids}
    rows = list(KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship, ksb__in=ksb_ids))
    recount(apprenticeship, rows, ways)
    coverage.settle(apprenticeship, rows)


def refit(apprenticeship: Apprenticeship) -> None:
    """Bring all progress up to date after other KSBs apply than before."""
    rows = fit(apprenticeship)
    recount(apprenticeship, rows)
    coverage.settle(apprenticeship, rows)


def recount(apprenticeship: Apprenticeship, rows: list[KsbProgress], ways: Carried | None = None) -> None:
    """Set every count, date and person on `rows` from claims, decisions and sign-offs. Nothing is written."""
    ways = ways or carried(apprenticeship)
    coverage.count_drafts(apprenticeship, rows)
    waiting: Counter[UUID] = Counter()
    for ksb, count in (
        SubmittedClaim.objects.unscoped()
        .filter(apprenticeship=apprenticeship)
        .waiting()
        .values_list("ksb")
        .annotate(Count("pk"))
    ):
        waiting[ways.now(ksb)] += count
    decisions: dict[UUID, list[tuple]] = {}
    for ksb, outcome, at in (
        Decision.objects.unscoped()
        .filter(claim__apprenticeship=apprenticeship)
        .order_by("at", "pk")
        .values_list("claim__ksb", "outcome", "at")
    ):
        decisions.setdefault(ways.now(ksb), []).append((outcome, at, ksb))
    signed_off = {
        ways.now(sign_off.ksb_id): sign_off
        for sign_off in SignOff.objects.unscoped().filter(apprenticeship=apprenticeship).live().order_by("at", "pk")
    }
    for row in rows:
        made = decisions.get(row.ksb_id, [])
        row.waiting_count = waiting[row.ksb_id]
        row.met_count = sum(outcome == Outcome.MET for outcome, _, _ in made)
        row.newest_outcome, row.newest_decided_at = made[-1][:2] if made else ("", None)
        standing = signed_off.get(row.ksb_id)
        row.signed_off_at = standing.at if standing else None
        row.signed_off_by_id = standing.by_id if standing else None
        if standing:
            rests_on = [standing.ksb_id]
        elif row.newest_outcome == Outcome.MET:
            rests_on = [ksb for outcome, _, ksb in made if outcome == Outcome.MET]
        else:
            rests_on = []
        row.is_to_confirm = bool(rests_on) and all(ways.to_confirm(ksb) for ksb in rests_on)
