"""How a change of an apprenticeship is checked and written, whether it is recorded now or was planned for this day.

The apprenticeship is locked, and the right was asked.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from apprenticeships import breaks
from apprenticeships.audit_actions import (
    BREAK_ENDED,
    BREAK_STARTED,
    CHANGE_UNDONE,
    EMPLOYER_CHANGED,
    GATEWAY_PASSED,
    HOURS_CHANGED,
    PLANNED_END_CHANGED,
    RESULT_RECORDED,
    WITHDRAWN,
)
from apprenticeships.facts import Facts, hours_problems
from apprenticeships.models import Apprenticeship, Change, ChangeKind, possible_in
from apprenticeships.models.changes import STEPS
from apprenticeships.rules import published_hours, rules_for
from apprenticeships.starting import require_planned_end
from apprenticeships.workflow.assigning import take_off_mentor
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from core.moments import day

_ACTIONS = {
    ChangeKind.BREAK_STARTED: BREAK_STARTED,
    ChangeKind.BREAK_ENDED: BREAK_ENDED,
    ChangeKind.WITHDRAWN: WITHDRAWN,
    ChangeKind.PLANNED_END: PLANNED_END_CHANGED,
    ChangeKind.EMPLOYER: EMPLOYER_CHANGED,
    ChangeKind.GATEWAY_PASSED: GATEWAY_PASSED,
    ChangeKind.ACHIEVED: RESULT_RECORDED,
    ChangeKind.NOT_ACHIEVED: RESULT_RECORDED,
    ChangeKind.HOURS: HOURS_CHANGED,
}


@dataclass(frozen=True)
class Hours:
    """The agreed hours: off the job in all, taken off for prior learning, and paid working minutes a week.

    The price goes with what prior learning takes off; None leaves it as it is.
    """

    planned_hours: int | None
    prior_learning_hours: int
    weekly_minutes: int | None
    price_pounds: int | None = None
    prior_learning_pounds: int | None = None

    def values(self) -> dict[str, Any]:
        """The columns that they change."""
        prices = ("price_pounds", "prior_learning_pounds")
        return {name: value for name, value in asdict(self).items() if value is not None or name not in prices}


@dataclass(frozen=True)
class What:
    """What is to change, from which day, and why."""

    kind: ChangeKind
    effective_on: date
    reason: str
    planned_end_on: date | None = None
    employer: Organisation | None = None
    expected_back_on: date | None = None
    hours: Hours | None = None


def make(apprenticeship: Apprenticeship, by: Actor, what: What, act: UUID) -> Change:
    """Make a change, whose day is today or past.

    Raises:
        OutOfTurn: it cannot happen in this status.
        Incomplete: as for `apprenticeships.workflow.changes`.
    """
    if what.kind not in possible_in(apprenticeship.status):
        raise OutOfTurn(
            _("%(name)s is now “%(status)s”, so this cannot be recorded.")
            % {"name": apprenticeship.apprentice, "status": apprenticeship.get_status_display()}
        )
    _require_day(apprenticeship, what)
    require_values(apprenticeship, what)
    if what.employer and what.employer.pk == apprenticeship.employer_id:
        raise Incomplete(_("%(name)s is already the employer.") % {"name": what.employer}, field="employer")
    values: dict[str, Any] = {}
    if to := STEPS[what.kind][1]:
        values["status"] = to
    if what.planned_end_on:
        values["planned_end_on"] = what.planned_end_on
    if what.employer:
        values["employer_id"] = what.employer.pk
    if what.hours:
        values |= what.hours.values()
        if all(getattr(apprenticeship, name) == value for name, value in values.items()):
            raise Incomplete(_("These are the hours already. Enter others."), field="planned_hours")
    return write(
        apprenticeship,
        by,
        what.kind,
        values,
        act=act,
        effective_on=what.effective_on,
        expected_back_on=what.expected_back_on,
        reason=required(what.reason),
    )


def require_values(apprenticeship: Apprenticeship, what: What) -> None:
    """Hold a planned end against the rules, and ask why.

    Raises:
        Incomplete: for `planned_end_on` or `reason`.
    """
    if what.planned_end_on:
        if what.kind == ChangeKind.PLANNED_END and what.planned_end_on == apprenticeship.planned_end_on:
            raise Incomplete(_("That is already the planned end. Enter another day."), field="planned_end_on")
        require_planned_end(apprenticeship.standard_version, apprenticeship.started_on, what.planned_end_on)
    if what.hours:
        _require_hours(apprenticeship, what.hours)
    required(what.reason)


def _require_hours(apprenticeship: Apprenticeship, hours: Hours) -> None:
    facts = replace(Facts.of(apprenticeship), **hours.values())
    published = published_hours(apprenticeship.standard_version, apprenticeship.started_on)
    wrong = [one for one in hours_problems(facts, rules_for(apprenticeship), published) if not one.is_warning]
    if wrong:
        raise Incomplete(wrong[0].message, field=wrong[0].field)


def _require_day(apprenticeship: Apprenticeship, what: What) -> None:
    enrolled_on = timezone.localtime(apprenticeship.enrolled_at).date()
    first = apprenticeship.started_on
    if what.kind != ChangeKind.BREAK_STARTED:
        # Somebody may leave, or go to another employer, before they start.
        first = min(first, enrolled_on)
    if what.effective_on < first:
        raise Incomplete(
            _("The apprenticeship started on %(day)s. Enter that day or a later one.") % {"day": day(first)},
            field="effective_on",
        )
    if STEPS[what.kind][1] is None:
        return
    earlier = Change.objects.unscoped().filter(apprenticeship=apprenticeship).standing().in_order()
    last = earlier.exclude(before_status=F("after_status")).last()
    if last and what.effective_on < last.effective_on:
        raise Incomplete(
            _("The last change, “%(kind)s”, was on %(day)s. Enter that day or a later one.")
            % {"kind": last.get_kind_display(), "day": day(last.effective_on)},
            field="effective_on",
        )


def required(given: str) -> str:
    """Why, without the spaces around it.

    Raises:
        Incomplete: there is no reason.
    """
    reason = given.strip()
    if not reason:
        raise Incomplete(_("Say why."), field="reason")
    return reason


def write(apprenticeship: Apprenticeship, by: Actor, kind: str, values: dict[str, Any], **fields: Any) -> Change:
    """Write a change, let the apprenticeship have its values and the time that follows from them, and record it.

    Where it brought another employer, the mentor at the one before goes with it.
    """
    for name in Change.VALUES:
        was = getattr(apprenticeship, name)
        fields |= {f"before_{name}": was, f"after_{name}": values.get(name, was)}
    made = Change.objects.create(
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        number=Change.objects.unscoped().filter(apprenticeship=apprenticeship).count() + 1,
        kind=kind,
        by_id=by.person,
        at=clock.now(),
        **fields,
    )
    columns = values | breaks.columns_of(apprenticeship)
    for name, value in columns.items():
        setattr(apprenticeship, name, value)
    if apprenticeship.break_days >= (apprenticeship.planned_end_on - apprenticeship.started_on).days:
        raise Incomplete(
            _("The breaks leave no time before the planned end. Enter a later planned end."), field="planned_end_on"
        )
    apprenticeship.save(update_fields=[name.removesuffix("_id") for name in columns])
    if "employer_id" in made.before():
        take_off_mentor(apprenticeship, by, made.reason)
    audit.record(
        CHANGE_UNDONE if made.undoes_id else _ACTIONS[ChangeKind(made.kind)],
        by,
        apprenticeship,
        organisation=apprenticeship.provider,
        change=made.pk,
        kind=made.kind,
        undoes=made.undoes_id,
        effective_on=made.effective_on,
    )
    return made
