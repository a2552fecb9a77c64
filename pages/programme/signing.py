"""Signing a version in the app, declining to, and asking the employer by a link: the same for each kind."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.workflow.verification import contacts_of
from core.errors import Incomplete
from pages.gateway import gateway
from pages.programme import review
from pages.programme.planning import fewer_hours, plan
from pages.programme.scanning import prior
from pages.programme.signing_forms import AskToSignForm, DeclineToSignForm
from pages.refusals import say_in
from pages.requests import Request
from programme import workflow
from programme.models import Party, SignedKind, SignedVersion
from reports.gateway.workflow import declare
from signing import workflow as links
from signing.models import Link

#: The address of the page of each kind of thing, by the version.
_PLACES: dict[str, Callable[[SignedVersion], str]] = {
    SignedKind.REVIEW: lambda version: reverse("pages:progress-review", args=[version.about]),
    SignedKind.PLAN: lambda version: f"{reverse('pages:training-plan', args=[version.about])}?version={version.number}",
    SignedKind.FEWER_HOURS: lambda version: reverse("pages:fewer-hours", args=[version.about]),
    SignedKind.PRIOR_LEARNING: lambda version: reverse("pages:prior-learning", args=[version.about]),
    SignedKind.GATEWAY: lambda version: reverse("pages:gateway", args=[version.apprenticeship_id]),
}
#: The same page again, with the form that was refused.
_PAGES: dict[str, Callable[[Request, SignedVersion, forms.Form], HttpResponse]] = {
    SignedKind.REVIEW: review.page_of_version,
    SignedKind.PLAN: plan.page_of_version,
    SignedKind.FEWER_HOURS: fewer_hours.page_of_version,
    SignedKind.PRIOR_LEARNING: prior.page_of_version,
    SignedKind.GATEWAY: gateway.page_of_version,
}
#: How a party signs in the app, where more follows from it than the signature.
_SIGN = {SignedKind.GATEWAY: declare}


def _found(request: Request, version_id: UUID) -> SignedVersion:
    rows = SignedVersion.objects.visible_to(request.actor)
    whose = ("apprenticeship__apprentice", "apprenticeship__provider", "apprenticeship__employer")
    return get_object_or_404(rows.select_related(*whose), pk=version_id)


def _back(version: SignedVersion) -> HttpResponse:
    return redirect(_PLACES[version.kind](version))


@require_GET
def signed_version(request: Request, version_id: UUID) -> HttpResponse:
    """To what this is a version of: where entries of the record and notices lead."""
    return _back(_found(request, version_id))


def _party(request: Request) -> str:
    party = request.POST.get("party", "")
    if party not in Party.values:
        raise Http404
    return party


@require_POST
def version_sign(request: Request, version_id: UUID) -> HttpResponse:
    """Sign as the apprentice or as their mentor."""
    version = _found(request, version_id)
    shown = request.POST.get("shown", "")
    sign = _SIGN.get(SignedKind(version.kind), workflow.sign_version)
    sign(version.pk, request.actor, party=_party(request), shown=shown)
    messages.success(request, _("Thank you. You have signed this."))
    return _back(version)


@require_POST
def version_decline(request: Request, version_id: UUID) -> HttpResponse:
    """Say that one does not sign, and why."""
    version = _found(request, version_id)
    party, shown = _party(request), request.POST.get("shown", "")
    form = DeclineToSignForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        workflow.decline_version(version.pk, request.actor, party=party, shown=shown, reason=reason)
        messages.success(request, _("We have told whoever sent it. You can still sign it later."))
        return _back(version)
    return _PAGES[version.kind](request, version, form)


@require_POST
def version_ask(request: Request, version_id: UUID) -> HttpResponse:
    """Send a contact of the employer a link with which they sign."""
    version = _found(request, version_id)
    contacts = contacts_of(version.apprenticeship)
    form = AskToSignForm(request.POST, contacts=contacts.values())
    if form.is_valid():
        contact = contacts[UUID(form.cleaned_data["contact"])]
        try:
            workflow.ask_employer_to_sign(version.pk, request.actor, contact_id=contact.pk)
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("We are emailing %(name)s a link.") % {"name": contact.name})
            return _back(version)
    return _PAGES[version.kind](request, version, form)


@require_POST
def version_link(request: Request, version_id: UUID) -> HttpResponse:
    """Send the employer's link again, or withdraw it."""
    version = _found(request, version_id)
    link = get_object_or_404(Link.objects.visible_to(request.actor).unanswered(), about=version.pk)
    if request.POST.get("act") == "withdraw":
        links.revoke(link.pk, request.actor)
        messages.success(request, _("The request has been withdrawn and its link no longer works."))
    else:
        links.resend(link.pk, request.actor)
        messages.success(request, _("We are emailing a new link. The old one no longer works."))
    return _back(version)
