"""The judged part of KsbProgress: what waits, what was decided, what is signed off, what quality assurance agreed with.

What was judged for a statement of an earlier text counts for the one that goes on from it: see assessments.carrying.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Min

from apprenticeships.models import Apprenticeship, KsbProgress, Outcome
from apprenticeships.progress import fit
from assessments.models import Decision, Finding, SignOff, SubmittedClaim
from assessments.policies.rules import MetClaim, group_of
from assessments.policies.terms import Terms, terms_of
from core.prepared import Prepared
from portfolios import coverage

_waiting = Prepared(
    lambda apprenticeship: (
        SubmittedClaim.objects.unscoped()
        .filter(apprenticeship=apprenticeship)
        .waiting()
        .values_list("ksb")
        .annotate(Count("pk"))
    ),
    is_the_same_every_day=True,
)
_decisions = Prepared(
    lambda apprenticeship: (
        Decision.objects.unscoped()
        .standing()
        .counting()
        .filter(claim__apprenticeship=apprenticeship)
        .marks()
        # A correction stands where the decision stood that it corrects.
        .annotate(first_at=Min("claim__decisions__at"))
        .order_by("first_at", "pk")
        .values_list(
            "claim__ksb",
            "outcome",
            "at",
            "first_at",
            "claim__submission__evidence",
            "claim__submission__snapshot__content__kind",
        )
    ),
    is_the_same_every_day=True,
)
_signed_off = Prepared(
    lambda apprenticeship: (
        SignOff.objects.unscoped()
        .filter(apprenticeship=apprenticeship)
        .counting()
        .order_by("at", "pk")
        .values_list("ksb", "at", "by")
    ),
    is_the_same_every_day=True,
)
#: What internal quality assurance found about decisions that stand, the newest last.
_findings = Prepared(
    lambda apprenticeship: (
        Finding.objects.unscoped()
        .standing()
        .filter(
            sample__apprenticeship=apprenticeship,
            sample__decision__isnull=False,
            sample__decision__superseded_by__supersedes=None,
        )
        .order_by("at", "pk")
        .values_list("sample__decision__claim__ksb", "result", "at")
    ),
    is_the_same_every_day=True,
)


def refresh(apprenticeship: Apprenticeship, ksb_ids: Iterable[UUID], terms: Terms | None = None) -> None:
    """Bring progress on these KSBs up to date after something was submitted, judged, signed off or taken back.

    Args:
        terms: as the act has read them already.
    """
    terms = terms or terms_of(apprenticeship)
    rows = coverage.progress_on(apprenticeship, {terms.ways.now(ksb) for ksb in ksb_ids})
    recount(apprenticeship, rows, terms)
    coverage.settle(apprenticeship, rows)


def refit(apprenticeship: Apprenticeship) -> None:
    """Bring all progress up to date after other KSBs apply than before."""
    rows = fit(apprenticeship)
    recount(apprenticeship, rows)
    coverage.settle(apprenticeship, rows)


def recount(apprenticeship: Apprenticeship, rows: list[KsbProgress], terms: Terms | None = None) -> None:
    """Set every count, date and person on `rows` from claims, decisions and sign-offs. Nothing is written."""
    terms = terms or terms_of(apprenticeship)
    rules, ways = terms.rules, terms.ways
    coverage.count_drafts(apprenticeship, rows)
    waiting: Counter[UUID] = Counter()
    for ksb, count in _waiting(apprenticeship=apprenticeship.pk):
        waiting[ways.now(ksb)] += count
    decisions: dict[UUID, list[tuple[Any, ...]]] = {}
    met: dict[UUID, list[MetClaim]] = {}
    for ksb, outcome, at, *about in _decisions(apprenticeship=apprenticeship.pk):
        decisions.setdefault(ways.now(ksb), []).append((outcome, at, ksb))
        if outcome == Outcome.MET:
            met.setdefault(ways.now(ksb), []).append(MetClaim(*about))
    signed_off = {ways.now(ksb): (ksb, at, person) for ksb, at, person in _signed_off(apprenticeship=apprenticeship.pk)}
    checked = {
        ways.now(ksb): at if result == Finding.Result.AGREED else None
        for ksb, result, at in _findings(apprenticeship=apprenticeship.pk)
    }
    for row in rows:
        made = decisions.get(row.ksb_id, [])
        row.waiting_count = waiting[row.ksb_id]
        row.met_count = len(met.get(row.ksb_id, []))
        row.is_enough = row.ksb_id in met and rules.are_met(group_of(row.ksb.type), met[row.ksb_id])
        row.newest_outcome, row.newest_decided_at = made[-1][:2] if made else ("", None)
        standing = signed_off.get(row.ksb_id)
        source, row.signed_off_at, row.signed_off_by_id = standing or (None, None, None)
        row.quality_assured_at = checked.get(row.ksb_id)
        if source:
            rests_on = [source]
        elif row.newest_outcome == Outcome.MET:
            rests_on = [ksb for outcome, _, ksb in made if outcome == Outcome.MET]
        else:
            rests_on = []
        row.is_to_confirm = bool(rests_on) and all(ways.to_confirm(ksb) for ksb in rests_on)
