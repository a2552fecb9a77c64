"""One progress review: what it says, who has signed it, and signing it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import runs_provider
from apprenticeships.querysets import reach_of
from assessments.workflow.verification import contacts_of
from core import moments
from core.actor import Actor
from core.errors import Incomplete
from pages.links.rows import drawn_link_state
from pages.programme.review_forms import AskToSignForm, CancelReviewForm, MoveReviewForm
from pages.programme.review_rows import (
    document,
    drawn_review_state,
    missing_signatures,
    signature_rows,
    state_of,
    title_of,
)
from pages.refusals import say_in
from pages.requests import Request
from programme import access, workflow
from programme.models import Party, ProgressReview, ReviewSignature, ReviewState, ReviewVersion
from programme.review_statements import statement_of
from signing import workflow as links
from signing.access import can_look_after
from signing.models import Link
from signing.models import state_of as link_state


def found_review(request: Request, review_id: UUID) -> ProgressReview:
    """The review, as somebody sees it."""
    return get_object_or_404(
        ProgressReview.objects.visible_to(request.actor)
        .select_related(
            "apprenticeship__apprentice", "apprenticeship__provider", "apprenticeship__employer", "template"
        )
        .with_signatures(),
        pk=review_id,
    )


@require_GET
def progress_review(request: Request, review_id: UUID) -> HttpResponse:
    """What a review says and who has signed it; earlier versions with “version”."""
    return _page(request, found_review(request, review_id))


def _page(request: Request, review: ProgressReview, sent: forms.Form | None = None) -> HttpResponse:
    actor, apprenticeship = request.actor, review.apprenticeship
    versions = list(ReviewVersion.objects.visible_to(actor).filter(review=review).select_related("by"))
    newest = versions[-1] if versions else None
    number = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.number) == number), newest)
    signatures: list[ReviewSignature] = []
    if shown:
        signatures = list(
            ReviewSignature.objects.visible_to(actor)
            .filter(version=shown)
            .select_related("link_signature__disavowal")
            .order_by("at")
        )
    state = state_of(review)
    holds = access.holds_reviews(actor, apprenticeship)
    is_own = apprenticeship.apprentice_id == actor.person_id
    may_plan = not is_own and (holds or (runs_provider(actor) and actor.organisation_id == apprenticeship.provider_id))
    is_open = state in (ReviewState.PLANNED, ReviewState.HELD)
    is_newest = shown is newest and newest is not None and state == ReviewState.WAITING
    signs_as = _signs_as(actor, review, signatures) if is_newest else ""
    link = _newest_link(actor, shown) if shown and may_plan and is_newest else None
    declined = link if link and link.declined_at else None
    link = None if declined else link
    may_ask = may_plan and is_newest and not vars(review)["signed_employer"] and link is None
    contacts = contacts_of(apprenticeship).values() if may_ask else ()
    context: dict[str, Any] = {
        "review": review,
        "title": title_of(review),
        "apprenticeship": apprenticeship,
        "is_own": is_own,
        "state": drawn_review_state(state),
        "is_planned": state == ReviewState.PLANNED,
        "is_open": is_open,
        "holds": holds,
        "due_on": moments.day(review.due_on) if review.due_on else "",
        "planned_on": moments.day(review.planned_on),
        "cancelled_at": moments.moment(review.cancelled_at) if review.cancelled_at else "",
        "shown": shown,
        "is_earlier": shown is not newest,
        "versions": versions if len(versions) > 1 else [],
        "document": document(shown, with_hidden=access.reads_hidden(actor, apprenticeship)) if shown else None,
        "signatures": signature_rows(signatures),
        "missing": missing_signatures(review),
        "signs_as": signs_as,
        "statement": statement_of(signs_as, shown.shared["employer"]) if signs_as and shown else "",
        "link": link,
        "declined": declined,
        "link_state": drawn_link_state(link_state(link)) if link else "",
        "may_change_link": link is not None and can_look_after(actor, link),
        "has_contacts": bool(contacts),
        "may_ask": may_ask,
        "ask_form": _sent(sent, AskToSignForm) or (AskToSignForm(contacts=contacts) if contacts else None),
        "move_form": _sent(sent, MoveReviewForm)
        or (MoveReviewForm(initial={"planned_on": review.planned_on}) if may_plan and state == "planned" else None),
        "cancel_form": _sent(sent, CancelReviewForm) or (CancelReviewForm() if may_plan and is_open else None),
        "sent": sent,
    }
    return render(request, "programme/review.html", context, status=422 if sent is not None else 200)


def _sent(sent: forms.Form | None, kind: type[forms.Form]) -> forms.Form | None:
    return sent if isinstance(sent, kind) else None


def _signs_as(actor: Actor, review: ProgressReview, signatures: list[ReviewSignature]) -> str:
    """The party that somebody is asked to sign for: for what the page offers. The act asks for itself."""
    if any(one.by_id == actor.person_id for one in signatures):
        return ""
    learner = review.apprenticeship
    if learner.apprentice_id == actor.person_id:
        return "" if vars(review)["signed_apprentice"] else Party.APPRENTICE.value
    is_mentor = learner.pk in reach_of(actor).mentoring
    return Party.EMPLOYER.value if is_mentor and not vars(review)["signed_employer"] else ""


def _newest_link(actor: Actor, version: ReviewVersion) -> Link | None:
    """The newest link about this version that was not passed on, withdrawn or signed."""
    rows = Link.objects.visible_to(actor).filter(about=version.pk, signed_at=None, revoked_at=None, passed_on_at=None)
    rows = rows.select_related("apprenticeship__apprentice", "apprenticeship__provider", "asked_by")
    return rows.order_by("-asked_at").first()


@require_GET
def review_version(request: Request, version_id: UUID) -> HttpResponse:
    """To the review of which this is a version: where entries of the record and notices lead."""
    version = get_object_or_404(ReviewVersion.objects.visible_to(request.actor), pk=version_id)
    return redirect("pages:progress-review", version.review_id)


@require_POST
def review_move(request: Request, review_id: UUID) -> HttpResponse:
    """Plan it for another day."""
    review = found_review(request, review_id)
    form = MoveReviewForm(request.POST)
    if form.is_valid():
        try:
            workflow.move_review(review.pk, request.actor, form.cleaned_data["planned_on"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("The review is moved."))
            return redirect("pages:progress-review", review.pk)
    return _page(request, review, form)


@require_POST
def review_cancel(request: Request, review_id: UUID) -> HttpResponse:
    """Cancel it, with the reason."""
    review = found_review(request, review_id)
    form = CancelReviewForm(request.POST)
    if form.is_valid():
        try:
            workflow.cancel_review(review.pk, request.actor, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("The review is cancelled."))
            return redirect("pages:learner-reviews", review.apprenticeship_id)
    return _page(request, review, form)


@require_POST
def review_sign(request: Request, version_id: UUID) -> HttpResponse:
    """Sign as the apprentice or as their mentor."""
    version = _version(request, version_id)
    party = request.POST.get("party", "")
    if party not in Party.values:
        raise Http404
    workflow.sign_review(version.pk, request.actor, party=party, shown=request.POST.get("shown", ""))
    messages.success(request, _("Thank you. You have signed this review."))
    return redirect("pages:progress-review", version.review_id)


@require_POST
def review_ask(request: Request, version_id: UUID) -> HttpResponse:
    """Send a contact of the employer a link with which they sign."""
    version = _version(request, version_id)
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
            return redirect("pages:progress-review", version.review_id)
    return _page(request, found_review(request, version.review_id), form)


@require_POST
def review_link(request: Request, version_id: UUID) -> HttpResponse:
    """Send the employer's link again, or withdraw it."""
    version = _version(request, version_id)
    link = get_object_or_404(Link.objects.visible_to(request.actor).unanswered(), about=version.pk)
    if request.POST.get("act") == "withdraw":
        links.revoke(link.pk, request.actor)
        messages.success(request, _("The request has been withdrawn and its link no longer works."))
    else:
        links.resend(link.pk, request.actor)
        messages.success(request, _("We are emailing a new link. The old one no longer works."))
    return redirect("pages:progress-review", version.review_id)


def _version(request: Request, version_id: UUID) -> ReviewVersion:
    return get_object_or_404(
        ReviewVersion.objects.visible_to(request.actor).select_related("apprenticeship__employer"), pk=version_id
    )
