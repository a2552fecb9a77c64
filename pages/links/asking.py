"""Asking somebody with no account to confirm something, and what became of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require
from apprenticeships.access import is_own
from apprenticeships.seen import seen
from assessments import access, workflow
from assessments.models import Submission, Verification
from assessments.verifying.behaviours import standing_of
from assessments.workflow.verification import contacts_of
from core.errors import Incomplete
from core.moments import moment_with_zone
from jobs.models import Mail
from pages.links.behaviours import answers_of
from pages.links.forms import AskEmployerForm, AskTestimonyForm
from pages.links.rows import drawn_link_state
from pages.refusals import say_in
from pages.requests import Request
from signing import workflow as links
from signing.access import can_look_after
from signing.models import Disavowal, Link, LinkState, Signature, state_of

_SENT = _("We are emailing %(name)s a link. This page will show what happens.")


@require_http_methods(["GET", "POST"])
def ask_testimony(request: Request, submission_id: UUID) -> HttpResponse:
    """Ask a witness or an expert about one round of a piece of evidence."""
    submission = get_object_or_404(
        Submission.objects.visible_to(request.actor).select_related(
            "evidence", "apprenticeship__apprentice", "apprenticeship__provider"
        ),
        pk=submission_id,
    )
    require(
        access.asks_testimony(request.actor, submission.apprenticeship),
        _("Only the apprentice and their assessor can ask for this."),
    )
    form = AskTestimonyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = workflow.ask_testimony(
                submission.pk,
                request.actor,
                verification_id=given["token"],
                kind=given["kind"],
                name=given["name"],
                email=given["email"],
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _SENT % {"name": given["name"]})
            return redirect("pages:verification", made.pk)
    context = {
        "form": form,
        "submission": submission,
        "apprenticeship": submission.apprenticeship,
        "is_own": is_own(request.actor, submission.apprenticeship),
    }
    return render(request, "links/ask_testimony.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def ask_employer(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Ask the employer to confirm the behaviours."""
    apprenticeship = seen(
        request.actor, apprenticeship_id, "apprentice", "provider", "employer", "standard_version", "option"
    )
    if apprenticeship is None:
        raise Http404
    require(
        access.asks_employer(request.actor, apprenticeship),
        _("Only the assessor and admins of the training provider can ask the employer."),
    )
    contacts = contacts_of(apprenticeship)
    form = AskEmployerForm(request.POST or None, contacts=contacts.values())
    if request.method == "POST" and form.is_valid():
        contact = contacts[UUID(form.cleaned_data["contact"])]
        try:
            made = workflow.ask_employer(
                apprenticeship.pk,
                request.actor,
                verification_id=form.cleaned_data["token"],
                contact_id=contact.pk,
            )
        except Incomplete as incomplete:
            say_in(form, incomplete, {"email": "contact"})
        else:
            messages.success(request, _SENT % {"name": contact.name})
            return redirect("pages:verification", made.pk)
    context = {
        "form": form,
        "apprenticeship": apprenticeship,
        "contacts": contacts,
        "behaviours": standing_of(apprenticeship).left,
    }
    return render(request, "links/ask_employer.html", context, status=422 if form.errors else 200)


@require_GET
def verification(request: Request, verification_id: UUID) -> HttpResponse:
    """Who was asked what, whether they have started, and what they said."""
    found = _found(request, verification_id)
    chain = list(
        Link.objects.visible_to(request.actor).filter(about=found.pk).select_related("asked_by").order_by("asked_at")
    )
    newest = next(link for link in reversed(chain) if not link.passed_on_at)
    newest.apprenticeship = found.apprenticeship
    signature = Signature.objects.visible_to(request.actor).filter(link=newest).first()
    disavowal = Disavowal.objects.visible_to(request.actor).filter(signature=signature).first() if signature else None
    state = LinkState.DISOWNED if disavowal else state_of(newest)
    may_change = can_look_after(request.actor, newest)
    context: dict[str, Any] = {
        "verification": found,
        "apprenticeship": found.apprenticeship,
        "link": newest,
        "state": drawn_link_state(state),
        "is_open": state in (LinkState.WAITING, LinkState.STARTED, LinkState.EXPIRED),
        "passed_on": chain[:-1],
        "signature": signature,
        "answers": answers_of(signature),
        "signed_at": moment_with_zone(signature.at) if signature else "",
        "disavowal": disavowal,
        "codes": list(found.ksbs.order_by("position").values_list("code", flat=True)),
        "may_change": may_change,
        "mail": Mail.objects.about([newest.pk]).get(newest.pk) if may_change else None,
    }
    return render(request, "links/verification.html", context)


@require_POST
def verification_resend(request: Request, verification_id: UUID) -> HttpResponse:
    """Send the link again."""
    link = _newest_link(request, verification_id)
    links.resend(link.pk, request.actor)
    messages.success(request, _("We are emailing a new link. The old one no longer works."))
    return _back(request, verification_id)


@require_POST
def verification_withdraw(request: Request, verification_id: UUID) -> HttpResponse:
    """Withdraw the request."""
    link = _newest_link(request, verification_id)
    links.revoke(link.pk, request.actor)
    messages.success(request, _("The request has been withdrawn and its link no longer works."))
    return _back(request, verification_id)


def _back(request: Request, verification_id: UUID) -> HttpResponse:
    """To the list in which the button stood, or to the page of the request."""
    if request.POST.get("from") == "waiting":
        return redirect(f"{reverse('pages:waiting')}?kind=confirmation")
    return redirect("pages:verification", verification_id)


def _found(request: Request, verification_id: UUID) -> Verification:
    return get_object_or_404(
        Verification.objects.visible_to(request.actor).select_related(
            "apprenticeship__apprentice", "apprenticeship__provider", "submission__evidence"
        ),
        pk=verification_id,
    )


def _newest_link(request: Request, verification_id: UUID) -> Link:
    found = _found(request, verification_id)
    return Link.objects.visible_to(request.actor).filter(about=found.pk, passed_on_at=None).latest("asked_at")
