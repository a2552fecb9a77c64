"""Marking an outcome, correcting a result, marking it a second time, and releasing it."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from apprenticeships.models import Apprenticeship
from assessments.models import OutcomeResult, Standardisation, Submission, SubmittedClaim
from assessments.results import access, workflow
from assessments.results.standing import by_outcome, results_seen
from assessments.results.workflow import Marking
from core import moments
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from occupations.models import Assessment
from pages.refusals import say_in
from pages.requests import Request
from pages.results.forms import CorrectMarkForm, MarkAgainForm, MarkForm
from pages.results.results import learner_of, result_of, result_page

#: So many pieces, and meetings, can be chosen from.
MOST_PIECES, MOST_RECORDS = 100, 20


@require_http_methods(["GET", "POST"])
def outcome_mark(request: Request, apprenticeship_id: UUID, outcome_id: UUID) -> HttpResponse:
    """Mark an apprentice's next attempt at an outcome."""
    apprenticeship = learner_of(request, apprenticeship_id)
    if not access.marks(request.actor, apprenticeship):
        raise Http404
    found = by_outcome(apprenticeship, results_seen(apprenticeship, request.actor))
    of = next((one for one in found if one.outcome.pk == outcome_id and one.is_of_today), None)
    if of is None:
        raise Http404
    pieces = list(_pieces(request.actor, apprenticeship, of.outcome))
    form = MarkForm(request.POST if request.method == "POST" else None, pieces=pieces)
    if form.is_valid():
        try:
            made = workflow.mark_outcome(
                apprenticeship.pk, outcome_id, request.actor, form.marking(), result_id=form.cleaned_data["token"]
            )
        except Incomplete as incomplete:
            _say(form, incomplete)
        else:
            messages.success(request, _("Saved. The apprentice sees it once it is released."))
            return redirect("pages:outcome-result", made.pk)
    context = {"form": form, "apprenticeship": apprenticeship, "outcome": of.outcome, "attempt": of.next_attempt}
    return render(request, "results/mark.html", context, status=422 if form.errors else 200)


def _say(form: MarkForm, incomplete: Incomplete) -> None:
    """At the evidence that was marked, or where there is none to choose, at what else was."""
    say_in(form, incomplete, None if "pieces" in form.fields else {"pieces": "rests_on"})


def _pieces(actor: Actor, apprenticeship: Apprenticeship, outcome: Assessment) -> Iterator[tuple[UUID, str]]:
    """The newest reviewed round of each piece, those that claim a KSB of the outcome first."""
    later = Submission.objects.unscoped().filter(
        evidence=OuterRef("evidence"), round__gt=OuterRef("round"), finished_at__isnull=False
    )
    claims = SubmittedClaim.objects.unscoped().filter(
        Q(ksb__assessments=outcome), submission=OuterRef("pk"), apprenticeship=apprenticeship
    )
    rows = (
        Submission.objects.visible_to(actor)
        .filter(~Exists(later), apprenticeship=apprenticeship, finished_at__isnull=False)
        .annotate(is_about=Exists(claims))
        .order_by("-is_about", "-finished_at", "pk")
        .values_list("pk", "snapshot__content__title", "submitted_at")
    )
    for pk, title, submitted_at in rows[:MOST_PIECES]:
        yield pk, f"{title}, {moments.day(submitted_at.date())}"


@require_http_methods(["GET", "POST"])
def outcome_result_correct(request: Request, outcome_result_id: UUID) -> HttpResponse:
    """Put another result in the place of one that was wrong."""
    result = result_of(request, outcome_result_id)
    apprenticeship = result.apprenticeship
    require(
        access.marks(request.actor, apprenticeship),
        _("Only an assessor of this apprentice who is competent can mark this."),
    )
    before = Marking.of(result)
    pieces = dict(_pieces(request.actor, apprenticeship, result.outcome))
    for piece in Submission.objects.unscoped().filter(outcome_results=result).select_related("snapshot"):
        pieces.setdefault(piece.pk, f"{piece.snapshot.content['title']}, {moments.day(piece.submitted_at.date())}")
    form = CorrectMarkForm(request.POST if request.method == "POST" else None, pieces=pieces.items(), before=before)
    if form.is_valid():
        try:
            made = workflow.correct_result(result.pk, request.actor, form.marking(), form.cleaned_data["reason"])
        except Incomplete as incomplete:
            _say(form, incomplete)
        else:
            messages.success(request, _("Corrected. The first result stays on the record."))
            return redirect("pages:outcome-result", made.pk)
    context = {"form": form, "apprenticeship": apprenticeship, "outcome": result.outcome, "result": result}
    return render(request, "results/mark.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def outcome_mark_again(request: Request, outcome_result_id: UUID) -> HttpResponse:
    """Mark the same work a second time, or say which grade a standardisation agreed."""
    result = result_of(request, outcome_result_id)
    require(
        access.can_mark_again(request.actor, result),
        _("A second mark is given by a quality assurer or another assessor who had no part in the first."),
    )
    form = MarkAgainForm(request.POST if request.method == "POST" else None, records=_records(request.actor, result))
    if form.is_valid():
        try:
            workflow.mark_again(result.pk, request.actor, **form.told())
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved."))
            return redirect("pages:outcome-result", result.pk)
    context = {"form": form, "apprenticeship": result.apprenticeship, "result": result}
    return render(request, "results/mark_again.html", context, status=422 if form.errors else 200)


def _records(actor: Actor, result: OutcomeResult) -> Iterator[tuple[UUID, str]]:
    """The newest meetings that can have agreed a grade for this standard."""
    standard = result.apprenticeship.standard_version.standard_id
    rows = (
        Standardisation.objects.visible_to(actor)
        .filter(Q(standard=None) | Q(standard=standard), provider=result.provider_id, superseded_by__supersedes=None)
        .select_related("standard")
        .order_by("-held_on", "-at")
    )
    for one in rows[:MOST_RECORDS]:
        yield one.pk, f"{moments.day(one.held_on)}{f', {one.standard.title}' if one.standard else ''}"


@require_POST
def outcome_result_release(request: Request, outcome_result_id: UUID) -> HttpResponse:
    """Let the apprentice and the employer see a result."""
    result = result_of(request, outcome_result_id)
    try:
        workflow.release_result(result.pk, request.actor)
    except OutOfTurn as refusal:
        return result_page(request, result, refusal=str(refusal))
    messages.success(request, _("Released. The apprentice has been told."))
    return redirect("pages:outcome-result", result.pk)
