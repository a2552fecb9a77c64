"""Adding a KSB that the apprentice missed to a review, and leaving it out again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from assessments import access, workflow
from assessments.models import Submission
from assessments.rounds import round_of
from assessments.workflow.review import missed_in
from core.errors import Incomplete, WorkflowError
from pages.addresses import addresses_of
from pages.judging.forms import ReviewForm
from pages.judging.review import review_page
from pages.judging.unfinished import closed_page, initial_of, revision_in, ticks_in, written_in
from pages.requests import Request


@require_http_methods(["GET", "POST"])
def review_add(request: Request, submission_id: UUID) -> HttpResponse:
    """Choose a KSB to add. Who comes from the form of a review has it kept first; with a KSB, it is added."""
    submission = (
        Submission.objects.visible_to(request.actor)
        .select_related("evidence__apprenticeship__apprentice", "snapshot")
        .filter(pk=submission_id)
        .first()
    )
    if submission is None:
        return closed_page(request, submission_id)
    require(access.can_decide(request.actor, submission), _("Only the assigned assessor can review this."))
    refusal, status = "", 200
    if "ksb" in request.POST:
        code = request.POST["ksb"]
        try:
            workflow.add_claim(submission_id, request.actor, code)
        except Incomplete as incomplete:
            refusal, status = str(incomplete), incomplete.status
        else:
            return redirect(f"{addresses_of('review')(submission_id)}#claim-{code}")
    elif request.method == "POST":
        return _kept(request, submission_id, addresses_of("review-add")(submission_id))
    return render(
        request,
        "judging/review_add.html",
        {
            "submission": submission,
            "title": submission.snapshot.content["title"],
            "apprentice": submission.evidence.apprenticeship.apprentice.name,
            "ksbs": missed_in(submission).order_by("position") if submission.is_waiting else [],
            "refusal": refusal,
        },
        status=status,
    )


@require_POST
def review_drop(request: Request, submission_id: UUID, code: str) -> HttpResponse:
    """Leave out a KSB that was added."""
    return _kept(request, submission_id, addresses_of("review")(submission_id), without=code)


def _kept(request: Request, submission_id: UUID, place: str, *, without: str = "") -> HttpResponse:
    """Keep what the form of a review says, perhaps without a KSB that was added, and go to a place."""
    found = round_of(request.actor, submission_id)
    if found is None:
        return closed_page(request, submission_id)
    revision, words, ticks = revision_in(request.POST), written_in(request.POST), ticks_in(request.POST)
    try:
        if without:
            workflow.drop_claim(submission_id, request.actor, without, revision=revision, claims=words, ticks=ticks)
        else:
            workflow.keep_review(submission_id, request.actor, revision=revision, claims=words, ticks=ticks)
    except WorkflowError as refusal:
        messages.error(request, str(refusal))
        form = ReviewForm(claims=found.claims, added=words, initial=initial_of(words))
        return review_page(request, found, form, status=refusal.status)
    return redirect(place)
