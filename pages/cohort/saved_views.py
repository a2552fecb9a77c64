"""Saved views of the cohort: the list of them, and saving and removing one."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import runs_provider
from core import moments
from core.errors import Incomplete
from pages.cohort.views import cohort_of
from pages.refusals import say_in
from pages.requests import Request, organisation_of
from reports.saving import workflow
from reports.saving.access import uses_views
from reports.saving.mailing import when_words
from reports.saving.models import ReportMailing, SavedView

#: What a view never holds: who it is about, and where somebody was in it.
_LEFT_OUT = ("name", "page")
_LONGEST = 1_000


class SaveForm(forms.Form):
    """A name for the filters."""

    name = forms.CharField(
        label=gettext_lazy("Name of the view"),
        max_length=80,
        error_messages={"required": gettext_lazy("Give it a name.")},
    )
    query = forms.CharField(required=False, max_length=4_000, widget=forms.HiddenInput)


def _without_people(query: str) -> str:
    """The filters of an address as far as a view holds them."""
    given = QueryDict(query, mutable=True)
    for name in list(given):
        if name in _LEFT_OUT or not given[name]:
            del given[name]
    found = given.urlencode()
    return found if len(found) <= _LONGEST else ""


@require_http_methods(["GET", "POST"])
def saved_views(request: Request) -> HttpResponse:
    """The views of this organisation; a POST saves one."""
    if not uses_views(request.actor):
        raise Http404
    organisation = organisation_of(request)
    form = SaveForm(request.POST or None, initial={"query": _without_people(request.GET.urlencode())})
    if request.method == "POST" and form.is_valid():
        query = _without_people(form.cleaned_data["query"])
        try:
            made = workflow.save_view(organisation.pk, request.actor, form.cleaned_data["name"], query)
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved. Everybody here can open it by its link."))
            return redirect("pages:saved-view", made.pk)
    is_admin = runs_provider(request.actor)
    running = ReportMailing.objects.visible_to(request.actor).running().prefetch_related("people")
    mailings = {one.view_id: one for one in running}
    rows = [
        {
            "mailing": _mailing(mailings.get(view.pk), request, view, is_admin=is_admin),
            "pk": view.pk,
            "name": view.name,
            "by": view.by.name,
            "at": view.at,
            "can_remove": is_admin or view.by_id == request.actor.person_id,
        }
        for view in SavedView.objects.visible_to(request.actor).select_related("by").by_name()
    ]
    context = {"form": form, "views": rows, "can_save": bool(form["query"].value())}
    return render(request, "cohort/saved_views.html", context, status=422 if form.errors else 200)


def _mailing(
    found: ReportMailing | None, request: Request, view: SavedView, *, is_admin: bool
) -> dict[str, object] | None:
    """When it is mailed and to whom, in words."""
    if found is None:
        return None
    return {
        "when": when_words(found.rhythm, found.day),
        "people": ", ".join(sorted(one.name for one in found.people.all())),
        "next": moments.day(timezone.localtime(found.next_at).date()),
        "can_end": is_admin or request.actor.person_id in (found.by_id, view.by_id),
    }


@require_GET
def saved_view(request: Request, view_id: UUID) -> HttpResponse:
    """The cohort by the filters of a view, at an address that says nothing of them."""
    if not uses_views(request.actor):
        raise Http404
    view = get_object_or_404(SavedView.objects.visible_to(request.actor), pk=view_id)
    query = QueryDict(view.query, mutable=True)
    if page := request.GET.get("page"):
        query["page"] = page
    return cohort_of(request, query, view.name)


@require_POST
def saved_view_remove(request: Request, view_id: UUID) -> HttpResponse:
    """Remove a view."""
    view = get_object_or_404(SavedView.objects.visible_to(request.actor), pk=view_id)
    workflow.remove_view(view.pk, request.actor)
    messages.success(request, _("Removed."))
    return redirect("pages:saved-views")
