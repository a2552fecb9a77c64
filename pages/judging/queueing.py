"""What somebody put off in their queue, and having it back."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.dates import WEEKDAYS
from django.views.decorators.http import require_POST

from assessments import waiting, workflow
from assessments.feedback_time import expected
from assessments.models import Submission
from core import clock, moments
from core.working_days import working_day_after
from pages.addresses import addresses_of
from pages.judging.rows import drawn_due
from pages.judging.unfinished import closed_page
from pages.requests import Request

#: In how many working days a review can come back.
DAYS_OFF = (1, 2, 3, 5, 10)


def days_off() -> list[tuple[str, str]]:
    """The days until which a review can be put off, for a list to choose from."""
    days = [working_day_after(clock.today(), count) for count in DAYS_OFF]
    return [(on.isoformat(), f"{WEEKDAYS[on.weekday()]} {moments.day(on)}") for on in days]


def put_off_rows(request: Request) -> list[dict[str, Any]]:
    """What the queue shows of submissions that somebody put off."""
    return [
        {
            "title": one.title,
            "apprentice": one.apprentice,
            "until": moments.day(one.until),
            "due": drawn_due(expected(one.submitted_at)),
            "address": addresses_of("review")(one.submission),
            "take_up_address": addresses_of("review-take-up")(one.submission),
        }
        for one in waiting.put_off(request.actor)
    ]


@require_POST
def review_take_up(request: Request, submission_id: UUID) -> HttpResponse:
    """Have a submission that was put off in the queue again."""
    if not Submission.objects.visible_to(request.actor).filter(pk=submission_id).exists():
        return closed_page(request, submission_id)
    workflow.take_up(submission_id, request.actor)
    return redirect("pages:queue")
