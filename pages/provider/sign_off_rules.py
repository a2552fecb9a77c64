"""What it takes to sign a KSB off at a training provider: as it is, as it was, and with what a change would mean."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import sees_record
from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from assessments import access, workflow
from assessments.models import SignOffPolicy
from assessments.policies.models import OUTCOMES, KsbGroup
from assessments.policies.outcomes import OutcomeRule, outcome_rules
from assessments.policies.preview import preview_of, preview_of_outcomes
from assessments.policies.rules import Rule, Rules
from assessments.policies.wording import outcome_rule_words, rule_words
from assessments.workflow.policy import (
    beginning_of,
    ksbs_of_outcomes,
    require_outcomes_possible,
    require_possible,
)
from core import clock
from core.errors import Incomplete, NotAllowed
from core.moments import day
from occupations.models import Assessment, Standard, StandardVersion
from pages.provider.rule_forms import OutcomeRuleForm, RuleForm, UndoRuleForm, scope_words
from pages.refusals import say_in
from pages.requests import Request, organisation_of


def _provider(request: Request) -> Organisation:
    """The provider that somebody works for; everybody else is refused."""
    if not access.reads_policies(request.actor):
        raise NotAllowed(_("Only the training provider’s own people can see this."))
    return organisation_of(request)


def _own_provider(request: Request) -> Organisation:
    """The same, for its admins alone."""
    provider = _provider(request)
    if not access.can_set_policy(request.actor, provider):
        raise NotAllowed(_("Only an admin of the training provider can change this."))
    return provider


def _standards(request: Request, versions: list[SignOffPolicy]) -> QuerySet[Standard, Any]:
    """The standards of the apprentices that somebody sees, and those with a rule of their own."""
    learned = Apprenticeship.objects.visible_to(request.actor).values("standard_version__standard")
    ruled = [one.standard_id for one in versions if one.standard_id]
    found = Standard.objects.visible_to(request.actor)
    chosen = found.filter(pk__in=learned) | found.filter(pk__in=ruled)
    return chosen.order_by("title", "pk")


def _with_outcomes(request: Request, standards: Iterable[Standard]) -> list[StandardVersion]:
    """The versions of these standards whose plan has outcomes, the newest first."""
    outcomes = Assessment.objects.filter(version=OuterRef("pk"), kind=Assessment.Kind.OUTCOME)
    rows = StandardVersion.objects.visible_to(request.actor).filter(standard__in=[one.pk for one in standards])
    found = rows.filter(Exists(outcomes)).select_related("standard")
    return sorted(found, key=lambda one: (one.number_parts, one.correction), reverse=True)


def _versions(request: Request) -> list[SignOffPolicy]:
    return list(
        SignOffPolicy.objects.visible_to(request.actor)
        .select_related("standard", "version", "by", "undone_by")
        .order_by("number")
    )


@require_GET
def sign_off_rules(request: Request) -> HttpResponse:
    """The rule for each group of KSBs of each standard, as it is today, and what is planned."""
    provider = _provider(request)
    versions = _versions(request)
    now = clock.now()
    standards = list(_standards(request, versions))
    texts = _with_outcomes(request, standards)
    rows = [
        {
            "title": title,
            "slug": slug,
            "groups": _group_rows(Rules(versions, pk)),
            "outcomes": [_outcome_row(one, versions) for one in texts if one.standard_id == pk],
        }
        for title, slug, pk in [
            (_("All standards"), "", None),
            *[(one.title, one.slug, one.pk) for one in standards],
        ]
    ]
    planned = [
        {"scope": scope_words(one), "what": _what(one), "from": _begins(one)}
        for one in versions
        if one.applies_from > now and not _is_replaced(one, versions)
    ]
    context = {
        "rows": rows,
        "planned": planned,
        "has_history": bool(versions),
        "can_change": access.can_set_policy(request.actor, provider),
        "reads_competences": sees_record(request.actor),
    }
    return render(request, "provider/sign_off_rules.html", context)


def _group_rows(rules: Rules) -> list[dict[str, Any]]:
    """What each group of KSBs needs; groups that need the same are one row."""
    now = clock.now()
    found: dict[Rule, list[KsbGroup]] = {}
    for group in KsbGroup:
        found.setdefault(rules.rule(group, now), []).append(group)
    return [
        {
            "groups": capfirst(", ".join(str(group.label) for group in groups)),
            "group": groups[0] if len(groups) == 1 else "",
            "what": rule_words(rule),
        }
        for rule, groups in found.items()
    ]


def _outcome_row(version: StandardVersion, versions: list[SignOffPolicy]) -> dict[str, Any]:
    """What the outcomes of one version need."""
    rules, now = outcome_rules(Rules(versions, version.standard_id, version.pk)), clock.now()
    return {
        "pk": version.pk,
        "version": str(version),
        "what": outcome_rule_words(rules.at(now)),
        "is_carried": rules.is_carried_at(now),
    }


def _is_replaced(policy: SignOffPolicy, versions: list[SignOffPolicy]) -> bool:
    """Whether a change that was recorded later, for the same KSBs, took its place before it began."""
    scope = (policy.standard_id, policy.version_id, policy.ksb_group)
    return any(
        later.number > policy.number and (later.standard_id, later.version_id, later.ksb_group) == scope
        for later in versions
    )


def _begins(policy: SignOffPolicy) -> str:
    return day(timezone.localtime(policy.applies_from))


def _what(policy: SignOffPolicy) -> str:
    if policy.ksb_group == OUTCOMES:
        return outcome_rule_words(OutcomeRule.of(policy) if policy.sets_rule else OutcomeRule())
    return rule_words(Rule.of(policy)) if policy.sets_rule else _("No separate rule: the wider one applies.")


@require_http_methods(["GET", "POST"])
def sign_off_rule_change(request: Request) -> HttpResponse:
    """Change a rule: what would differ is shown first, and what is sent after that is set."""
    provider = _own_provider(request)
    versions = _versions(request)
    standards = _standards(request, versions)
    chosen = next((one for one in standards if one.slug == request.GET.get("standard")), None)
    group = request.GET.get("group", "")
    group = group if group in KsbGroup.values else ""
    standard = chosen.pk if chosen else None
    now = Rules(versions, standard).rule(group or KsbGroup.BEHAVIOURS, clock.now())
    form = RuleForm(request.POST or None, standards=standards, rule=now, standard=standard, ksb_group=group)
    preview, seen = None, ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if request.POST.get("is_seen") == form.seen():
                made = workflow.set_sign_off_policy(
                    provider.pk,
                    request.actor,
                    form.rule(),
                    reason=given["reason"],
                    from_day=given["from_day"],
                    **form.scope(),
                )
                messages.success(request, _("Saved. It applies from %(day)s.") % {"day": _begins(made)})
                return redirect("pages:sign-off-rules")
            require_possible(form.rule(), reason=given["reason"], provider=provider, **form.scope())
            preview = preview_of(
                provider.pk,
                form.rule(),
                applies_from=beginning_of(given["from_day"], clock.now()),
                **form.scope(),
            )
            seen = form.seen()
        except Incomplete as incomplete:
            say_in(form, incomplete)
    return render(
        request,
        "provider/sign_off_rule_change.html",
        {"form": form, "preview": preview, "seen": seen},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def sign_off_outcomes(request: Request, slug: str) -> HttpResponse:
    """Say what the outcomes of a version need: what would differ is shown first, as with the other rules.

    The version is that of `?version=`, or the newest whose plan has outcomes.
    """
    provider = _own_provider(request)
    standard = get_object_or_404(Standard.objects.visible_to(request.actor), slug=slug)
    texts = _with_outcomes(request, [standard])
    version = next((one for one in texts if str(one.pk) == request.GET.get("version")), texts[0] if texts else None)
    if version is None:
        return render(request, "provider/sign_off_outcomes.html", {"standard": standard})
    ksbs = ksbs_of_outcomes(version)
    rules = outcome_rules(Rules(_versions(request), standard.pk, version.pk))
    form = OutcomeRuleForm(request.POST or None, ksbs=ksbs, rule=rules.at(clock.now()))
    preview, seen = None, ""
    if request.method == "POST" and form.is_valid():
        reason, from_day = form.cleaned_data["reason"], form.cleaned_data["from_day"]
        try:
            if request.POST.get("is_seen") == form.seen():
                made = workflow.set_outcome_policy(
                    provider.pk,
                    request.actor,
                    form.rule(),
                    version=version,
                    reason=reason,
                    from_day=from_day,
                )
                messages.success(request, _("Saved. It applies from %(day)s.") % {"day": _begins(made)})
                return redirect("pages:sign-off-rules")
            require_outcomes_possible(form.rule(), reason=reason, version=version, provider=provider)
            begins = beginning_of(from_day, clock.now())
            preview = preview_of_outcomes(provider.pk, form.rule(), version=version, applies_from=begins)
            seen = form.seen()
        except Incomplete as incomplete:
            say_in(form, incomplete)
    return render(
        request,
        "provider/sign_off_outcomes.html",
        {
            "form": form,
            "preview": preview,
            "seen": seen,
            "standard": standard,
            "version": version,
            "is_carried": rules.is_carried_at(clock.now()),
        },
        status=422 if form.errors else 200,
    )


@require_GET
def sign_off_rules_history(request: Request) -> HttpResponse:
    """Every change of the rules, the newest first, with who made it and why."""
    provider = _provider(request)
    versions = _versions(request)
    can_change = access.can_set_policy(request.actor, provider)
    rows = [
        {
            "pk": one.pk,
            "at": one.at,
            "by": one.by.name,
            "scope": scope_words(one),
            "what": _what(one),
            "from": _begins(one),
            "reason": one.reason,
            "is_undoing": one.undoes_id is not None,
            "can_undo": can_change and not _is_replaced(one, versions),
        }
        for one in reversed(versions)
    ]
    return render(request, "provider/sign_off_rules_history.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def sign_off_rule_undo(request: Request, policy_id: UUID) -> HttpResponse:
    """Ask why, and undo a change."""
    _own_provider(request)
    policy = get_object_or_404(SignOffPolicy.objects.visible_to(request.actor).select_related("standard"), pk=policy_id)
    form = UndoRuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.undo_sign_off_policy(policy.pk, request.actor, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Undone. The rule before it applies again."))
            return redirect("pages:sign-off-rules")
    context = {"form": form, "scope": scope_words(policy), "what": _what(policy), "from_day": _begins(policy)}
    return render(request, "provider/sign_off_rule_undo.html", context, status=422 if form.errors else 200)
