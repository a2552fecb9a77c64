"""What an assessor has written of a review that is not sent: kept while they write, shown where it cannot go on."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from http import HTTPStatus
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apprenticeships.access import is_open, why_closed
from apprenticeships.models import Outcome
from assessments import workflow
from assessments.checking.rules import Rule
from assessments.closed import Closed, closed_for
from assessments.feedback import PARTS
from assessments.models import ReviewDraft, Submission
from assessments.unfinished import ClaimWords
from core.errors import WorkflowError
from core.fields import DayField
from core.moments import minute
from pages.requests import Request
from pages.templatetags.feedback import drawn_feedback

_MISSING = "missing_"
#: What the code of a KSB can be. No other name of a field is kept.
_CODE = re.compile(r"[-\w]{1,50}", re.ASCII)
#: So many claims of a form are read at most: a standard has no more KSBs.
MOST_CLAIMS = 200


def written_in(data: QueryDict) -> dict[str, ClaimWords]:
    """What a review's form holds, by the code of each KSB, in its order."""
    sent = [name.removeprefix(_MISSING) for name in data if name.startswith(_MISSING)]
    codes = [code for code in sent if _CODE.fullmatch(code)][:MOST_CLAIMS]
    return {
        code: ClaimWords.typed(
            data.get(f"outcome_{code}", ""),
            {name: data.get(f"{name}_{code}", "") for name in PARTS},
            _day_in(data.get(f"by_when_{code}", "")),
            signs_off=f"sign_off_{code}" in data,
            added=_id_in(data.get(f"added_{code}", "")),
        )
        for code in codes
    }


def _day_in(written: str) -> date | None:
    """A day as somebody wrote it; None if it is none."""
    try:
        day: date | None = DayField(required=False).clean(written)
    except ValidationError:
        return None
    return day


def _id_in(written: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(written)
    return None


def added_in(claims: Mapping[str, ClaimWords]) -> dict[str, UUID]:
    """Of these, the claims that the assessor adds: the KSB of each by its code."""
    return {code: words.added for code, words in claims.items() if words.added}


def ticks_in(data: QueryDict) -> list[str]:
    """Which rules of evidence a review's form ticks."""
    return [rule for rule in data.getlist("rules") if rule in Rule.values]


def own_draft(request: Request, submission_id: UUID) -> ReviewDraft | None:
    """What this person has written of a review that is not finished."""
    return ReviewDraft.objects.visible_to(request.actor).filter(submission=submission_id).first()


def initial_of(claims: dict[str, ClaimWords]) -> dict[str, Any]:
    """The same by the names that the form has for it."""
    return {
        name: value
        for code, words in claims.items()
        for name, value in (
            (f"outcome_{code}", words.outcome),
            *((f"{name}_{code}", text) for name, text in words.feedback.texts().items()),
            (f"by_when_{code}", words.feedback.by_when),
            (f"sign_off_{code}", words.signs_off),
        )
    }


def shown(claims: dict[str, ClaimWords]) -> list[dict[str, Any]]:
    """The same for reading: the claims of which something is written."""
    labels = dict(Outcome.choices)
    return [
        {
            "code": code,
            "outcome": labels.get(words.outcome, ""),
            "feedback": drawn_feedback(words.feedback),
            "signs_off": words.signs_off,
        }
        for code, words in claims.items()
        if not words.is_blank
    ]


class HandedOver(NamedTuple):
    """What somebody who left has half-written of a review, for whoever took over."""

    by: str
    kept: list[dict[str, Any]]


def handed_over(request: Request, submission: Submission) -> list[HandedOver]:
    """The notes that this person was handed over about a review."""
    notes = ReviewDraft.objects.handed_over_to(request.actor).filter(submission=submission)
    return [
        HandedOver(note.by.name, words)
        for note in notes.select_related("by").order_by("-saved_at", "pk")
        if (words := shown(note.claims))
    ]


@require_http_methods(["GET", "POST"])
def review_words(request: Request, submission_id: UUID) -> JsonResponse:
    """Keep the words of a review while they are typed.

    GET tells under which revision they are kept, and a token with which the page can go on after a new sign-in.
    """
    submission = (
        Submission.objects.visible_to(request.actor).select_related("apprenticeship").filter(pk=submission_id).first()
    )
    if submission is None:
        closed = closed_for(request.actor, submission_id)
        if closed is None:
            raise Http404
        return JsonResponse(
            {"state": "closed", "message": closed.reason, "csrf": get_token(request)},
            status=HTTPStatus.OK if request.method == "GET" else HTTPStatus.CONFLICT,
        )
    if request.method == "GET" and not is_open(submission.apprenticeship):
        told = {"state": "closed", "message": why_closed(submission.apprenticeship), "csrf": get_token(request)}
        return JsonResponse(told)
    if request.method == "GET":
        draft = own_draft(request, submission_id)
        return JsonResponse({"revision": draft.revision if draft else 0, "csrf": get_token(request)})
    return _keep(request, submission)


def revision_in(data: QueryDict) -> int:
    """From which revision a review's form was filled in; 0 if it says none."""
    revision = data.get("revision", "")
    return int(revision) if revision.isdecimal() and len(revision) < 10 else 0


def _keep(request: Request, submission: Submission) -> JsonResponse:
    try:
        draft = workflow.keep_review(
            submission.pk,
            request.actor,
            revision=revision_in(request.POST),
            claims=written_in(request.POST),
            ticks=ticks_in(request.POST),
        )
    except workflow.StaleReview as stale:
        kept = stale.kept.words
        answer = {"state": "conflict", "revision": stale.kept.revision, "kept": kept}
        return JsonResponse(answer, status=HTTPStatus.CONFLICT)
    except WorkflowError as refused:
        return JsonResponse({"state": "closed", "message": str(refused)}, status=refused.status)
    saved_at = minute(timezone.localtime(draft.saved_at))
    return JsonResponse({"state": "saved", "revision": draft.revision, "saved_at": saved_at})


def closed_page(request: Request, submission_id: UUID) -> HttpResponse:
    """Why a review cannot go on, with what was written of it: in the form that was sent, or kept before.

    Raises:
        Http404: it is nothing that this person could have begun.
    """
    closed: Closed | None = closed_for(request.actor, submission_id)
    if closed is None:
        raise Http404
    draft = own_draft(request, submission_id)
    words = written_in(request.POST) or (draft.claims if draft else {})
    context = {
        "reason": closed.reason,
        "newer": closed.newer,
        "kept": shown(words),
        "discard": draft.submission_id if draft and draft.not_sent_because else None,
    }
    return render(request, "judging/review_closed.html", context, status=HTTPStatus.CONFLICT)
