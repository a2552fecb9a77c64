"""Reviews that are finished and not sent yet: shown, undone and sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments import access, closed, waiting, workflow
from assessments.models import Submission
from assessments.rounds import Round
from assessments.waiting import NotSent
from core import clock
from core.actor import Actor
from core.moments import day, minute
from pages.addresses import addresses_of
from pages.judging.unfinished import closed_page, own_draft
from pages.requests import Request

#: How many the queue shows at most; the rest show once these are sent.
MOST_SHOWN = 20


def sent_in_words(at: datetime) -> str:
    """When a finished review is sent: at what time, and on which day where that is not today."""
    now, local = timezone.localtime(clock.now()), timezone.localtime(at)
    time = minute(local)
    if local.date() != now.date():
        time = _("%(time)s on %(day)s") % {"time": time, "day": day(local)}
    if at > now:
        return _("It will be sent at %(time)s.") % {"time": time}
    return _("It was due at %(time)s, and is being sent.") % {"time": time}


def not_sent_rows(request: Request) -> dict[str, Any]:
    """What the queue shows of reviews that somebody finished and that are not sent."""
    found = waiting.not_sent(request.actor)
    finished = [one for one in found if one.send_at]
    return {
        "to_send": [_to_send(one) for one in finished[:MOST_SHOWN]],
        "to_send_count": len(finished),
        "came_back": [_came_back(one) for one in found if not one.send_at][:MOST_SHOWN],
    }


def lately_finished(request: Request, submission_id: UUID) -> dict[str, Any]:
    """What the page of a review shows: its own, if it is finished, or the one that was finished just before."""
    found = [one for one in waiting.not_sent(request.actor) if one.send_at]
    shown = [one for one in found if one.submission == submission_id] or found[:1]
    return {"to_send": [_to_send(one) for one in shown], "to_send_besides": len(found) - len(shown)}


def closed_to(request: Request, shown: Round) -> str:
    """That a colleague has finished this review, where it is to be sent; nothing otherwise."""
    finished, submission = shown.finished, shown.submission
    if finished is None or finished.by == request.actor.person_id:
        return ""
    author = Actor(finished.by, submission.evidence.apprenticeship.provider_id)
    return closed.to_be_sent(finished.by_name, finished.send_at) if access.can_decide(author, submission) else ""


@require_POST
def review_undo(request: Request, submission_id: UUID) -> HttpResponse:
    """Open a finished review again."""
    if not _sees(request, submission_id):
        return closed_page(request, submission_id)
    workflow.undo_finish(submission_id, request.actor)
    return redirect("pages:review", submission_id)


@require_POST
def review_send(request: Request, submission_id: UUID) -> HttpResponse:
    """Send a finished review at once."""
    if not _sees(request, submission_id):
        return closed_page(request, submission_id)
    if reason := workflow.send_review(submission_id, request.actor):
        messages.error(request, _("Not sent. %(reason)s") % {"reason": reason})
        return redirect("pages:review", submission_id)
    messages.success(request, _("Feedback sent."))
    return redirect(_place(request, submission_id))


@require_POST
def reviews_send(request: Request) -> HttpResponse:
    """Send everything that somebody has finished."""
    if not access.works_queue(request.actor):
        raise Http404
    sent, not_sent = workflow.send_reviews(request.actor)
    if sent:
        words = ngettext("Feedback on %(n)d piece sent.", "Feedback on %(n)d pieces sent.", sent) % {"n": sent}
        messages.success(request, words)
    if not_sent:
        words = ngettext("%(n)d review came back to you.", "%(n)d reviews came back to you.", not_sent)
        messages.error(request, words % {"n": not_sent})
    return redirect("pages:queue")


@require_POST
def review_discard(request: Request, submission_id: UUID) -> HttpResponse:
    """Delete what somebody wrote of a review that came back to them."""
    if own_draft(request, submission_id) is None:
        raise Http404
    workflow.discard_review(submission_id, request.actor)
    messages.success(request, _("Deleted."))
    return redirect("pages:queue")


def _sees(request: Request, submission_id: UUID) -> bool:
    return Submission.objects.visible_to(request.actor).filter(pk=submission_id).exists()


def _place(request: Request, submission_id: UUID) -> str:
    """Where the button was pressed: the review that is open beside it, or the queue."""
    try:
        beside = UUID(request.POST.get("from", ""))
    except ValueError:
        return "pages:queue"
    return "pages:queue" if beside == submission_id else addresses_of("review")(beside)


def _to_send(one: NotSent) -> dict[str, Any]:
    assert one.send_at is not None
    return {
        "title": one.title,
        "apprentice": one.apprentice,
        "when": sent_in_words(one.send_at),
        "address": addresses_of("review")(one.submission),
        "undo_address": addresses_of("review-undo")(one.submission),
        "send_address": addresses_of("review-send")(one.submission),
    }


def _came_back(one: NotSent) -> dict[str, Any]:
    return {
        "apprentice": one.apprentice,
        "because": one.because,
        "address": addresses_of("review")(one.submission),
    }
