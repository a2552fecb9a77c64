"""The judged part of KsbProgress: what waits, what was decided, what is signed off."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count

from assessments.models import Decision, SignOff, SubmittedClaim
from portfolios import coverage
from portfolios.models import Apprenticeship, KsbProgress, Outcome


def refresh(apprenticeship: Apprenticeship, ksb_ids: Iterable[UUID]) -> None:
    """Bring progress on these KSBs up to date after something was submitted, judged, signed off or taken back."""
    rows = list(KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship, ksb__in=ksb_ids))
    recount(apprenticeship, rows)
    coverage.settle(apprenticeship, rows)


def recount(apprenticeship: Apprenticeship, rows: list[KsbProgress]) -> None:
    """Set every count, date and person on `rows` from claims, decisions and sign-offs. Nothing is written."""
    coverage.count_drafts(apprenticeship, rows)
    waiting = dict(
        SubmittedClaim.objects.unscoped()
        .filter(apprenticeship=apprenticeship)
        .waiting()
        .values_list("ksb")
        .annotate(Count("pk"))
    )
    decisions: dict[UUID, list[tuple]] = {}
    for ksb, outcome, at in (
        Decision.objects.unscoped()
        .filter(claim__apprenticeship=apprenticeship)
        .order_by("at", "pk")
        .values_list("claim__ksb", "outcome", "at")
    ):
        decisions.setdefault(ksb, []).append((outcome, at))
    signed_off = {
        sign_off.ksb_id: sign_off
        for sign_off in SignOff.objects.unscoped().filter(apprenticeship=apprenticeship).live()
    }
    for row in rows:
        made = decisions.get(row.ksb_id, [])
        row.waiting_count = waiting.get(row.ksb_id, 0)
        row.met_count = sum(outcome == Outcome.MET for outcome, _ in made)
        row.newest_outcome, row.newest_decided_at = made[-1] if made else ("", None)
        standing = signed_off.get(row.ksb_id)
        row.signed_off_at = standing.at if standing else None
        row.signed_off_by_id = standing.by_id if standing else None
