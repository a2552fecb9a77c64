"""Changes that are planned: made on their day by a job, cancelled before, or given up where they can no longer be.

While no worker runs, nothing is made; once one does, each is made as of its own day, in their order.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apprenticeships.audit_actions import CHANGE_PLANNED, PLAN_CANCELLED, PLAN_GIVEN_UP, PLAN_MADE
from apprenticeships.models import (
    PLANNABLE,
    Apprenticeship,
    Change,
    ChangeKind,
    PlanEnding,
    PlannedChange,
    possible_in,
)
from apprenticeships.models.changes import STEPS
from apprenticeships.starting import MOST_DAYS_AHEAD
from apprenticeships.workflow.locks import locked_apprenticeship
from apprenticeships.workflow.making import What, make, require_values, required
from audit import chain as audit
from audit.actions import Action
from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Incomplete, OutOfTurn, WorkflowError
from core.moments import day


def plan(apprenticeship: Apprenticeship, by: Actor, what: What, act: UUID) -> PlannedChange:
    """Keep a change for a day to come. The apprenticeship is locked, and the right was asked.

    Raises:
        OutOfTurn: it cannot happen after what is planned before it, or what is planned later could not happen any more.
        Incomplete: it is of a kind that is recorded once it has happened; or as for `making.make`.
    """
    if what.kind not in PLANNABLE:
        raise Incomplete(
            _("Enter today or an earlier day. This is recorded once it has happened."), field="effective_on"
        )
    if what.effective_on > clock.today() + timedelta(days=MOST_DAYS_AHEAD):
        raise Incomplete(_("This is more than a year away. Check the year."), field="effective_on")
    if what.effective_on < apprenticeship.started_on and what.kind == ChangeKind.BREAK_STARTED:
        raise Incomplete(
            _("The apprenticeship starts on %(day)s. Enter that day or a later one.")
            % {"day": day(apprenticeship.started_on)},
            field="effective_on",
        )
    require_values(apprenticeship, what)
    standing = _standing(apprenticeship)
    before = [one.employer_id for one in standing if one.employer_id and one.effective_on <= what.effective_on]
    if what.employer and what.employer.pk == [apprenticeship.employer_id, *before][-1]:
        raise Incomplete(_("%(name)s is already the employer.") % {"name": what.employer}, field="employer")
    made = PlannedChange(
        apprenticeship=apprenticeship,
        provider=apprenticeship.provider,
        number=PlannedChange.objects.unscoped().filter(apprenticeship=apprenticeship).count() + 1,
        act=act,
        kind=what.kind,
        effective_on=what.effective_on,
        expected_back_on=what.expected_back_on,
        planned_end_on=what.planned_end_on,
        employer=what.employer,
        reason=required(what.reason),
        by_id=by.person,
        at=clock.now(),
    )
    hindered = _first_impossible(apprenticeship, [*standing, made])
    if hindered is made:
        raise OutOfTurn(_("This cannot happen on %(day)s, because of what is recorded or planned.") % _said(made))
    if hindered:
        raise OutOfTurn(
            _("“%(kind)s” is planned for %(day)s, and could not happen after this. Cancel it first.") % _said(hindered)
        )
    made.save(force_insert=True)
    _record(CHANGE_PLANNED, by, made)
    return made


def cancel(apprenticeship: Apprenticeship, plan_id: UUID, by: Actor, reason: str) -> PlannedChange:
    """End a plan before its day. The apprenticeship is locked, and the right was asked. See `changes.cancel_plan`."""
    found = PlannedChange.objects.unscoped().select_related("ending").get(pk=plan_id)
    found.apprenticeship = apprenticeship
    ending: PlanEnding | None = getattr(found, "ending", None)
    if ending and ending.outcome == PlanEnding.Outcome.CANCELLED:
        return found
    if ending and ending.outcome == PlanEnding.Outcome.MADE:
        raise OutOfTurn(_("This has happened as planned. Undo the change instead."))
    if ending:
        raise OutOfTurn(_("This could no longer happen, so there is nothing to cancel."))
    others = [one for one in _standing(apprenticeship) if one.pk != found.pk]
    if hindered := _first_impossible(apprenticeship, others):
        raise OutOfTurn(
            _("“%(kind)s” is planned for %(day)s, and could not happen without this. Cancel that first.")
            % _said(hindered)
        )
    _end(found, PlanEnding.Outcome.CANCELLED, PLAN_CANCELLED, by, reason=required(reason))
    return found


@transaction.atomic
def make_planned(plan_id: UUID) -> None:
    """Make what was planned, if its day has come. Made, cancelled or given up before, there is nothing left to do."""
    due = PlannedChange.objects.unscoped().due()
    if not (apprenticeship_id := due.filter(pk=plan_id).values_list("apprenticeship", flat=True).first()):
        return
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    found = due.filter(pk=plan_id).select_related("employer").first()
    if found is None:
        return
    found.apprenticeship = apprenticeship
    by = Actor(found.by_id, found.provider_id)
    what = What(
        ChangeKind(found.kind),
        found.effective_on,
        found.reason,
        found.planned_end_on,
        found.employer,
        found.expected_back_on,
    )
    try:
        with transaction.atomic():
            change = make(apprenticeship, by, what, found.pk)
    except WorkflowError as refusal:
        _end(found, PlanEnding.Outcome.IMPOSSIBLE, PLAN_GIVEN_UP, SYSTEM, reason=str(refusal))
        return
    _end(found, PlanEnding.Outcome.MADE, PLAN_MADE, SYSTEM, change=change)


def let_give_way(apprenticeship: Apprenticeship, by: Actor, made: Change) -> None:
    """Give up what can no longer happen on its day, now that something else has. The apprenticeship is locked."""
    standing = _standing(apprenticeship)
    while hindered := _first_impossible(apprenticeship, standing):
        standing.remove(hindered)
        followed = _("Undone: %(what)s") if made.undoes_id else "%(what)s"
        why = _("It can no longer happen, after “%(followed)s” on %(day)s.") % {
            "followed": followed % {"what": made.get_kind_display()},
            "day": day(made.effective_on),
        }
        _end(hindered, PlanEnding.Outcome.IMPOSSIBLE, PLAN_GIVEN_UP, by, reason=why)


def possible_later(apprenticeship: Apprenticeship) -> list[ChangeKind]:
    """What can be planned to happen after everything that is planned already. The asker sees the apprenticeship."""
    status = apprenticeship.status
    for one in _standing(apprenticeship):
        status = STEPS[ChangeKind(one.kind)][1] or status
    return [kind for kind in possible_in(status) if kind in PLANNABLE]


def _standing(apprenticeship: Apprenticeship) -> list[PlannedChange]:
    return list(PlannedChange.objects.unscoped().filter(apprenticeship=apprenticeship).standing().in_order())


def _first_impossible(apprenticeship: Apprenticeship, plans: list[PlannedChange]) -> PlannedChange | None:
    """The first plan that could not happen on its day, if each before it did."""
    status = apprenticeship.status
    for one in sorted(plans, key=lambda plan: (plan.effective_on, plan.number)):
        kind = ChangeKind(one.kind)
        if kind not in possible_in(status):
            return one
        status = STEPS[kind][1] or status
    return None


def _said(plan: PlannedChange) -> dict[str, object]:
    return {"kind": plan.get_kind_display(), "day": day(plan.effective_on)}


def _end(
    plan: PlannedChange,
    outcome: PlanEnding.Outcome,
    action: Action,
    by: Actor,
    *,
    reason: str = "",
    change: Change | None = None,
) -> None:
    PlanEnding.objects.create(
        plan=plan,
        provider_id=plan.provider_id,
        outcome=outcome,
        change=change,
        reason=reason,
        by_id=by.person_id,
        at=clock.now(),
    )
    _record(action, by, plan)


def _record(action: Action, by: Actor, plan: PlannedChange) -> None:
    audit.record(
        action,
        by,
        plan.apprenticeship,
        organisation=plan.apprenticeship.provider,
        plan=plan.pk,
        kind=plan.kind,
        effective_on=plan.effective_on,
    )
