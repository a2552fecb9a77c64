"""From "today I did …" to the duties of a standard, and through them to its KSBs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from occupations import duty_lens
from pages.catalogue.catalogue import asked_for, version_of
from pages.catalogue.forms import DutyLensForm
from pages.requests import Request


@require_http_methods(["GET", "POST"])
def duties_for(request: Request, reference: str, version: str) -> HttpResponse:
    """The duties that a text speaks of; htmx asks for them alone.

    The text is posted, though nothing changes: what somebody did at work belongs in no address and no log.
    """
    shown = version_of(request, reference, version)
    form = DutyLensForm(request.POST or None)
    context: dict[str, Any] = {
        "version": shown,
        "asked": asked_for(request, shown),
        "form": form,
        "option": request.GET.get("option", ""),
        "found": None,
    }
    if form.is_valid():
        context |= {
            "found": duty_lens.duties_for(form.cleaned_data["did"], shown, context["option"]),
            "has_duties": shown.duties.exists(),
        }
    template = "catalogue/_duty_lens.html" if request.htmx else "catalogue/duty_lens.html"
    return render(request, template, context, status=422 if form.errors else 200)
