"""An assessor's caseload: two ratios, what waits for them, who has gone quiet, and every learner by urgency."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import roles_of
from accounts.models import Role
from core import clock
from pages.addresses import addresses_of
from pages.cohort.rows import rows_of
from pages.requests import Request, organisation_of
from reports import caseload as figures
from reports import owed
from reports.cohorts import cohort, cohort_file, watching

PER_PAGE = 50


@require_GET
def caseload(request: Request) -> HttpResponse:
    """What needs this assessor today."""
    if Role.ASSESSOR not in roles_of(request.actor):
        raise Http404
    board = cohort.board(cohort.counted_of_everybody(request.actor))
    paginator: Paginator[Any] = Paginator(figures.most_urgent(request.actor), PER_PAGE)  # type: ignore[arg-type]
    paginator.count = board.learners
    page: Page[Any] = paginator.get_page(request.GET.get("page"))
    learners = cohort.rows_of(page.object_list)
    context = {
        "board": board,
        "on_track": figures.on_track(board),
        "attention": figures.needing_attention(request.actor),
        "reviews": figures.reviews(request.actor),
        "sign_offs": owed.rows_of(request.actor, owed.SIGN_OFF).count(),
        "sign_off_address": f"{reverse('pages:waiting')}?kind={owed.SIGN_OFF}",
        "quiet": _quiet(learners),
        "page": page,
        "columns": cohort.PAGE_COLUMNS,
        "rows": rows_of(learners),
        "rules": cohort_file.rule_lines(request.actor, organisation_of(request)),
        "quiet_days": watching.QUIET_DAYS,
    }
    return render(request, "cohort/caseload.html", context)


def _quiet(learners: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those on this page who have done nothing for long, with the days since; the longest first."""
    now, address = clock.now(), addresses_of("progress")
    found = []
    for learner in learners:
        at = learner["last_activity_at"]
        if learner["gap_points"] is not None and at is not None and (now - at).days >= watching.QUIET_DAYS:
            days = (now - at).days
            found.append({"name": learner["apprentice__name"], "days": days, "address": address(learner["pk"])})
    return sorted(found, key=lambda one: -one["days"])
