"""What the evidence form does by itself while somebody writes: saving, the preview, the prompts of another kind."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apprenticeships.models import Apprenticeship
from apprenticeships.progress import applicable_ksbs
from core.errors import WorkflowError
from core.markdown import MOST_CHARACTERS
from pages.portfolio.evidence_form.forms import EvidenceForm, answers_in
from pages.portfolio.evidence_form.saving import own_apprenticeship, store
from pages.requests import Request
from portfolios import workflow
from portfolios.models import Evidence, EvidenceKind
from portfolios.titles import suggested_title


@require_http_methods(["GET", "POST"])
def autosave(request: Request, apprenticeship_id: UUID, evidence_id: UUID) -> JsonResponse:
    """Save the words of a draft while they are typed; `evidence_id` is the form's token until there is a piece.

    GET tells under which revision the piece stands, and a token with which the page can go on after a new sign-in.
    """
    apprenticeship = own_apprenticeship(request, apprenticeship_id)
    evidence = Evidence.objects.visible_to(request.actor).filter(pk=evidence_id).first()
    if evidence and evidence.apprenticeship_id != apprenticeship.pk:
        raise Http404
    if evidence:
        evidence.apprenticeship = apprenticeship
    if request.method == "GET":
        return JsonResponse({"revision": evidence.revision if evidence else None, "csrf": get_token(request)})
    return _autosave(request, apprenticeship, evidence, evidence_id)


def _autosave(
    request: Request, apprenticeship: Apprenticeship, evidence: Evidence | None, evidence_id: UUID
) -> JsonResponse:
    data = request.POST.copy()
    data["token"] = str(evidence_id)
    # A page that does not know of a piece with its token yet: another try of its first save.
    known = evidence if data.get("revision") else None
    form = EvidenceForm(data, apprenticeship=apprenticeship, evidence=known)
    form.is_valid()
    if data.get("revision") and evidence is None:
        raise Http404
    try:
        saved = store(form, request.actor, is_autosave=True)
    except workflow.Stale as stale:
        answer = {"state": "conflict", "revision": stale.kept.revision, "kept": _words_of(stale.kept)}
        return JsonResponse(answer, status=HTTPStatus.CONFLICT)
    except WorkflowError as refused:
        return JsonResponse({"state": "closed", "message": str(refused)}, status=refused.status)
    answer = {
        "state": "refused" if form.errors else "saved",
        "errors": {name: [str(error) for error in errors] for name, errors in form.errors.items()},
        "revision": saved.revision if saved else None,
        "saved_at": timezone.localtime(saved.changed_at).strftime("%H:%M") if saved else "",
        "edit_url": reverse("pages:evidence-edit", args=[saved.pk]) if saved else "",
        "suggested_title": suggested_title(saved.narrative, []) if saved else "",
    }
    return JsonResponse(answer, status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)


def _words_of(kept: Evidence) -> dict[str, Any]:
    """What is kept, by the names that the form has for it."""
    codes = {ksb.pk: ksb.code for ksb in applicable_ksbs(kept.apprenticeship)}
    return {
        "title": kept.title,
        "kind": kept.kind,
        "narrative": kept.narrative,
        "happened_on": kept.happened_on.isoformat() if kept.happened_on else "",
        "is_showcase": kept.is_showcase,
        "answers": kept.answers,
        "claims": {claim.ksb.code: claim.justification for claim in kept.claims.select_related("ksb").in_order()},
        "lines": {codes[ksb]: line for ksb, line in kept.kept_lines.items() if ksb in codes},
    }


@require_POST
def preview(request: Request) -> HttpResponse:
    """What a text in small Markdown will look like. Posted, though nothing changes: it belongs in no log."""
    text = request.POST.get("text", "")[:MOST_CHARACTERS].replace("\0", "")
    return render(request, "portfolio/_preview.html", {"text": text})


@require_POST
def prompts(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The boxes of another kind of evidence; what was answered to other prompts stays in sight."""
    apprenticeship = own_apprenticeship(request, apprenticeship_id)
    form = EvidenceForm(apprenticeship=apprenticeship)
    kind = request.POST.get("kind", "")
    if kind not in EvidenceKind.values:
        raise Http404
    form.ask(kind, answers_in(request.POST) or [])
    return render(request, "portfolio/_prompts.html", {"form": form})
