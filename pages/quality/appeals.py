"""An apprentice’s appeal: making one, where it stands, deciding it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require
from assessments import workflow
from assessments.models import Appeal, Decision, SignOff
from assessments.sampling import access
from assessments.workflow.appeals import ANSWERED_WITHIN
from core import clock, moments
from core.errors import Incomplete
from core.working_days import working_day_after
from occupations.models import Ksb
from pages.quality.forms import AppealAnswerForm, AppealForm, WhyForm
from pages.refusals import say_in
from pages.requests import Request


@require_http_methods(["GET", "POST"])
def appeal_decision(request: Request, decision_id: UUID) -> HttpResponse:
    """Appeal against a decision that was *not yet*."""
    decision = get_object_or_404(
        Decision.objects.visible_to(request.actor).select_related(
            "claim__ksb", "claim__apprenticeship__apprentice", "by"
        ),
        pk=decision_id,
    )
    _require_own(request, decision.claim.apprenticeship.apprentice_id)
    made = Appeal.objects.visible_to(request.actor).filter(decision=decision).first()
    what = _("%(name)s decided: %(outcome)s") % {"name": decision.by, "outcome": decision.get_outcome_display()}
    return _new(
        request, decision.claim.ksb, decision.claim.apprenticeship_id, made, what, workflow.appeal_decision, decision.pk
    )


@require_http_methods(["GET", "POST"])
def appeal_withdrawal(request: Request, withdrawal_id: UUID) -> HttpResponse:
    """Appeal against a sign-off being withdrawn."""
    withdrawn = get_object_or_404(
        SignOff.objects.visible_to(request.actor).select_related("ksb", "apprenticeship", "withdrawal__by"),
        withdrawal=withdrawal_id,
    )
    _require_own(request, withdrawn.apprenticeship.apprentice_id)
    made = Appeal.objects.visible_to(request.actor).filter(withdrawal=withdrawal_id).first()
    said = {"name": withdrawn.withdrawal.by, "reason": withdrawn.withdrawal.reason}
    what = _("%(name)s withdrew the sign-off: %(reason)s") % said
    return _new(
        request, withdrawn.ksb, withdrawn.apprenticeship_id, made, what, workflow.appeal_withdrawal, withdrawal_id
    )


def _require_own(request: Request, apprentice: UUID) -> None:
    require(request.actor.person_id == apprentice, _("Only the apprentice can appeal."))


def _new(
    request: Request,
    ksb: Ksb,
    apprenticeship_id: UUID,
    made: Appeal | None,
    what: str,
    act: Callable[..., Appeal],
    against: UUID,
) -> HttpResponse:
    if made and request.method == "GET":
        return redirect("pages:appeal", made.pk)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            appeal = act(against, request.actor, appeal_id=given["token"], grounds=given["grounds"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            answer_by = moments.day(appeal.answer_by)
            messages.success(
                request, _("Your appeal has been sent. You will get an answer by %(day)s.") % {"day": answer_by}
            )
            return redirect("pages:appeal", appeal.pk)
    context = {
        "form": form,
        "ksb": ksb,
        "apprenticeship_id": apprenticeship_id,
        "what": what,
        "answer_by": moments.day(working_day_after(clock.today(), ANSWERED_WITHIN)),
    }
    return render(request, "quality/appeal_new.html", context, status=422 if form.errors else 200)


def _appeal(request: Request, appeal_id: UUID) -> Appeal:
    return get_object_or_404(
        Appeal.objects.visible_to(request.actor).select_related(
            "apprenticeship__apprentice",
            "assessor",
            "decision__claim__ksb",
            "withdrawal__sign_off__ksb",
        ),
        pk=appeal_id,
    )


@require_GET
def appeal(request: Request, appeal_id: UUID) -> HttpResponse:
    """What an appeal is against, its grounds, and where it stands."""
    return _page(request, _appeal(request, appeal_id))


def _page(request: Request, shown: Appeal, form: Any = None) -> HttpResponse:
    answers = list(shown.answers.select_related("by"))
    last = answers[-1] if answers else None
    is_own = shown.apprenticeship.apprentice_id == request.actor.person_id
    may_decide = access.assures(request.actor) and access.is_unconcerned_by(request.actor, shown)
    is_open = last is None
    can_decide = may_decide and (last is None or last.result == "turned_down")
    about = shown.decision.claim if shown.decision else shown.withdrawal.sign_off if shown.withdrawal else None
    context = {
        "appeal": shown,
        "ksb": about.ksb if about else None,
        "submission": shown.decision.claim.submission_id if shown.decision else None,
        "answers": answers,
        "is_own": is_own,
        "is_open": is_open,
        "is_late": is_open and shown.answer_by < clock.today(),
        "answer_by": moments.day(shown.answer_by),
        "form": form if isinstance(form, AppealAnswerForm) else AppealAnswerForm() if can_decide else None,
        "back_form": form if isinstance(form, WhyForm) else WhyForm() if is_own and is_open else None,
    }
    return render(request, "quality/appeal.html", context, status=422 if form is not None else 200)


@require_POST
def appeal_answer(request: Request, appeal_id: UUID) -> HttpResponse:
    """Uphold an appeal or turn it down."""
    shown = _appeal(request, appeal_id)
    form = AppealAnswerForm(request.POST)
    if form.is_valid():
        try:
            workflow.decide_appeal(shown.pk, request.actor, form.cleaned_data["result"], form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Your answer has been sent to the apprentice."))
            return redirect("pages:appeal", shown.pk)
    return _page(request, shown, form)


@require_POST
def appeal_take_back(request: Request, appeal_id: UUID) -> HttpResponse:
    """End one’s own appeal."""
    shown = _appeal(request, appeal_id)
    form = WhyForm(request.POST)
    if form.is_valid():
        try:
            workflow.take_back_appeal(shown.pk, request.actor, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("You have ended your appeal."))
            return redirect("pages:appeal", shown.pk)
    return _page(request, shown, form)
