"""What is to be checked, what was found, and actions: for quality assurers, and for assessors what is for them."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.models import Appeal, Finding, Sample
from assessments.sampling import access
from pages.quality.rows import APPEALS, SAMPLES, appeal_rows, finding_rows, sample_rows
from pages.requests import Request

PER_PAGE = 50
_FINDINGS = (
    "owner",
    "sample__decision__by",
    "sample__decision__claim__ksb",
    "sample__apprenticeship__apprentice",
)

_READ_WITH = {"waiting": SAMPLES, "actions": _FINDINGS, "overdue": _FINDINGS, "appeals": APPEALS, "found": _FINDINGS}
_ROWS: dict[str, Any] = {
    "waiting": sample_rows,
    "actions": finding_rows,
    "overdue": finding_rows,
    "appeals": appeal_rows,
    "found": finding_rows,
}


@require_GET
def quality(request: Request) -> HttpResponse:
    """One list at a time: what nobody has checked, open or overdue actions, or all that was found."""
    actor = request.actor
    if not access.sees_quality(actor):
        raise Http404
    oversees = access.oversees_quality(actor)
    found = Finding.objects.visible_to(actor).standing()
    waiting = Sample.objects.visible_to(actor).waiting() if oversees else Sample.objects.unscoped().none()
    if access.assures(actor):
        waiting = waiting.for_checking_by(actor)
    lists: dict[str, Any] = {
        "waiting": waiting.oldest_first(),
        "actions": found.open_actions().order_by("due_on", "pk"),
        "overdue": found.open_actions().overdue().order_by("due_on", "pk"),
        "appeals": Appeal.objects.visible_to(actor).filter(provider=actor.organisation_id).open().oldest_first(),
        "found": found.with_action_state().order_by("-at", "-pk"),
    }
    names = list(lists) if oversees else ["actions", "overdue", "appeals", "found"]
    show = given if (given := request.GET.get("show", "")) in names else names[0]
    counts = {name: lists[name].count() for name in names}
    paginator = Paginator(lists[show].select_related(*_READ_WITH[show]), PER_PAGE)
    paginator.count = counts[show]
    page: Page[Any] = paginator.get_page(request.GET.get("page"))
    context = {
        "show": show,
        "counts": counts,
        "page": page,
        "rows": _ROWS[show](page.object_list),
        "oversees": oversees,
        "can_plan": access.assures(actor),
    }
    return render(request, "quality/quality.html", context)
