"""One apprentice's gateway: the list as it stands, the three declarations, the lock, and the result."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require, runs_provider
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import reach_of
from apprenticeships.rules import rules_for
from apprenticeships.seen import seen
from core import moments
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from pages.gateway.forms import CorrectResultForm, ReleaseForm, ResultForm, ReturnForm
from pages.gateway.rows import declared, line_rows
from pages.programme.signatures import signing_part
from pages.refusals import say_in
from pages.requests import Request
from programme import access
from programme.models import AssessmentResult, GatewayEnd, Party, SignedKind, SignedVersion
from programme.signed import gateway_statement
from reports.gateway import workflow
from reports.gateway.checklist import State, checklist_of


def _learner(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    found = seen(
        request.actor, apprenticeship_id, "apprentice", "provider", "employer", "option", "standard_version__standard"
    )
    if found is None:
        raise Http404
    return found


@require_GET
def gateway(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """What is left, who can do it, and what was declared."""
    return _page(request, _learner(request, apprenticeship_id))


def page_of_version(request: Request, version: SignedVersion, sent: forms.Form) -> HttpResponse:
    """The page of the round of declarations of this version, with the form that was refused."""
    return _page(request, _learner(request, version.apprenticeship_id), sent)


def _page(
    request: Request, apprenticeship: Apprenticeship, sent: forms.Form | None = None, refusal: str = ""
) -> HttpResponse:
    actor = request.actor
    has_gateway = rules_for(apprenticeship).has_gateway
    versions = list(
        SignedVersion.objects.visible_to(actor)
        .of(SignedKind.GATEWAY)
        .filter(about=apprenticeship.pk)
        .select_related("gateway_end__by", "gateway_lock__change__undone_by__by")
        .order_by("-number")
    )
    newest = versions[0] if versions and not _ending(versions[0]) else None
    is_locked = newest is not None and hasattr(newest, "gateway_lock")
    part = None
    if newest:
        newest.apprenticeship = apprenticeship
        part = signing_part(actor, newest, is_newest=not is_locked, sent=sent)
    is_before = apprenticeship.status in (
        Apprenticeship.Status.WAITING,
        Apprenticeship.Status.ON_PROGRAMME,
        Apprenticeship.Status.BREAK,
    )
    # While people declare, what they declare is shown; the last of them is told if something is no longer done.
    found = checklist_of(apprenticeship) if has_gateway and is_before and newest is None else None
    is_of_provider = actor.organisation_id == apprenticeship.provider_id
    is_own = apprenticeship.apprentice_id == actor.person_id
    declares = access.declares(actor, apprenticeship)
    settles = runs_provider(actor) and is_of_provider and not is_own
    may_release = is_own or declares or apprenticeship.pk in reach_of(actor).mentoring
    lines: list[dict[str, Any]] = []
    if found:
        shown = found.internal if is_of_provider and not is_own else found.shared
        lines = line_rows(shown, apprenticeship.pk, is_own=is_own)
    is_on_programme = apprenticeship.status == Apprenticeship.Status.ON_PROGRAMME
    what = declared(newest.shared) if newest else None
    # Nobody has a result who never declared and is on programme.
    results = _results(actor, apprenticeship, may_correct=settles) if versions or not is_before else []
    context = {
        "apprenticeship": apprenticeship,
        "is_own": is_own,
        "has_gateway": has_gateway,
        "title": found.model.label if found else what["model"] if what else _("Gateway"),
        "lines": lines,
        **{state.value: [line for line in lines if line["group"] == state.value] for state in State},
        "may_open": found is not None and found.is_met and declares and is_on_programme,
        "is_met": found is not None and found.is_met,
        "is_on_break": apprenticeship.status == Apprenticeship.Status.BREAK,
        "statement": gateway_statement(
            Party.PROVIDER,
            {
                "provider": apprenticeship.provider.name,
                "employer": apprenticeship.employer.name if apprenticeship.employer else "",
                "apprentice": apprenticeship.apprentice.name,
            },
        ),
        "newest": newest,
        "may_restart": newest is not None and not is_locked and declares and is_on_programme,
        "declared": what,
        "part": part,
        "is_locked": is_locked,
        "locked_at": moments.moment(newest.gateway_lock.at) if newest and is_locked else "",
        "is_disputed": is_locked and bool(part and part["missing"]),
        "earlier": [_earlier(one) for one in versions if _ending(one)],
        "release_form": _sent(sent, ReleaseForm)
        or (ReleaseForm() if newest and not is_locked and may_release else None),
        "return_form": _sent(sent, ReturnForm)
        or (ReturnForm() if is_locked and settles and not is_over(results) else None),
        "results": results,
        "may_record": settles and apprenticeship.status == Apprenticeship.Status.PAST_GATEWAY,
        "sent": sent,
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if sent is not None else 200
    return render(request, "gateway/gateway.html", context, status=status)


def is_over(results: list[dict[str, Any]]) -> bool:
    """Whether a result stands after which there is no resit."""
    return any(one["stands"] and not one["has_resit"] for one in results)


def _sent(sent: forms.Form | None, kind: type[forms.Form]) -> forms.Form | None:
    return sent if isinstance(sent, kind) else None


def _ending(version: SignedVersion) -> dict[str, Any] | None:
    """Who ended a round, when and why, if somebody did; also by undoing the change that locked it."""
    if hasattr(version, "gateway_end"):
        end = version.gateway_end
        return {"what": end.get_kind_display(), "name": end.by.name, "at": end.at, "reason": end.reason}
    lock = getattr(version, "gateway_lock", None)
    undone = getattr(lock.change, "undone_by", None) if lock else None
    if undone is None:
        return None
    what = GatewayEnd.Kind.PROVIDER.label
    return {"what": what, "name": undone.by.name, "at": undone.at, "reason": undone.reason}


def _earlier(version: SignedVersion) -> dict[str, Any]:
    end = _ending(version) or {}
    return {
        "what": end["what"],
        "who": _("%(name)s, %(when)s") % {"name": end["name"], "when": moments.moment(end["at"])},
        "reason": end["reason"],
    }


def _results(actor: Actor, apprenticeship: Apprenticeship, *, may_correct: bool) -> list[dict[str, Any]]:
    rows = AssessmentResult.objects.visible_to(actor).filter(apprenticeship=apprenticeship)
    rows = rows.select_related("by", "superseded_by").order_by("-attempt", "-at")
    last = max((row.attempt for row in rows), default=0)
    return [
        {
            "pk": row.pk,
            "attempt": row.attempt,
            "grade": row.get_grade_display(),
            "decided_on": moments.day(row.decided_on),
            "has_resit": row.has_resit,
            "certificate": row.certificate,
            "reason": row.reason,
            "stands": not hasattr(row, "superseded_by"),
            "who": _("%(name)s, %(when)s") % {"name": row.by.name, "when": moments.moment(row.at)},
            "may_correct": may_correct and row.attempt == last and not hasattr(row, "superseded_by"),
        }
        for row in rows
    ]


@require_POST
def gateway_open(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Declare for the provider, and ask the others to."""
    apprenticeship = _learner(request, apprenticeship_id)
    before = request.POST.get("before", "")
    try:
        made = workflow.open_declarations(apprenticeship.pk, request.actor)
    except OutOfTurn as refusal:
        return _page(request, apprenticeship, refusal=str(refusal))
    if before and str(made.pk) == before:
        messages.info(
            request, _("The figures are still those that were declared, so nothing has to be declared again.")
        )
        return redirect("pages:gateway", apprenticeship.pk)
    messages.success(request, _("Declared for the training provider. The apprentice and the mentor have been told."))
    return redirect("pages:gateway", apprenticeship.pk)


