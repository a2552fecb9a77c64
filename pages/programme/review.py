"""One progress review: what it says, who has signed it, moving and cancelling it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import runs_provider
from accounts.seen_by import SeenBy
from apprenticeships.querysets import SIGHT
from audit import chain as audit
from core import moments
from core.actor import Actor
from core.errors import Incomplete
from pages.programme.papers import paper_of_version
from pages.programme.review_forms import CancelReviewForm, MoveReviewForm
from pages.programme.review_rows import document, drawn_review_state, state_of, title_of
from pages.programme.signatures import signing_part
from pages.refusals import say_in
from pages.requests import Request
from programme import access, workflow
from programme.models import ProgressReview, ReviewState, SignedVersion
from reports.audit_actions import REVIEW_EXPORTED
from reports.paper.typesetting import set_as_pdf

_reviews = SeenBy(
    lambda actor, review: (
        ProgressReview.objects.visible_to(actor)
        .filter(pk=review)
        .select_related(
            "apprenticeship__apprentice", "apprenticeship__provider", "apprenticeship__employer", "template"
        )
        .with_signatures()
    ),
    SIGHT,
    is_the_same_every_day=True,
)
_versions = SeenBy(
    lambda actor, review: (
        SignedVersion.objects.visible_to(actor).filter(about=review).select_related("by").order_by("number")
    ),
    SIGHT,
    is_the_same_every_day=True,
)


def found_review(request: Request, review_id: UUID) -> ProgressReview:
    """The review, as somebody sees it."""
    found: ProgressReview | None = _reviews(request.actor, review=review_id).first()
    if found is None:
        raise Http404
    return found


def versions_of(actor: Actor, review: ProgressReview) -> list[SignedVersion]:
    """What was sent to be signed of a review, the newest last, as somebody sees it."""
    return list(_versions(actor, review=review.pk))


@require_GET
def progress_review(request: Request, review_id: UUID) -> HttpResponse:
    """What a review says and who has signed it; earlier versions with “version”."""
    return _page(request, found_review(request, review_id))


def page_of_version(request: Request, version: SignedVersion, sent: forms.Form) -> HttpResponse:
    """The page of the review of this version, with the form that was refused."""
    return _page(request, found_review(request, version.about), sent)


@require_POST
def review_pdf(request: Request, review_id: UUID) -> HttpResponse:
    """What was sent to be signed as a tagged PDF (PDF/UA-1), as whoever asks reads it. It is recorded who took it."""
    review = found_review(request, review_id)
    number = request.POST.get("version", "")
    version = next((one for one in versions_of(request.actor, review) if str(one.number) == number), None)
    if version is None:
        raise Http404
    version.apprenticeship = review.apprenticeship
    with_hidden = access.reads_hidden(request.actor, review.apprenticeship)
    with set_as_pdf(*paper_of_version(request.actor, version, with_hidden=with_hidden)) as made:
        if made is None:
            messages.error(request, _("The PDF could not be made. Use your browser’s Print instead."))
            return redirect("pages:progress-review", review.pk)
        content = made.read_bytes()
    with transaction.atomic():
        audit.record(
            REVIEW_EXPORTED, request.actor, review, organisation=review.apprenticeship.provider, number=version.number
        )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="review-{version.shared["held_on"]}.pdf"'
    return response


def _page(request: Request, review: ProgressReview, sent: forms.Form | None = None) -> HttpResponse:
    actor, apprenticeship = request.actor, review.apprenticeship
    versions = versions_of(actor, review)
    newest = versions[-1] if versions else None
    number = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.number) == number), newest)
    part = None
    if shown:
        shown.apprenticeship = apprenticeship
        part = signing_part(actor, shown, is_newest=shown is newest, sent=sent)
    state = state_of(review)
    holds = access.holds_reviews(actor, apprenticeship)
    is_own = apprenticeship.apprentice_id == actor.person_id
    may_plan = not is_own and (holds or (runs_provider(actor) and actor.organisation_id == apprenticeship.provider_id))
    is_open = state in (ReviewState.PLANNED, ReviewState.HELD)
    context: dict[str, Any] = {
        "review": review,
        "title": title_of(review),
        "apprenticeship": apprenticeship,
        "is_own": is_own,
        "state": drawn_review_state(state),
        "is_planned": state == ReviewState.PLANNED,
        "is_open": is_open,
        "holds": holds,
        "is_declared": apprenticeship.status in access.PAST_GATEWAY,
        "due_on": moments.day(review.due_on) if review.due_on else "",
        "planned_on": moments.day(review.planned_on),
        "cancelled_at": moments.moment(review.cancelled_at) if review.cancelled_at else "",
        "shown": shown,
        "is_earlier": shown is not newest,
        "versions": versions if len(versions) > 1 else [],
        "document": document(shown, with_hidden=access.reads_hidden(actor, apprenticeship)) if shown else None,
        "part": part,
        "move_form": _sent(sent, MoveReviewForm)
        or (MoveReviewForm(initial={"planned_on": review.planned_on}) if may_plan and state == "planned" else None),
        "cancel_form": _sent(sent, CancelReviewForm) or (CancelReviewForm() if may_plan and is_open else None),
        "sent": sent,
    }
    return render(request, "programme/review.html", context, status=422 if sent is not None else 200)


def _sent(sent: forms.Form | None, kind: type[forms.Form]) -> forms.Form | None:
    return sent if isinstance(sent, kind) else None


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
