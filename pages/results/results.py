"""The results of an apprentice's outcomes, and one of them: what it rests on, second marks, checks and what is next."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import runs_provider
from apprenticeships.access import is_open
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import reach_of
from apprenticeships.seen import seen
from assessments.models import OutcomeResult, Sample, SecondMark, Submission
from assessments.results import access
from assessments.results.standing import Marked, by_outcome, results_seen
from assessments.results.states import ResultState, with_standing
from assessments.results.workflow import WHY_NOT_YET
from assessments.sampling.access import assures
from core.actor import Actor
from pages.requests import Request
from pages.results.rows import drawn_result_state, outcome_row, result_row
from pages.templatetags.when import when


def learner_of(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    """The apprentice whose outcomes these are, if `request` comes from somebody who sees them."""
    found = seen(request.actor, apprenticeship_id, "apprentice", "provider", "standard_version__standard", "option")
    if found is None:
        raise Http404
    return found


def shows_states(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` is told how far a result has come: not the apprentice, nor the employer."""
    reach = reach_of(actor)
    return (
        apprenticeship.pk not in reach.own and apprenticeship.pk not in reach.mentoring and bool(actor.organisation_id)
    )


@require_GET
def outcome_results(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Each outcome of the plan, with what was marked of it."""
    apprenticeship = learner_of(request, apprenticeship_id)
    actor = request.actor
    may_mark = is_open(apprenticeship) and access.marks(actor, apprenticeship)
    shows = shows_states(actor, apprenticeship)
    outcomes = by_outcome(apprenticeship, results_seen(apprenticeship, actor))
    context = {
        "apprenticeship": apprenticeship,
        "is_own": apprenticeship.apprentice_id == actor.person_id,
        "outcomes": [outcome_row(one, may_mark=may_mark, shows_states=shows) for one in outcomes],
        "may_mark": may_mark,
        "shows_states": shows,
    }
    return render(request, "results/results.html", context)


def result_of(request: Request, outcome_result_id: UUID) -> OutcomeResult:
    """A result that whoever asks may see, with all that its pages print."""
    results = with_standing(OutcomeResult.objects.visible_to(request.actor))
    related = ("outcome", "marker", "release__by", "superseded_by", "supersedes")
    of = ("apprenticeship__apprentice", "apprenticeship__provider", "apprenticeship__standard_version__standard")
    found: OutcomeResult = get_object_or_404(results.select_related(*related, *of), pk=outcome_result_id)
    return found


@require_GET
def outcome_result(request: Request, outcome_result_id: UUID) -> HttpResponse:
    """One result, with what it rests on, how it was marked again and checked, and what can be done."""
    return result_page(request, result_of(request, outcome_result_id))


def result_page(request: Request, result: OutcomeResult, refusal: str = "") -> HttpResponse:
    """The page of a result, perhaps with why something was refused."""
    actor, apprenticeship, state = request.actor, result.apprenticeship, ResultState.read(result)
    shows = shows_states(actor, apprenticeship)
    later = _seen_alone(actor, getattr(result, "superseded_by", None))
    pieces = Submission.objects.visible_to(actor).filter(outcome_results=result).order_by("submitted_at", "pk")
    context: dict[str, Any] = {
        "apprenticeship": apprenticeship,
        "is_own": apprenticeship.apprentice_id == actor.person_id,
        "result": result,
        "row": result_row(Marked(result, state), shows_states=shows, is_corrected=later is not None),
        "state": drawn_result_state(state) if shows else "",
        "pieces": pieces.values_list("pk", "snapshot__content__title"),
        "later": later,
        "earlier": _seen_alone(actor, result.supersedes),
        "release": getattr(result, "release", None),
        "refusal": refusal,
        "shows_states": shows,
    }
    if shows:
        context |= _for_staff(actor, result, state)
    return render(request, "results/result.html", context, status=409 if refusal else 200)


def _seen_alone(actor: Actor, result: OutcomeResult | None) -> OutcomeResult | None:
    """A result that this one corrects, or by which it was corrected, if `actor` sees it."""
    is_seen = result is not None and OutcomeResult.objects.visible_to(actor).filter(pk=result.pk).exists()
    return result if is_seen else None


def _for_staff(actor: Actor, result: OutcomeResult, state: ResultState) -> dict[str, Any]:
    apprenticeship = result.apprenticeship
    marks = SecondMark.objects.visible_to(actor).filter(result=result).select_related("by", "record").order_by("number")
    samples = Sample.objects.visible_to(actor).filter(result=result).order_by("at")
    settles = assures(actor) or runs_provider(actor)
    is_under_way = state not in (ResultState.SUPERSEDED, ResultState.RELEASED)
    may_release = is_under_way and settles and access.can_release(actor, result)
    is_ready = state == ResultState.STANDARDISED and not vars(result)["is_to_check"]
    return {
        "marks": [
            {"mark": one, "at": when(one.at), "is_same": one.grade == result.grade, "grade": one.get_grade_display()}
            for one in marks
        ],
        "samples": samples,
        "may_correct": state != ResultState.SUPERSEDED
        and is_open(apprenticeship)
        and access.marks(actor, apprenticeship),
        "may_mark_again": is_under_way and access.can_mark_again(actor, result),
        "may_release": may_release and is_ready,
        "next": "" if is_ready or not is_under_way else _why_not(result, state),
    }


def _why_not(result: OutcomeResult, state: ResultState) -> str:
    """What a result waits for before it can be released."""
    if state == ResultState.STANDARDISED:
        return _("Quality assurance has drawn this result and not checked it yet.")
    return str(WHY_NOT_YET[state])