def _version(request: Request, version_id: UUID) -> SignedVersion:
    rows = SignedVersion.objects.visible_to(request.actor).of(SignedKind.GATEWAY)
    return get_object_or_404(rows.select_related("apprenticeship__provider"), pk=version_id)


@require_POST
def gateway_release(request: Request, version_id: UUID) -> HttpResponse:
    """Take the declarations back before the lock, with the reason."""
    version = _version(request, version_id)
    form = ReleaseForm(request.POST)
    if form.is_valid():
        workflow.release_declarations(version.pk, request.actor, form.cleaned_data["reason"])
        messages.success(request, _("The declarations have been withdrawn. You can start again once it is put right."))
        return redirect("pages:gateway", version.apprenticeship_id)
    require(
        access.can_release(request.actor, version.apprenticeship),
        _("Only the apprentice, their mentor, the assessor and admins can withdraw declarations."),
    )
    return _page(request, _learner(request, version.apprenticeship_id), form)


@require_POST
def gateway_return(request: Request, version_id: UUID) -> HttpResponse:
    """Open again what was locked, with the reason."""
    version = _version(request, version_id)
    form = ReturnForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        workflow.return_gateway(version.pk, request.actor, kind=given["kind"], reason=given["reason"])
        messages.success(request, _("The gateway has been returned. The apprentice is on programme again."))
        return redirect("pages:gateway", version.apprenticeship_id)
    _require_settling(request, version.apprenticeship)
    return _page(request, _learner(request, version.apprenticeship_id), form)


def _require_settling(request: Request, apprenticeship: Apprenticeship) -> None:
    require(
        access.can_settle_gateway(request.actor, apprenticeship),
        _("Only an admin of the training provider can do this."),
    )


@require_http_methods(["GET", "POST"])
def assessment_result(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Record how the assessment ended."""
    apprenticeship = _learner(request, apprenticeship_id)
    _require_settling(request, apprenticeship)
    form = ResultForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            workflow.record_assessment_result(
                apprenticeship.pk, request.actor, result_id=form.cleaned_data["token"], words=form.words()
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("The result is recorded."))
            return redirect("pages:gateway", apprenticeship.pk)
    return _result_page(request, apprenticeship, form, _("Result of the assessment"))


@require_http_methods(["GET", "POST"])
def assessment_result_correct(request: Request, result_id: UUID) -> HttpResponse:
    """Put another result in the place of one that was wrong."""
    found = get_object_or_404(AssessmentResult.objects.visible_to(request.actor), pk=result_id)
    apprenticeship = _learner(request, found.apprenticeship_id)
    _require_settling(request, apprenticeship)
    form = CorrectResultForm(request.POST if request.method == "POST" else None, before=found)
    if form.is_valid():
        try:
            workflow.correct_assessment_result(
                found.pk,
                request.actor,
                correction_id=form.cleaned_data["token"],
                words=form.words(),
                reason=form.cleaned_data["reason"],
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("The result is corrected. The first one stays in the history."))
            return redirect("pages:gateway", apprenticeship.pk)
    return _result_page(request, apprenticeship, form, _("Correct the result"))


def _result_page(request: Request, apprenticeship: Apprenticeship, form: forms.Form, heading: str) -> HttpResponse:
    context = {"apprenticeship": apprenticeship, "form": form, "heading": heading}
    return render(request, "gateway/result.html", context, status=422 if form.errors else 200)
