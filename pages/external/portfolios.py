"""Importing a portfolio from another installation: it is checked and shown first, then imported."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files import File
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import require
from apprenticeships.access import can_enrol
from core.errors import Incomplete
from files import sandbox, storing
from files.file_names import clean_name
from files.http import upload_handlers
from files.http.upload_handlers import takes_files
from pages.refusals import say_in
from pages.requests import Request, organisation_of
from reports.pack.notes import BadKey, PublicKey
from reports.portfolio import arrivals
from reports.portfolio.importing import Brought, import_portfolio

_SHA256 = re.compile(r"[0-9a-f]{64}")


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


class ConfirmForm(forms.Form):
    """A portfolio that was shown, to be imported."""

    sha256 = forms.RegexField(_SHA256, widget=forms.HiddenInput)
    file_name = forms.CharField(max_length=255, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


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
    """Look through a portfolio, then import it."""
    provider = organisation_of(request)
    require(can_enrol(request.actor, provider), _("Only an admin of the training provider can do this."))
    if request.method == "GET":
        return _page(request, PortfolioForm())
    if "sha256" in request.POST:
        return _confirmed(request, provider.pk)
    form = PortfolioForm(request.POST, request.FILES)
    for message in upload_handlers.messages(request):
        form.add_error("file", message)
    if not form.is_valid():
        return _page(request, form)
    upload, name = form.cleaned_data["file"], clean_name(form.cleaned_data["file"].name)
    try:
        with sandbox.workplace() as folder:
            path = _written(upload, folder)
            told = import_portfolio(
                path, provider.pk, request.actor, file_name=name, keys=form.cleaned_data["key"], is_trial=True
            )
            with path.open("rb") as file:
                sha256 = arrivals.keep(provider.pk, File(file))
    except Incomplete as refusal:
        say_in(form, refusal)
        return _page(request, form)
    return _page(request, PortfolioForm(), told=told, sha256=sha256, name=name, key=request.POST.get("key", ""))


def _written(upload: Any, folder: Path) -> Path:
    """The upload as a file with a name: its own is nameless."""
    path = folder / "portfolio.zip"
    with path.open("wb") as file:
        for chunk in upload.chunks(storing.CHUNK_BYTES):
            file.write(chunk)
    return path


def _confirmed(request: Request, provider: UUID) -> HttpResponse:
    form = ConfirmForm(request.POST)
    shown = PortfolioForm()
    if not form.is_valid():
        return _page(request, shown, refusal=_("Part of this form went missing on the way. Choose the file again."))
    said = form.cleaned_data
    try:
        with sandbox.workplace() as folder, arrivals.at_hand(provider, said["sha256"], folder) as path:
            brought = import_portfolio(
                path,
                provider,
                request.actor,
                file_name=clean_name(said["file_name"]),
                keys=keys_in(said["key"]),
            )
    except FileNotFoundError:
        return _page(request, shown, refusal=_("This file is not here any more. Choose it again."))
    except (Incomplete, forms.ValidationError) as refusal:
        return _page(request, shown, refusal=str(refusal))
    arrivals.drop(provider, said["sha256"])
    assert brought.record is not None, "it was no trial"
    messages.success(
        request,
        _("This portfolio was imported before. Nothing has changed.")
        if brought.is_repeat
        else _("The portfolio has been imported."),
    )
    return redirect("pages:external", brought.record.apprenticeship_id)


def _page(
    request: Request, form: PortfolioForm, *, told: Brought | None = None, refusal: str = "", **more: Any
) -> HttpResponse:
    context = {"form": form, "told": told, "refusal": refusal, **more}
    return render(request, "external/portfolio.html", context, status=422 if form.errors or refusal else 200)
