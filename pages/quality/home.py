"""What is to be checked, what was found, and actions: for quality assurers, and for assessors what is for them."""

from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from assessments.sampling import access, lists
from pages.quality.files import quality_table
from pages.quality.rows import appeal_rows, finding_rows, sample_rows
from pages.requests import Request
from pages.table_files import people_file
from portfolios.access import may_hide_files

PER_PAGE = 50
_ROWS: dict[str, Any] = {"waiting": sample_rows, "appeals": appeal_rows}


@require_http_methods(["GET", "HEAD", "POST"])
def quality(request: Request) -> HttpResponseBase:
    """One list at a time: what nobody has checked, open or overdue actions, or all that was found. A POST: its file."""
    actor = request.actor
    if not access.sees_checks(actor):
        raise Http404
    names = lists.lists_of(actor)
    show = given if (given := request.GET.get("show", "")) in names else names[0]
    counts = {name: lists.rows_of(actor, name).count() for name in names}
    found = lists.rows_of(actor, show).of_number(counts[show])
    if request.method == "POST":
        rows = list(cast(Any, found)[0 : counts[show]])
        return people_file(request, quality_table(show, rows), f"quality_{show}", len(rows))
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
