"""What is to be checked, what was found, and actions: for quality assurers, and for assessors what is for them."""

from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.sampling import access, lists
from pages.quality.rows import appeal_rows, finding_rows, sample_rows
from pages.requests import Request
from portfolios.access import may_hide_files

PER_PAGE = 50
_ROWS: dict[str, Any] = {"waiting": sample_rows, "appeals": appeal_rows}


@require_GET
def quality(request: Request) -> HttpResponse:
    """One list at a time: what nobody has checked, open or overdue actions, or all that was found."""
    actor = request.actor
    if not access.sees_checks(actor):
        raise Http404
    names = lists.lists_of(actor)
    show = given if (given := request.GET.get("show", "")) in names else names[0]
    counts = {name: lists.rows_of(actor, name).count() for name in names}
    found = lists.rows_of(actor, show).of_number(counts[show])
    page: Page[Any] = Paginator(cast(Any, found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "show": show,
        "counts": counts,
        "page": page,
        "rows": _ROWS.get(show, finding_rows)(page.object_list),
        "oversees": access.oversees_quality(actor),
        "audits": access.audits(actor),
        "can_plan": access.assures(actor),
        "can_hide": may_hide_files(actor),
    }
    return render(request, "quality/quality.html", context)
