"""KSBs that were signed off in another system: a list is looked through first, then brought in, and taken out again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.models import Apprenticeship
from apprenticeships.seen import seen
from assessments import access, workflow
from assessments.external import Listed, read
from assessments.models import ExternalRecord
from core.errors import Incomplete
from files.file_names import clean_name
from files.http.upload_handlers import takes_files
from pages.external.forms import ConfirmForm, ListForm, TakeOutForm
from pages.refusals import say_in
from pages.requests import Request


def _seen(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    found = seen(request.actor, apprenticeship_id, "apprentice", "standard_version__standard", "option")
    if found is None:
        raise Http404
    return found


def _require_right(request: Request, apprenticeship: Apprenticeship) -> None:
    allowed = access.can_bring_in(request.actor, apprenticeship)
    require(allowed, _("Only an admin of the training provider can do this."))


@takes_files
@require_http_methods(["GET", "POST"])
def external(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """What came from elsewhere; for admins, a list to look through, and then to bring in."""
    apprenticeship = _seen(request, apprenticeship_id)
    if request.method == "GET":
        return _page(request, apprenticeship, form=ListForm())
    require(
        access.can_bring_in(request.actor, apprenticeship), _("Only an admin of the training provider can do this.")
    )
    require_open(apprenticeship)
    if "text" in request.POST:
        return _confirmed(request, apprenticeship)
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, apprenticeship, form=form)
    name = clean_name(form.cleaned_data["file"].name)
    return _looked_through(request, apprenticeship, form.text, form.cleaned_data["source"], name)


def _confirmed(request: Request, apprenticeship: Apprenticeship) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, apprenticeship, form=ListForm(request.POST))
    said = form.cleaned_data
    try:
        made = workflow.bring_in_sign_offs(
            apprenticeship.pk,
            request.actor,
            text=said["text"],
            source=said["source"],
            file_name=clean_name(said["file_name"]),
        )
    except Incomplete:
        return _looked_through(request, apprenticeship, said["text"], said["source"], clean_name(said["file_name"]))
    count = made.counts["sign_offs"]
    words = ngettext("%(n)s sign-off has been imported.", "%(n)s sign-offs have been imported.", count)
    messages.success(request, words % {"n": count})
    return redirect("pages:external", apprenticeship.pk)


def _looked_through(
    request: Request, apprenticeship: Apprenticeship, text: str, source: str, name: str
) -> HttpResponse:
    """What a list says, with every fault; without any, the button that brings it in."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    listed = read(text, apprenticeship)
    return _page(
        request, apprenticeship, form=ListForm(initial={"source": source}), listed=listed, text=text, name=name
    )


def _page(
    request: Request, apprenticeship: Apprenticeship, *, form: ListForm, listed: Listed | None = None, **more: Any
) -> HttpResponse:
    records = ExternalRecord.objects.visible_to(request.actor).filter(apprenticeship=apprenticeship)
    context = {
        "apprenticeship": apprenticeship,
        "is_own": apprenticeship.apprentice_id == request.actor.person_id,
        "brings_in": access.brings_in(request.actor, apprenticeship),
        "takes_out": access.takes_out(request.actor, apprenticeship),
        "records": records.select_related("by", "undoing__by").order_by("-at", "pk"),
        "form": form,
        "listed": listed,
        "source": form.initial.get("source", ""),
        **more,
    }
    status = 422 if form.errors or (listed and listed.faults) else 200
    return render(request, "external/external.html", context, status=status)


@require_http_methods(["GET", "POST"])
def external_take_out(request: Request, external_id: UUID) -> HttpResponse:
    """Take a list out again, saying why."""
    record = get_object_or_404(
        ExternalRecord.objects.visible_to(request.actor).select_related("apprenticeship__apprentice"),
        pk=external_id,
        kind=ExternalRecord.Kind.SIGN_OFFS,
    )
    apprenticeship = record.apprenticeship
    require(
        access.can_take_out(request.actor, apprenticeship),
        _("Only an admin or an internal quality assurer can do this."),
    )
    form = TakeOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.take_out_sign_offs(record.pk, request.actor, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("These sign-offs no longer count."))
            return redirect("pages:external", apprenticeship.pk)
    context = {"form": form, "record": record, "apprenticeship": apprenticeship}
    return render(request, "external/take_out.html", context, status=422 if form.errors else 200)
