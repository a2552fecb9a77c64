"""Writing up a progress review: the form, keeping it while it is typed, noting that it was held, and sending it."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.seen_by import SeenBy
from apprenticeships.models import Assignment
from apprenticeships.querysets import SIGHT
from core import clock
from core.errors import Incomplete, WorkflowError
from core.moments import minute
from core.prepared import Prepared
from pages.programme.review import versions_of
from pages.programme.review_forms import WriteReviewForm
from pages.programme.review_rows import actions_said, standing_said, title_of
from pages.refusals import say_in
from pages.requests import Request
from programme import access, workflow
from programme.models import ProgressReview, ReviewNotes
from programme.reviewing.sections import sections_of
from programme.reviewing.words import Words, words_of
from programme.standing import Standing, before_of, carried_from, carried_into, in_words, standing_of

_reviews = SeenBy(
    lambda actor, review: (
        ProgressReview.objects.visible_to(actor)
        .filter(pk=review)
        .select_related("apprenticeship__apprentice", "template")
    ),
    SIGHT,
    is_the_same_every_day=True,
)


def _found(request: Request, review_id: UUID) -> ProgressReview:
    """The review, as somebody sees it, without who has signed it."""
    found: ProgressReview | None = _reviews(request.actor, review=review_id).first()
    if found is None:
        raise Http404
    return found


def _require_holder(request: Request, review: ProgressReview) -> None:
    _require(access.can_hold_reviews(request.actor, review.apprenticeship))


def _require(may: bool) -> None:
    require(may, _("Only the assigned assessor or trainer writes up this review."))


def _revision(data: QueryDict) -> int:
    given = data.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


@require_http_methods(["GET", "POST"])
def review_write(request: Request, review_id: UUID) -> HttpResponse:
    """The form of a review. Sent, it is signed for the provider, and the other two are asked to sign."""
    review = _found(request, review_id)
    if request.method == "GET":
        _require(access.holds_reviews(request.actor, review.apprenticeship))
        return _page(request, review)
    _require_holder(request, review)
    form = _form(review, carried_into(review), request.POST)
    if not form.is_valid():
        return _page(request, review, form)
    try:
        version = workflow.issue_review(
            review.pk,
            request.actor,
            revision=_revision(request.POST),
            words=request.POST.dict(),
            reason=request.POST.get("reason", ""),
        )
    except Incomplete as incomplete:
        return _incomplete(request, review, form, incomplete)
    except workflow.StaleNotes as stale:
        return _page(request, review, form, stale=stale.kept)
    messages.success(request, _("Signed and sent. The apprentice and the employer are asked to sign."))
    return redirect("pages:progress-review", version.about)


@require_POST
def review_hold(request: Request, review_id: UUID) -> HttpResponse:
    """Note that it was held, and keep what was typed."""
    review = _found(request, review_id)
    _require_holder(request, review)
    form = _form(review, carried_into(review), request.POST)
    if not form.is_valid():
        return _page(request, review, form)
    try:
        workflow.hold_review(
            review.pk,
            request.actor,
            revision=_revision(request.POST),
            words=request.POST.dict(),
        )
    except Incomplete as incomplete:
        return _incomplete(request, review, form, incomplete)
    except workflow.StaleNotes as stale:
        return _page(request, review, form, stale=stale.kept)
    messages.success(request, _("Saved. The review counts as held; it still has to be sent to be signed."))
    return redirect("pages:progress-review", review.pk)


def _incomplete(
    request: Request, review: ProgressReview, form: WriteReviewForm, incomplete: Incomplete
) -> HttpResponse:
    say_in(form, incomplete)
    return _page(request, review, form)


_notes = SeenBy(
    lambda actor, review: ReviewNotes.objects.visible_to(actor).filter(review=review),
    SIGHT,
    is_the_same_every_day=True,
)
_mentors = Prepared(
    lambda apprenticeship: (
        Assignment.objects.live()
        .leading()
        .filter(apprenticeship=apprenticeship, role="mentor")
        .values_list("person__name")
    )
)


def _kept(request: Request, review: ProgressReview) -> ReviewNotes | None:
    found: ReviewNotes | None = _notes(request.actor, review=review.pk).first()
    return found


def _form(
    review: ProgressReview,
    carried: Iterable[Mapping[str, Any]],
    data: QueryDict | None = None,
    initial: Words | None = None,
) -> WriteReviewForm:
    return WriteReviewForm(
        data,
        sections=sections_of(review.template),
        carried=actions_said(carried),
        initial=initial or {},
        is_correction=review.issued_at is not None,
    )


def _page(
    request: Request,
    review: ProgressReview,
    form: WriteReviewForm | None = None,
    *,
    stale: ReviewNotes | None = None,
) -> HttpResponse:
    notes = _kept(request, review)
    version = next(reversed(versions_of(request.actor, review)), None) if review.issued_at else None
    before = before_of(review)
    standing = version.shared["standing"] if version else standing_of(review, before.plan)
    is_sent = form is not None
    if form is None:
        initial = notes.words if notes else words_of(version.content) if version else _usual(request, review, standing)
        form = _form(review, carried_from(before.review), initial=initial)
    revision = notes.revision if notes else 0
    if is_sent and stale is None:
        revision = _revision(request.POST)
    context: dict[str, Any] = {
        "review": review,
        "title": title_of(review),
        "apprenticeship": review.apprenticeship,
        "form": form,
        "revision": revision,
        "standing": standing_said(
            standing.to_json() if isinstance(standing, Standing) else standing, review.apprenticeship.apprentice.name
        ),
        "is_correction": review.issued_at is not None,
        "is_cancelled": review.cancelled_at is not None,
        "other": _differences(form, stale) if stale else [],
        "reason": form["reason"] if "reason" in form.fields else None,
    }
    status = HTTPStatus.CONFLICT if stale else 422 if form.errors else HTTPStatus.OK
    return render(request, "programme/review_write.html", context, status=status)


def _usual(request: Request, review: ProgressReview, standing: Any) -> Words:
    """What the form begins with."""
    mentors = [name for (name,) in _mentors(apprenticeship=review.apprenticeship_id)]
    return {
        "held_on": review.planned_on.isoformat() if review.planned_on <= clock.today() else "",
        "with_provider": request.user.name,
        "with_apprentice": review.apprenticeship.apprentice.name,
        "with_employer": ", ".join(mentors),
        "section_progress": in_words(standing) if isinstance(standing, Standing) else "",
    }


def _differences(form: WriteReviewForm, kept: ReviewNotes) -> list[dict[str, str]]:
    """What was saved elsewhere where it is not what this page says."""
    return [
        {"label": str(form.fields[name].label), "text": text}
        for name, text in kept.words.items()
        if name in form.fields and text != str(form.data.get(name, "")).replace("\r\n", "\n")
    ]


@require_http_methods(["GET", "POST"])
def review_notes(request: Request, review_id: UUID) -> JsonResponse:
    """Keep what is typed.

    GET tells under which revision it is kept, and a token with which the page can go on after a new sign-in.
    """
    review = _found(request, review_id)
    if request.method == "GET":
        notes = _kept(request, review)
        return JsonResponse({"revision": notes.revision if notes else 0, "csrf": get_token(request)})
    try:
        kept = workflow.keep_notes(
            review.pk,
            request.actor,
            revision=_revision(request.POST),
            words=request.POST.dict(),
        )
    except workflow.StaleNotes as stale:
        answer = {"state": "conflict", "revision": stale.kept.revision, "kept": stale.kept.words}
        return JsonResponse(answer, status=HTTPStatus.CONFLICT)
    except WorkflowError as refused:
        return JsonResponse({"state": "closed", "message": str(refused)}, status=refused.status)
    saved_at = minute(timezone.localtime(kept.saved_at))
    return JsonResponse({"state": "saved", "revision": kept.revision, "saved_at": saved_at})
