"""Importing a portfolio from another installation: it is looked through and shown first, then imported, by jobs."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require
from apprenticeships.access import can_enrol
from files.file_names import clean_name
from files.http import upload_handlers
from files.http.upload_handlers import takes_files
from pages.requests import Request, organisation_of
from reports.pack.notes import BadKey, PublicKey
from reports.portfolio import workflow
from reports.portfolio.models import PortfolioArrival

#: Older ones are in the record of each learner.
MOST_SHOWN = 20


class PortfolioForm(forms.Form):
    """A portfolio, and the key of the site that made it."""

    file = forms.FileField(
        label=gettext_lazy("Portfolio"),
        help_text=gettext_lazy("The ZIP file that the learner was given at the other provider."),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )
    key = forms.CharField(
        label=gettext_lazy("Public key of the other site (optional)"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("From its page “/pack-keys/”. With it, we check that the file was made there."),
    )

    def clean_key(self) -> tuple[PublicKey, ...]:
        return keys_in(self.cleaned_data["key"])


def keys_in(text: str) -> tuple[PublicKey, ...]:
    """The key that somebody pasted."""
    if not text.strip():
        return ()
    try:
        return (PublicKey.read(text.strip()),)
    except BadKey:
        raise forms.ValidationError(_("This is not a public key. It looks like name+0123abcd+Base64.")) from None


@takes_files
@require_http_methods(["GET", "POST"])
def portfolio_import(request: Request) -> HttpResponse:
    """Upload a portfolio, which a job looks through, and see those that were uploaded lately."""
    provider = organisation_of(request)
    require(can_enrol(request.actor, provider), _("Only an admin of the training provider can do this."))
    form = PortfolioForm(request.POST, request.FILES) if request.method == "POST" else PortfolioForm()
    for message in upload_handlers.messages(request):
        form.add_error("file", message)
    if form.is_bound and form.is_valid():
        upload, key = form.cleaned_data["file"], request.POST.get("key", "").strip()
        arrival = workflow.take_in(provider, request.actor, upload, file_name=clean_name(upload.name), key=key)
        return redirect("pages:portfolio-arrival", arrival.pk)
    rows = PortfolioArrival.objects.visible_to(request.actor).select_related("by").newest_first()[:MOST_SHOWN]
    context = {"form": form, "arrivals": rows}
    return render(request, "external/portfolio_import.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def portfolio_arrival(request: Request, arrival_id: UUID) -> HttpResponse:
    """What is in a portfolio, how far it has come, and importing it."""
    arrival = _arrival(request, arrival_id)
    if request.method == "POST":
        workflow.import_arrival(arrival.pk, request.actor)
        return redirect("pages:portfolio-arrival", arrival.pk)
    return render(request, "external/portfolio_arrival.html", {"arrival": arrival})


@require_GET
def portfolio_arrival_progress(request: Request, arrival_id: UUID) -> HttpResponse:
    """How far it has come: what the page asks for again and again."""
    return render(request, "external/_portfolio_arrival.html", {"arrival": _arrival(request, arrival_id)})


@require_POST
def portfolio_arrival_drop(request: Request, arrival_id: UUID) -> HttpResponse:
    """Give up a portfolio that was not imported."""
    workflow.drop_arrival(_arrival(request, arrival_id).pk, request.actor)
    messages.success(request, _("The file has been deleted. Nothing was imported."))
    return redirect("pages:portfolio-import")


def _arrival(request: Request, arrival_id: UUID) -> PortfolioArrival:
    return get_object_or_404(PortfolioArrival.objects.visible_to(request.actor).select_related("record"), pk=arrival_id)
