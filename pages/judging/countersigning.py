"""Countersigning what assessors in training decided: what waits, and one review of it."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import require
from assessments import access, workflow
from assessments.models import Submission
from assessments.policies import countersigning
from assessments.policies.countersigning import ToCountersign
from pages.requests import Request
from pages.templatetags.feedback import drawn_feedback
from pages.templatetags.states import drawn_outcome
from pages.templatetags.when import when


@require_GET
def countersignings(request: Request) -> HttpResponse:
    """The reviews by assessors in training that wait for a competent colleague, of the learners one assesses."""
    if not access.works_queue(request.actor):
        raise Http404
    rows = []
    for submission, of_it in groupby(countersigning.waiting_for(request.actor), key=lambda one: one.submission):
        made = list(of_it)
        rows.append(
            {
                "submission": submission,
                "title": made[0].title,
                "apprentice": made[0].apprentice,
                "by": ", ".join(dict.fromkeys(one.by_name for one in made)),
                "codes": ", ".join(one.code for one in made),
                "at": when(made[0].at),
                "is_own": any(one.by == request.actor.person_id for one in made),
            }
        )
    return render(request, "judging/countersignings.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def countersign(request: Request, submission_id: UUID) -> HttpResponse:
    """What somebody in training decided about a piece, claim by claim, and the button that makes it count."""
    submission = get_object_or_404(
        Submission.objects.visible_to(request.actor).select_related(
            "snapshot", "evidence__apprenticeship__apprentice", "evidence__apprenticeship__provider"
        ),
        pk=submission_id,
    )
    require(
        access.can_countersign(request.actor, submission),
        _("Only an assigned assessor who is recorded as competent in the standard can countersign."),
    )
    if request.method == "POST":
        workflow.countersign(submission.pk, request.actor, _ids(request.POST.getlist("decision")))
        messages.success(request, _("Countersigned. These decisions count now."))
        return redirect("pages:countersignings")
    waiting = countersigning.of_submission(request.actor, submission.pk)
    context = {
        "submission": submission,
        "title": submission.snapshot.content["title"],
        "apprentice": submission.evidence.apprenticeship.apprentice,
        "rows": [_row(one) for one in waiting],
        "is_own": any(one.by == request.actor.person_id for one in waiting),
    }
    return render(request, "judging/countersign.html", context)


def _row(one: ToCountersign) -> dict[str, Any]:
    return one._asdict() | {
        "state": drawn_outcome(one.outcome),
        "feedback": drawn_feedback(one.feedback),
        "at": when(one.at),
    }


def _ids(given: list[str]) -> list[UUID]:
    """The decisions that stood on the page; what is no id is none of them."""
    found = []
    for text in given:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
