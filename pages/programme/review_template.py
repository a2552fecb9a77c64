"""The form with which a provider reviews progress, and its earlier versions."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import require, runs_provider
from core import moments
from core.errors import Incomplete
from pages.programme.review_forms import SectionsForm
from pages.refusals import say_in
from pages.requests import Request, organisation_of
from programme import workflow
from programme.models import ReviewTemplate
from programme.reviewing.sections import sections_of


@require_http_methods(["GET", "POST"])
def review_template(request: Request) -> HttpResponse:
    """Build the form from sections."""
    require(runs_provider(request.actor), _("Only an admin of the training provider can do this."))
    versions = list(ReviewTemplate.objects.visible_to(request.actor).select_related("by").newest_first())
    form = SectionsForm(request.POST or None, sections=sections_of(versions[0] if versions else None))
    if request.method == "POST" and form.is_valid():
        try:
            workflow.set_template(organisation_of(request).pk, request.actor, form.sections())
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved. Reviews that are planned from now on use this form."))
            return redirect("pages:progress-review-form")
    context = {
        "form": form,
        "lines": form.lines(),
        "count": len(form.rows),
        "versions": [{"number": one.number, "by": one.by.name, "at": moments.moment(one.at)} for one in versions],
    }
    return render(request, "programme/review_template.html", context, status=422 if form.errors else 200)
