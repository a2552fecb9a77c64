"""Sampling plans: drawing one, what it drew and what it did not, adding to it, giving it up."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Organisation
from assessments import workflow
from assessments.models import Decision, Factor, OutcomeResult, PoolDecision, Sample, SamplingPlan
from assessments.models.sampling import CODE_OF_SAMPLE
from assessments.sampling import access
from assessments.sampling.pool import candidates_of, in_conflict_with, lines_of
from core import clock
from core.errors import Incomplete, NotAllowed
from pages.addresses import addresses_of
from pages.quality.forms import PeriodForm, PlanForm, WhyForm
from pages.quality.rows import POOL, pool_rows
from pages.refusals import say_in
from pages.requests import Request, organisation_of

PER_PAGE = 50


@require_GET
def sampling_plans(request: Request) -> HttpResponse:
    """The plans of the provider, the newest first."""
    if not access.oversees_quality(request.actor):
        raise Http404
    drawn = Count("samples", distinct=True)
    checked = Count("samples", filter=Q(samples__findings__isnull=False), distinct=True)
    plans = (
        SamplingPlan.objects.visible_to(request.actor)
        .select_related("by", "withdrawal")
        .annotate(drawn=drawn, checked=checked)
        .newest_first()
    )
    page: Page[Any] = Paginator(plans, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "quality/plans.html", {"page": page, "can_plan": access.assures(request.actor)})


def _provider(request: Request) -> Organisation:
    """The provider that a quality assurer acts for; refuses everybody else."""
    if not access.assures(request.actor):
        raise NotAllowed(_("Only an internal quality assurer can plan samples."))
    return organisation_of(request)


@require_http_methods(["GET", "POST"])
def sampling_plan_new(request: Request) -> HttpResponse:
    """Choose the days, look at each line's risk, and draw."""
    provider = _provider(request)
    period = PeriodForm(request.POST if request.method == "POST" else request.GET)
    days = period.cleaned_data if period.is_valid() else {}
    candidates = candidates_of(provider.pk, **days) if period.is_valid() else []
    lines = lines_of(provider.pk, candidates, clock.today())
    form = PlanForm(request.POST or None, lines=lines, period=days)
    if period.is_valid() and form.is_valid():
        try:
            plan = workflow.plan_sample(
                provider.pk,
                request.actor,
                plan_id=form.cleaned_data["token"],
                seed=secrets.token_hex(16),
                rates=form.rates(),
                factors=form.cleaned_data["factors"],
                chosen=form.chosen(),
                note=form.cleaned_data["note"],
                **days,
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            count = Sample.objects.visible_to(request.actor).filter(plan=plan).count()
            words = ngettext("%(n)d decision drawn.", "%(n)d decisions drawn.", count)
            messages.success(request, words % {"n": count})
            return redirect("pages:sampling-plan", plan.pk)
    context = {"period": period, "form": form, "rows": form.rows(), "count": len(candidates)}
    return render(request, "quality/plan_new.html", context, status=422 if form.errors or period.errors else 200)


@require_GET
def sampling_plan(request: Request, plan_id: UUID) -> HttpResponse:
    """How a plan drew, what it drew and what it did not, with the reason."""
    plan = _plan(request, plan_id)
    pool = PoolDecision.objects.visible_to(request.actor).filter(plan=plan)
    by_hand = list(
        Sample.objects.visible_to(request.actor)
        .filter(plan=plan, added_by__isnull=False)
        .select_related(*CODE_OF_SAMPLE, "apprenticeship__apprentice", "added_by")
        .oldest_first()
    )
    show = "left" if request.GET.get("show") == "left" else "drawn"
    counts = {"drawn": pool.drawn().count(), "left": pool.not_drawn().count()}
    shown = pool.not_drawn() if show == "left" else pool.drawn()
    paginator = Paginator(shown.select_related(*POOL).order_by("why", "pk"), PER_PAGE)
    paginator.count = counts[show]
    page: Page[Any] = paginator.get_page(request.GET.get("page"))
    here = list(page.object_list)
    ids = [one.drawn for one in here]
    samples = Sample.objects.visible_to(request.actor).filter(Q(decision__in=ids) | Q(result__in=ids), plan=plan)
    address = addresses_of("sample")
    addresses = {
        decision or result: address(pk) for pk, decision, result in samples.values_list("pk", "decision", "result")
    }
    conflicts = in_conflict_with(request.actor) if show == "left" else set()
    return render(
        request,
        "quality/plan.html",
        {
            "plan": plan,
            "withdrawal": getattr(plan, "withdrawal", None),
            "lines": plan.lines.select_related("assessor", "standard")
            .annotate(count=Count("pool"))
            .order_by("assessor__name", "standard__reference"),
            "factors": [_lower_first(str(Factor(factor).label)) for factor in plan.factors],
            "by_hand": by_hand,
            "show": show,
            "counts": counts,
            "page": page,
            "rows": pool_rows(here, addresses, addresses_of("sampling-plan")(plan.pk), conflicts),
            "can_plan": access.assures(request.actor) and not hasattr(plan, "withdrawal"),
        },
    )


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]


def _plan(request: Request, plan_id: UUID) -> SamplingPlan:
    plans = SamplingPlan.objects.visible_to(request.actor).select_related("by", "withdrawal__by")
    return get_object_or_404(plans, pk=plan_id)


@require_http_methods(["GET", "POST"])
def sampling_plan_withdraw(request: Request, plan_id: UUID) -> HttpResponse:
    """Ask why, and give a plan up."""
    plan = _plan(request, plan_id)
    _provider(request)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.withdraw_plan(plan.pk, request.actor, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("The plan has been withdrawn. Unchecked decisions can be drawn again."))
            return redirect("pages:sampling-plan", plan.pk)
    context = {"form": form, "plan": plan}
    return render(request, "quality/plan_withdraw.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def sample_add(request: Request, plan_id: UUID, added_id: UUID) -> HttpResponse:
    """Ask why, and add a decision or a result to the sample by hand."""
    plan = _plan(request, plan_id)
    added = _to_add(request, plan, added_id)
    _provider(request)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sample = workflow.add_to_sample(plan.pk, added_id, request.actor, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Added. It is waiting to be checked."))
            return redirect("pages:sample", sample.pk)
    context = {"form": form, "plan": plan, "added": added}
    return render(request, "quality/sample_add.html", context, status=422 if form.errors else 200)


def _to_add(request: Request, plan: SamplingPlan, added_id: UUID) -> dict[str, Any]:
    """What the page says of the decision or the result that is to be added."""
    results = OutcomeResult.objects.visible_to(request.actor).filter(pk=added_id, provider=plan.provider_id)
    if result := results.select_related("outcome", "apprenticeship__apprentice", "marker").first():
        return {
            "code": result.outcome.short,
            "by": result.marker.name,
            "apprentice": result.apprenticeship.apprentice.name,
            "verdict": result.get_grade_display(),
            "at": result.at,
        }
    decisions = Decision.objects.visible_to(request.actor).filter(claim__provider=plan.provider_id)
    related = ("claim__ksb", "claim__apprenticeship__apprentice", "by")
    decision = get_object_or_404(decisions.select_related(*related), pk=added_id)
    return {
        "code": decision.claim.ksb.code,
        "by": decision.by.name,
        "apprentice": decision.claim.apprenticeship.apprentice.name,
        "verdict": decision.get_outcome_display(),
        "at": decision.at,
    }
