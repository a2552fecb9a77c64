"""One sampled decision: checking it, what was found, answers, and undoing what a finding reopened."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import workflow
from assessments.models import Finding, FindingNote, PoolDecision, Reopening, Sample
from assessments.sampling import access
from core.errors import Incomplete, NotAllowed
from pages.quality.forms import CheckForm, FindingCorrectionForm, NoteForm, WhyForm
from pages.quality.rows import finding_state
from pages.refusals import say_in
from pages.requests import Request
from pages.templatetags.states import drawn_outcome

_OF_SAMPLE = (
    "plan",
    "provider",
    "added_by",
    "assessor",
    "apprenticeship__apprentice",
    "decision__by",
    "decision__claim__ksb",
    "decision__claim__submission__snapshot",
    "result__outcome",
    "result__marker",
)


@require_http_methods(["GET", "POST"])
def sample(request: Request, sample_id: UUID) -> HttpResponse:
    """A decision with the evidence it is on, what was found about it, and a form for who may check it."""
    shown = _sample(request, sample_id)
    findings = _findings(request, shown)
    can_check = access.assures(request.actor) and access.is_unconcerned(request.actor, shown)
    if request.method == "POST" and not can_check:
        raise NotAllowed(_("Decisions are checked by an internal quality assurer who had no part in them."))
    form = _check_form(request, shown) if can_check and (request.method == "POST" or not findings) else None
    if form and form.is_valid():
        given = form.cleaned_data
        try:
            workflow.check_decision(
                shown.pk,
                request.actor,
                form.found(),
                finding_id=given["token"],
                reopen_because=given.get("reopen_because", ""),
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved. %(name)s can read it.") % {"name": shown.assessor.name})
            return redirect("pages:quality")
    return render(
        request,
        "quality/sample.html",
        _context(request, shown, findings, form, can_check=can_check),
        status=422 if form and form.errors else 200,
    )


def _sample(request: Request, sample_id: UUID) -> Sample:
    return get_object_or_404(Sample.objects.visible_to(request.actor).select_related(*_OF_SAMPLE), pk=sample_id)


def _findings(request: Request, shown: Sample) -> list[Finding]:
    """What was found about it, the newest first, with notes."""
    return list(
        Finding.objects.visible_to(request.actor)
        .filter(sample=shown)
        .with_action_state()
        .select_related("by", "owner")
        .prefetch_related("notes__by")
        .order_by("-at", "-pk")
    )


def _check_form(request: Request, shown: Sample) -> CheckForm:
    return CheckForm(
        request.POST or None,
        provider=shown.provider_id,
        assessor=shown.assessor_id,
        is_signed_off="reopen_because" in request.POST or workflow.sign_off_of(shown) is not None,
    )


def _context(
    request: Request,
    shown: Sample,
    findings: list[Finding],
    form: CheckForm | None,
    *,
    can_check: bool,
    note: NoteForm | None = None,
) -> dict[str, Any]:
    standing = findings[0] if findings else None
    oversees = access.oversees_quality(request.actor)
    of = {"result": shown.result_id} if shown.result_id else {"decision": shown.decision_id}
    drawn = PoolDecision.objects.visible_to(request.actor).filter(plan=shown.plan_id, **of)
    reopenings = Reopening.objects.visible_to(request.actor).filter(finding__sample=shown).select_related("by")
    kinds: list[str] = []
    if standing and access.answers(request.actor, standing):
        kinds.append(FindingNote.Kind.ANSWER)
    if standing and can_check and standing.result == "action" and standing.owner_id != request.actor.person_id:
        is_closed = vars(standing)["last_note"] == FindingNote.Kind.CLOSED
        kinds.append(FindingNote.Kind.OPENED if is_closed else FindingNote.Kind.CLOSED)
    return {
        "sample": shown,
        "title": shown.decision.claim.submission.snapshot.content["title"] if shown.decision else "",
        "outcome": drawn_outcome(shown.decision.outcome) if shown.decision else "",
        "drawn": drawn.select_related("line").first() if oversees else None,
        "oversees": oversees,
        "form": form,
        "findings": [{"finding": one, "state": _state(one) if one is standing else ""} for one in findings],
        "standing": standing,
        "reopenings": list(reopenings.order_by("number")) if findings else [],
        "can_check": can_check,
        "notes": [note if note and note.prefix == kind else NoteForm(kind=kind) for kind in kinds],
    }


def _state(finding: Finding) -> SafeString:
    return finding_state(finding.result, vars(finding)["last_note"], finding.due_on)


@require_POST
def finding_note(request: Request, finding_id: UUID) -> HttpResponse:
    """Answer a finding, close its action or open it again."""
    finding = get_object_or_404(Finding.objects.visible_to(request.actor), pk=finding_id)
    kind = next((str(kind) for kind in FindingNote.Kind.values if f"{kind}-kind" in request.POST), "answer")
    form = NoteForm(request.POST, kind=kind)
    if form.is_valid():
        try:
            workflow.note_on_finding(
                finding.pk,
                request.actor,
                note_id=form.cleaned_data["token"],
                kind=form.cleaned_data["kind"],
                words=form.cleaned_data["words"],
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved."))
            return redirect("pages:sample", finding.sample_id)
    shown = _sample(request, finding.sample_id)
    findings = _findings(request, shown)
    can_check = access.assures(request.actor) and access.is_unconcerned(request.actor, shown)
    context = _context(request, shown, findings, None, can_check=can_check, note=form)
    return render(request, "quality/sample.html", context, status=422)


@require_http_methods(["GET", "POST"])
def finding_correct(request: Request, finding_id: UUID) -> HttpResponse:
    """Say what a check should have found, and why."""
    finding = get_object_or_404(Finding.objects.visible_to(request.actor), pk=finding_id)
    shown = _sample(request, finding.sample_id)
    if not (access.assures(request.actor) and access.is_unconcerned(request.actor, shown)):
        raise NotAllowed(_("Decisions are checked by an internal quality assurer who had no part in them."))
    said = {name: getattr(finding, name) for name in ("result", "feedback", "action", "due_on")}
    form = FindingCorrectionForm(
        request.POST or None,
        provider=finding.provider_id,
        assessor=finding.assessor_id,
        initial={name: value for name, value in said.items() if value}
        | ({"owner": str(finding.owner_id)} if finding.owner_id else {}),
    )
    if request.method == "POST" and form.is_valid():
        try:
            workflow.correct_finding(finding.pk, request.actor, form.found(), form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Corrected. The first finding stays on the record."))
            return redirect("pages:sample", shown.pk)
    context = {"form": form, "sample": shown, "finding": finding}
    return render(request, "quality/finding_correct.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def reopening_undo(request: Request, reopening_id: UUID) -> HttpResponse:
    """Ask why, and let the sign-off count again."""
    reopening = get_object_or_404(
        Reopening.objects.visible_to(request.actor).select_related(
            "by", "finding", "sign_off__ksb", "sign_off__by", "apprenticeship__apprentice"
        ),
        pk=reopening_id,
    )
    if not access.assures(request.actor):
        raise NotAllowed(_("Only an internal quality assurer who had no part in the decision can undo this."))
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.undo_reopening(reopening.pk, request.actor, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            code = reopening.sign_off.ksb.code
            messages.success(request, _("%(code)s is signed off again.") % {"code": code})
            return redirect("pages:sample", reopening.finding.sample_id)
    context = {"form": form, "reopening": reopening}
    return render(request, "quality/reopening_undo.html", context, status=422 if form.errors else 200)
