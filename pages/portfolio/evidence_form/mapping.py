"""Linking evidence to KSBs: suggestions, duties, and the grid of evidence and KSBs."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apprenticeships.access import why_closed
from apprenticeships.models import Apprenticeship
from apprenticeships.progress import applicable_ksbs
from core.actor import Actor
from core.errors import WorkflowError
from occupations.models import Ksb
from pages.portfolio.evidence_form.saving import own_apprenticeship, own_evidence
from pages.requests import Request
from pages.whole_forms import yes_or_no
from portfolios import access, duties, grid, workflow
from portfolios.models import Evidence, policy_of
from portfolios.suggestions import place_of, suggestions_for


@require_GET
def suggestions(request: Request, evidence_id: UUID) -> HttpResponse:
    """The KSBs that the piece, as it is saved, most likely shows."""
    evidence = own_evidence(request, evidence_id)
    context = {"evidence": evidence, "suggestions": suggestions_for(evidence) if evidence.is_editable else []}
    return render(request, "portfolio/_suggestions.html", context)


@require_POST
def suggestion_answer(request: Request, evidence_id: UUID) -> HttpResponse:
    """Note that a suggestion was accepted or dismissed. The claim itself is the form's."""
    evidence = own_evidence(request, evidence_id)
    take_answer(evidence, request.actor, request.POST.get("ksb", ""), request.POST.get("answer", ""))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def take_answer(evidence: Evidence, by: Actor, code: str, answer: str, *, claims_it: bool = False) -> None:
    """Record the answer to a suggestion with the place it had; where no script ticks the KSB, claim it as well."""
    ksb = _claimable(evidence, code)
    rank, score = place_of(evidence, ksb.pk)
    workflow.answer_suggestion(
        evidence.pk, by, ksb_id=ksb.pk, answer=answer, rank=rank, score=score, claims_it=claims_it
    )


def _claimable(evidence: Evidence, code: str) -> Ksb:
    found = next((ksb for ksb in applicable_ksbs(evidence.apprenticeship) if ksb.code == code), None)
    if found is None:
        raise Http404
    return found


@require_POST
def duty_search(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The duties that a text speaks of, or all of them. Posted: what somebody did at work belongs in no log."""
    apprenticeship = own_apprenticeship(request, apprenticeship_id)
    text = request.POST.get("did", "").strip()
    found = duties.like(text, apprenticeship) if text else duties.all_of(apprenticeship)
    return render(request, "portfolio/_duties.html", {"duties": found, "asked": text})


# The grid -------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def evidence_grid(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """All evidence against all KSBs. Without a script its ticks are sent together; with one, each as it is set."""
    apprenticeship = own_apprenticeship(request, apprenticeship_id)
    if request.method == "GET":
        return _grid_page(request, apprenticeship)
    if not access.can_add_evidence(request.actor, apprenticeship):
        return _grid_page(request, apprenticeship, why_closed(apprenticeship), status=HTTPStatus.FORBIDDEN)
    changes = {
        (change.evidence.pk, change.ksb.pk): change
        for change in grid.changes_in(apprenticeship, request.actor, _ticks_in(request.POST))
    }
    try:
        workflow.set_claims(request.actor, [(*which, change.is_claimed) for which, change in changes.items()])
    except workflow.ClaimRefused as refused:
        change = changes[refused.evidence_id, refused.ksb_id]
        refusal = f"{change.evidence}, {change.ksb.code}: {refused}"
        return _grid_page(request, apprenticeship, refusal, status=refused.status)
    messages.success(request, _("Saved."))
    return redirect(request.get_full_path())


def _grid_page(request: Request, apprenticeship: Apprenticeship, refusal: str = "", status: int = 200) -> HttpResponse:
    """The grid as it is kept; refused, with what was ticked."""
    sent = _ticks_in(request.POST) if refusal else None
    shown = grid.page_of(apprenticeship, request.actor, request.GET.get("page"), sent)
    return render(
        request,
        "portfolio/grid.html",
        {
            "grid": shown,
            "page": shown.page,
            "apprenticeship": apprenticeship,
            "refusal": refusal,
            "can_change": access.can_add_evidence(request.actor, apprenticeship),
            "most_claims": policy_of(apprenticeship.provider).claims_per_piece,
        },
        status=status,
    )


def _ticks_in(data: QueryDict) -> grid.Sent:
    """The rows of a sent grid: `piece` lists them, `was_<piece>` and `is_<piece>` the codes ticked before and now."""
    return {
        key: grid.Ticks(
            frozenset(data.get(f"was_{key}", "").split()),
            frozenset(data.getlist(f"is_{key}")),
        )
        for text in data.getlist("piece")
        if (key := _id_in(text))
    }


def _id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_POST
def claim(request: Request, evidence_id: UUID, code: str) -> JsonResponse:
    """Set one claim of a piece, as the grid does at each press: `claimed` 1 or 0, `why`, and `read`, what was there."""
    evidence = own_evidence(request, evidence_id)
    ksb = _claimable(evidence, code)
    why = request.POST.get("why")
    if why is not None and (len(why) > 2_000 or "\0" in why):
        too_long = {"state": "refused", "message": _("At most 2,000 characters.")}
        return JsonResponse(too_long, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        saved = workflow.set_claim(
            evidence.pk,
            request.actor,
            ksb_id=ksb.pk,
            is_claimed=yes_or_no(request.POST, "claimed"),
            justification=why,
            read=request.POST.get("read", ""),
        )
    except WorkflowError as refused:
        kept = evidence.claims.filter(ksb=ksb).first()
        why = kept.justification if kept else ""
        answer: dict[str, Any] = {"state": "refused", "message": str(refused), "claimed": bool(kept), "why": why}
        return JsonResponse(answer, status=refused.status)
    standing = saved.claims.filter(ksb=ksb).first()
    return JsonResponse(
        {
            "state": "saved",
            "claimed": bool(standing),
            "why": standing.justification if standing else "",
            "revision": saved.revision,
            "count": saved.claims.count(),
        }
    )
