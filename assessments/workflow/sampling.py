"""Sampling plans: drawing a sample of decisions, adding to it by hand, giving a plan up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from assessments.audit_actions import DECISION_SAMPLED, SAMPLING_PLAN_WITHDRAWN, SAMPLING_PLANNED
from assessments.models import (
    Decision,
    Factor,
    Method,
    OutcomeResult,
    PlanLine,
    PlanWithdrawal,
    PoolDecision,
    Risk,
    Sample,
    SamplingPlan,
)
from assessments.models.sampling import NOT_SAMPLED
from assessments.sampling import access
from assessments.sampling.drawing import draw
from assessments.sampling.pool import (
    MOST_DECISIONS,
    Line,
    Pair,
    candidates_of,
    in_conflict_with,
    lines_of,
    sampled_of,
)
from assessments.states import SampleState
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn, TokenTaken
from core.moments import moment

#: From the lowest risk to the highest.
_RISING = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)


@dataclass(frozen=True)
class Rates:
    """How many percent are checked: by risk, and of each apprentice who is near the gateway."""

    low_percent: int = 10
    medium_percent: int = 25
    high_percent: int = 50
    gateway_percent: int = 20


PLAN = Act("plan_sample", access.is_assurer, {}, creates=[SampleState.DRAWN])
ADD = Act("add_to_sample", access.can_sample, {}, creates=[SampleState.DRAWN])
GIVE_UP = Act("withdraw_plan", access.is_assurer, {SampleState.DRAWN: [SampleState.GIVEN_UP]})


@transaction.atomic
def plan_sample(
    provider_id: UUID,
    by: Actor,
    *,
    plan_id: UUID,
    seed: str,
    from_on: date,
    until_on: date,
    rates: Rates,
    factors: Collection[str] = (),
    chosen: Mapping[Pair, tuple[str, str]] | None = None,
    note: str = "",
) -> SamplingPlan:
    """Draw a sample of the decisions that a provider's assessors made in these days. Pool and seed are kept with it.

    Decisions about apprentices with whom `by` has a conflict of interest stay in the pool and are not drawn.

    Args:
        plan_id: the form's one-use token: a second call with it returns the plan of the first.
        seed: random, chosen by nobody.
        factors: what the sample is spread across; words of `Factor`.
        chosen: for an assessor and a standard the risk and the method; else those that follow from what is known.
        note: why a risk is rated lower than worked out.

    Raises:
        NotAllowed: `by` is no internal quality assurer of the provider.
        Incomplete: the days or rates make no sense, there is nothing to draw from or too much, or a note is missing.
        TokenTaken: the id is of something else.
    """
    # Two who plan at once do not draw the same.
    provider = Organisation.objects.select_for_update(no_key=True).get(pk=provider_id)
    require(PLAN.who(by, provider_id), _("Only an internal quality assurer can plan samples."))
    if made := SamplingPlan.objects.unscoped().filter(pk=plan_id).first():
        if (made.provider_id, made.by_id) != (provider_id, by.person_id):
            raise TokenTaken
        return made
    _check(from_on, until_on, rates, factors)
    today = clock.today()
    candidates = candidates_of(provider_id, from_on, until_on)
    if not candidates:
        raise Incomplete(_("No decisions were made in these days. Choose others."), field="from_on")
    if len(candidates) > MOST_DECISIONS:
        raise Incomplete(
            _("There are more than %(most)s decisions in these days. Choose fewer days.") % {"most": MOST_DECISIONS},
            field="from_on",
        )
    plan = SamplingPlan(
        pk=plan_id,
        provider=provider,
        from_on=from_on,
        until_on=until_on,
        factors=[str(factor) for factor in Factor if factor in factors],
        note=note.strip(),
        seed=seed,
        by_id=by.person,
        at=clock.now(),
        **vars(rates),
    )
    lines = lines_of(provider_id, candidates, today)
    made_lines = {line.pair: _line(plan, line, (chosen or {}).get(line.pair)) for line in lines}
    if not plan.note and any(_RISING.index(made.risk) < _RISING.index(made.rated) for made in made_lines.values()):
        raise Incomplete(_("Say why you chose a lower risk."), field="note")
    before = sampled_of((one.drawn for one in candidates), provider_id)
    conflicts = in_conflict_with(by)
    pool = [
        PoolDecision(
            plan=plan,
            line=made_lines[one.assessor, one.standard],
            **one.columns,
            is_near_gateway=one.is_near_gateway(today),
            was_sampled=one.drawn in before,
            has_conflict=one.apprenticeship in conflicts,
            traits=one.traits(),
        )
        for one in candidates
    ]
    why = draw(seed, [one.drawable() for one in pool], plan.gateway_percent, plan.factors)
    for one in pool:
        one.why = why[one.drawn]
    plan.pool_sha256 = PoolDecision.digest_of(pool)
    plan.save(force_insert=True)
    PlanLine.objects.bulk_create(made_lines.values())
    PoolDecision.objects.bulk_create(pool, batch_size=1_000)
    samples = [
        _sample(plan, one.columns, one.apprenticeship, one.assessor)
        for one in candidates
        if why[one.drawn] not in NOT_SAMPLED
    ]
    Sample.objects.bulk_create(samples, batch_size=1_000)
    audit.record(SAMPLING_PLANNED, by, plan, organisation=provider, pool=len(pool), drawn=len(samples), seed=seed)
    audit.record_many(audit.Happening(DECISION_SAMPLED, by, sample, organisation=provider) for sample in samples)
    return plan


def _check(from_on: date, until_on: date, rates: Rates, factors: Collection[str]) -> None:
    if until_on < from_on:
        raise Incomplete(_("The last day must be on or after the first."), field="until_on")
    if until_on > clock.today():
        raise Incomplete(_("The last day must not be in the future."), field="until_on")
    for name, percent in vars(rates).items():
        if not 0 <= percent <= 100:
            raise Incomplete(_("Enter a percentage from 0 to 100."), field=name)
    if not set(factors) <= set(Factor.values):
        raise Incomplete(_("Choose from the list."), field="factors")


def _line(plan: SamplingPlan, line: Line, chosen: tuple[str, str] | None) -> PlanLine:
    risk, method = chosen or (line.rated, line.method)
    if risk not in Risk.values or method not in Method.values:
        raise Incomplete(_("Choose from the list."))
    return PlanLine(
        plan=plan,
        assessor_id=line.assessor,
        standard_id=line.standard,
        rated=line.rated,
        reasons=[str(reason) for reason in line.reasons],
        risk=Risk(risk),
        method=method,
        percent=plan.percent_of(risk),
    )


def _sample(
    plan: SamplingPlan,
    of: Mapping[str, UUID],
    apprenticeship: UUID,
    assessor: UUID,
    *,
    reason: str = "",
    added_by: UUID | None = None,
) -> Sample:
    return Sample(
        plan=plan,
        provider_id=plan.provider_id,
        **of,
        apprenticeship_id=apprenticeship,
        assessor_id=assessor,
        reason=reason,
        added_by_id=added_by,
        at=clock.now(),
    )


@transaction.atomic
def add_to_sample(plan_id: UUID, added_id: UUID, by: Actor, reason: str) -> Sample:
    """Add a decision or a result to a plan's sample by hand, for a reason. Added again, it is the sample that is there.

    Args:
        added_id: of the decision, or of the result of an outcome.

    Raises:
        NotAllowed: `by` is no internal quality assurer of the provider, or has a conflict with the apprentice.
        Incomplete: no reason.
        OutOfTurn: the plan was given up; the decision was corrected since; or another plan has sampled it.
    """
    plan = _locked(plan_id, by)
    added, whose, assessor, of = _to_add(plan, added_id)
    require(
        ADD.who(by, whose),
        _("You have a conflict of interest with this apprentice. A colleague checks what is decided about them."),
    )
    if made := Sample.objects.unscoped().filter(plan=plan, **of).first():
        return made
    _require_standing(plan)
    if not reason.strip():
        raise Incomplete(_("Say why you are adding it."), field="reason")
    if type(added)._base_manager.filter(supersedes=added.pk).exists():
        raise OutOfTurn(_("This has been corrected since. Add what was corrected."))
    if Sample.objects.unscoped().in_force().filter(**of).exists():
        raise OutOfTurn(_("Another plan has this already."))
    sample = _sample(plan, of, whose.pk, assessor, reason=reason.strip(), added_by=by.person)
    sample.save(force_insert=True)
    audit.record(DECISION_SAMPLED, by, sample, organisation=plan.provider)
    return sample


@transaction.atomic
def withdraw_plan(plan_id: UUID, by: Actor, reason: str) -> PlanWithdrawal:
    """Give a plan up, saying why. What was checked stands; what was not leaves the queue and can be drawn again.

    Raises:
        NotAllowed: `by` is no internal quality assurer of the provider.
        Incomplete: no reason.
        OutOfTurn: somebody else gave it up, who and when.
    """
    plan = _locked(plan_id, by)
    if not reason.strip():
        raise Incomplete(_("Say why you are withdrawing this plan."), field="reason")
    if earlier := PlanWithdrawal.objects.select_related("by").filter(plan=plan).first():
        if (earlier.by_id, earlier.reason) == (by.person_id, reason.strip()):
            return earlier
        raise OutOfTurn(_given_up(earlier))
    withdrawal = PlanWithdrawal.objects.create(plan=plan, reason=reason.strip(), by_id=by.person, at=clock.now())
    audit.record(SAMPLING_PLAN_WITHDRAWN, by, withdrawal, organisation=plan.provider, plan=plan.pk)
    return withdrawal


def _to_add(
    plan: SamplingPlan, added_id: UUID
) -> tuple[Decision | OutcomeResult, Apprenticeship, UUID, dict[str, UUID]]:
    """What is to be added, whose it is, who decided or marked, and the column of a sample that says what it is of."""
    results = OutcomeResult.objects.unscoped().select_related("apprenticeship")
    if result := results.filter(pk=added_id, provider=plan.provider_id).first():
        return result, result.apprenticeship, result.marker_id, {"result_id": added_id}
    decisions = Decision.objects.unscoped().select_related("claim__apprenticeship")
    decision = decisions.get(pk=added_id, claim__provider=plan.provider_id)
    return decision, decision.claim.apprenticeship, decision.by_id, {"decision_id": added_id}


def _locked(plan_id: UUID, by: Actor) -> SamplingPlan:
    plan = SamplingPlan.objects.unscoped().get(pk=plan_id)
    plan.provider = Organisation.objects.select_for_update(no_key=True).get(pk=plan.provider_id)
    require(PLAN.who(by, plan.provider_id), _("Only an internal quality assurer can plan samples."))
    return plan


def _require_standing(plan: SamplingPlan) -> None:
    if withdrawal := PlanWithdrawal.objects.select_related("by").filter(plan=plan).first():
        raise OutOfTurn(_given_up(withdrawal))


def _given_up(withdrawal: PlanWithdrawal) -> str:
    return _("%(person)s withdrew this plan on %(when)s.") % {"person": withdrawal.by, "when": moment(withdrawal.at)}
