"""For admins: the rule, what is due, holds, and what two of them erase."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from apprenticeships.models import Apprenticeship
from core.errors import Incomplete
from pages.people.views import asks_again
from pages.provider.rule_forms import UndoRuleForm
from pages.refusals import say_in
from pages.requests import Request, organisation_of
from reports.retention import access, policy, workflow
from reports.retention.models import LEAST_YEARS, MOST_YEARS, Erasure, LegalHold, RetentionRule
from reports.retention.plan import Plan, plan_of
from reports.retention.policy import Years

PER_PAGE = 50


class WhyForm(UndoRuleForm):
    """Why something is erased, or must not be."""

    who_reads = gettext_lazy("Admins of the training provider can read this. Do not name the learner.")

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["reason"].help_text = self.who_reads


class YearsForm(WhyForm):
    """For how many years what is kept."""

    who_reads = gettext_lazy("Admins of the training provider can read this.")

    record = forms.IntegerField(
        label=gettext_lazy("Years after the end for everything else"), min_value=LEAST_YEARS, max_value=MOST_YEARS
    )
    support = forms.IntegerField(
        label=gettext_lazy("Years after the end for learning support"),
        min_value=LEAST_YEARS,
        max_value=MOST_YEARS,
        help_text=gettext_lazy("The funding rules ask for six years at least."),
    )
    field_order = ["support", "record", "reason"]


def _require_admin(request: Request) -> None:
    require(access.sees_retention(request.actor), _("Only an admin of the training provider can see this."))


@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: Request) -> HttpResponse:
    """The rule and its form, what is due, what waits for a second admin, and holds."""
    _require_admin(request)
    provider = organisation_of(request)
    years = policy.years_of(provider.pk)
    form = YearsForm(request.POST or None, initial={"record": years.record, "support": years.support})
    if request.method == "POST" and form.is_valid():
        wanted = Years(form.cleaned_data["record"], form.cleaned_data["support"])
        try:
            workflow.set_retention_rule(provider.pk, request.actor, wanted, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved."))
            return redirect("pages:retention")
    holds = LegalHold.objects.visible_to(request.actor).standing().select_related("apprenticeship__apprentice")
    waiting = Erasure.objects.visible_to(request.actor).open().select_related("apprenticeship__apprentice", "asked_by")
    due = policy.due(provider.pk).select_related("apprentice", "standard_version__standard")
    due = due.exclude(pk__in=waiting.values("apprenticeship"))
    page = Paginator(due, PER_PAGE).get_page(request.GET.get("page"))
    held = set(holds.filter(apprenticeship__in=[one.pk for one in page]).values_list("apprenticeship", flat=True))
    context = {
        "form": form,
        "years": years,
        "page": page,
        "rows": [(one, policy.years_after(one.ended_on, years.record), one.pk in held) for one in page],
        "holds": holds.order_by("put_on_at"),
        "waiting": waiting.order_by("asked_at"),
        "history": RetentionRule.objects.visible_to(request.actor).select_related("by").newest_first(),
    }
    return render(request, "retention/retention.html", context, status=422 if form.errors else 200)


def _learner(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    """A learner of the provider, whose records may have been erased since."""
    rows = access.with_erased(request.actor).filter(provider=organisation_of(request))
    rows = rows.select_related("apprentice", "provider", "standard_version__standard")
    found: Apprenticeship = get_object_or_404(rows, pk=apprenticeship_id)
    return found


def _in_the_way(asked: Erasure | None, plan: Plan) -> list[str]:
    """Why what was asked cannot be carried out as it is."""
    found = list(plan.in_the_way)
    if asked and asked.plan_sha256 != plan.sha256:
        found.append(_("What would be erased has changed since somebody asked. Cancel this and ask again."))
    if asked and asked.agreed_by_id and not access.can_agree(workflow.agreed_by(asked), asked):
        found.append(_("Whoever agreed is no longer an admin. Cancel this and ask again."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@asks_again
def erasure(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The dry run of one learner, what was asked, and asking."""
    learner = _learner(request, apprenticeship_id)
    _require_admin(request)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        workflow.ask_for_erasure(
            learner.pk,
            request.actor,
            plan_sha256=request.POST.get("plan", ""),
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("Asked. Another admin has to agree before anything is erased."))
        return redirect("pages:erasure", learner.pk)
    return _page(request, learner, form, WhyForm(prefix="hold"))


def _page(request: Request, learner: Apprenticeship, form: WhyForm, hold_form: WhyForm) -> HttpResponse:
    mine = Erasure.objects.visible_to(request.actor).filter(apprenticeship=learner)
    erasures = list(mine.select_related("asked_by", "agreed_by", "ended_by").newest_first())
    open_one = next((one for one in erasures if not one.done_at and not one.ended_at), None)
    plan = plan_of(learner)
    context = {
        "learner": learner,
        "plan": plan,
        "in_the_way": _in_the_way(open_one, plan),
        "form": form,
        "hold_form": hold_form,
        "wrong": hold_form if hold_form.errors else form,
        "hold": LegalHold.objects.visible_to(request.actor).standing().filter(apprenticeship=learner).first(),
        "erasures": erasures,
        "open": open_one,
        "is_own": open_one is not None and open_one.asked_by_id == request.actor.person_id,
    }
    return render(request, "retention/erasure.html", context, status=422 if form.errors or hold_form.errors else 200)


def _id_in(request: Request, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Http404 from None


@require_POST
@asks_again
def hold(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Put a hold on, or lift the one that stands."""
    learner = _learner(request, apprenticeship_id)
    _require_admin(request)
    form = WhyForm(request.POST, prefix="hold")
    if not form.is_valid():
        return _page(request, learner, WhyForm(), form)
    reason = form.cleaned_data["reason"]
    if request.POST.get("act") == "lift":
        # The hold that the page showed: no other one, which may have been put on since.
        shown = LegalHold.objects.visible_to(request.actor).filter(apprenticeship=learner)
        workflow.lift_hold(get_object_or_404(shown, pk=_id_in(request, "hold")).pk, request.actor, reason)
        messages.success(request, _("The hold has been lifted."))
    else:
        workflow.put_on_hold(learner.pk, request.actor, reason)
        messages.success(request, _("Nothing of these records can be erased until the hold is lifted."))
    return redirect("pages:erasure", learner.pk)


@require_POST
@asks_again
def erasure_answer(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Agree to what a colleague asked, or refuse it or take it back."""
    learner = _learner(request, apprenticeship_id)
    _require_admin(request)
    # What the page showed: nobody agrees to something else that was asked since.
    shown = Erasure.objects.visible_to(request.actor).filter(apprenticeship=learner)
    asked = get_object_or_404(shown, pk=_id_in(request, "erasure"))
    if request.POST.get("answer") == "agree":
        workflow.agree_to_erasure(asked.pk, request.actor)
        messages.success(request, _("Agreed. It is erased in 30 days; until then it can be cancelled."))
    else:
        workflow.end_erasure(asked.pk, request.actor)
        messages.success(request, _("Nothing is erased."))
    return redirect("pages:erasure", learner.pk)
