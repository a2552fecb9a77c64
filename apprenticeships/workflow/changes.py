"""What happens to an apprenticeship: breaks, the end, another planned end or employer. Each can be undone."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships import access, breaks
from apprenticeships.audit_actions import (
    BREAK_ENDED,
    BREAK_STARTED,
    CHANGE_UNDONE,
    EMPLOYER_CHANGED,
    GATEWAY_PASSED,
    PLANNED_END_CHANGED,
    RESULT_RECORDED,
    WITHDRAWN,
)
from apprenticeships.employers import employer_called
from apprenticeships.models import Apprenticeship, Change, ChangeKind, possible_in
from apprenticeships.models.changes import STEPS
from apprenticeships.starting import LONGEST_DAYS, require_planned_end
from apprenticeships.workflow.assigning import NOBODY, assign
from apprenticeships.workflow.locks import locked_apprenticeship
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn, TokenTaken
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
}


@transaction.atomic
def start_break(
    apprenticeship_id: UUID,
    by: Actor,
    *,
    act: UUID,
    effective_on: date,
    reason: str,
    expected_back_on: date | None = None,
) -> Change:
    """Begin a break in learning: from its first day on, time does not count.

    Args:
        act: the form's one-use token, as for all functions here: a second call with it returns what the first made.
        effective_on: the first day of the break.
        reason: why; the apprentice reads it.
        expected_back_on: the first day back, if it is known.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: the apprentice is not on programme.
        Incomplete: no reason; a day that is to come, or before the start or the last change of status; or the first day
            back is not after the break began, or too far away.
        TokenTaken: `act` was another change.
    """
    if expected_back_on and expected_back_on <= effective_on:
        raise Incomplete(_("Enter a day after the break started."), field="expected_back_on")
    if expected_back_on and expected_back_on > clock.today() + timedelta(days=LONGEST_DAYS):
        raise Incomplete(_("This is more than 10 years away. Check the year."), field="expected_back_on")
    return _change(
        apprenticeship_id,
        by,
        ChangeKind.BREAK_STARTED,
        act=act,
        effective_on=effective_on,
        reason=reason,
        expected_back_on=expected_back_on,
    )


@transaction.atomic
def end_break(
    apprenticeship_id: UUID, by: Actor, *, act: UUID, effective_on: date, reason: str, planned_end_on: date
) -> Change:
    """Bring an apprentice back from a break.

    Args:
        effective_on: the first day back.
        planned_end_on: the planned end from now on, which as a rule moves by the length of the break.

    Raises:
        NotAllowed, OutOfTurn, Incomplete, TokenTaken: as for `start_break` and `change_planned_end`.
    """
    return _change(
        apprenticeship_id,
        by,
        ChangeKind.BREAK_ENDED,
        act=act,
        effective_on=effective_on,
        reason=reason,
        planned_end_on=planned_end_on,
    )


@transaction.atomic
def withdraw(apprenticeship_id: UUID, by: Actor, *, act: UUID, effective_on: date, reason: str) -> Change:
    """End an apprenticeship before it is done. What was shown and judged stays; nothing more can be added or judged.

    Raises:
        NotAllowed, OutOfTurn, Incomplete, TokenTaken: as for `start_break`.
    """
    return _change(apprenticeship_id, by, ChangeKind.WITHDRAWN, act=act, effective_on=effective_on, reason=reason)


@transaction.atomic
def pass_gateway(apprenticeship_id: UUID, by: Actor, *, act: UUID, effective_on: date, reason: str) -> Change:
    """Say that the training is complete: the portfolio closes, and the assessment follows.

    Raises:
        NotAllowed, OutOfTurn, Incomplete, TokenTaken: as for `start_break`.
    """
    return _change(apprenticeship_id, by, ChangeKind.GATEWAY_PASSED, act=act, effective_on=effective_on, reason=reason)


@transaction.atomic
def record_result(
    apprenticeship_id: UUID, by: Actor, *, act: UUID, effective_on: date, reason: str, is_achieved: bool
) -> Change:
    """Say how the assessment after the gateway ended.

    Raises:
        NotAllowed, OutOfTurn, Incomplete, TokenTaken: as for `start_break`.
    """
    kind = ChangeKind.ACHIEVED if is_achieved else ChangeKind.NOT_ACHIEVED
    return _change(apprenticeship_id, by, kind, act=act, effective_on=effective_on, reason=reason)


@transaction.atomic
def change_planned_end(
    apprenticeship_id: UUID, by: Actor, *, act: UUID, effective_on: date, reason: str, planned_end_on: date
) -> Change:
    """Set another planned end.

    Args:
        effective_on: the day on which it was agreed.

    Raises:
        NotAllowed, OutOfTurn, TokenTaken: as for `start_break`; nobody on programme has another planned end.
        Incomplete: as for `start_break`; or the day breaks a rule of `apprenticeships.starting`, or is the present one.
    """
    return _change(
        apprenticeship_id,
        by,
        ChangeKind.PLANNED_END,
        act=act,
        effective_on=effective_on,
        reason=reason,
        planned_end_on=planned_end_on,
    )


@transaction.atomic
def change_employer(
    apprenticeship_id: UUID,
    by: Actor,
    *,
    act: UUID,
    effective_on: date,
    reason: str,
    employer: Organisation | str,
) -> Change:
    """Record that an apprentice works for another employer. The mentor at the one before is no longer theirs.

    Args:
        effective_on: the first day with the new employer.
        employer: one that the provider works with, or the name of another, which is added.

    Raises:
        NotAllowed, OutOfTurn, TokenTaken: as for `start_break`; it is over.
        Incomplete: as for `start_break`; or it is the employer of today.
    """
    return _change(
        apprenticeship_id,
        by,
        ChangeKind.EMPLOYER,
        act=act,
        effective_on=effective_on,
        reason=reason,
        employer=employer,
    )


@transaction.atomic
def undo_change(change_id: UUID, by: Actor, reason: str) -> Change:
    """Put back what a change changed. Undoing twice undoes once.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: what it changed was changed again since, which is to be undone first; or it is an undoing itself.
        Incomplete: no reason.
    """
    change = Change.objects.unscoped().select_related("undoes").get(pk=change_id)
    apprenticeship = locked_apprenticeship(change.apprenticeship_id)
    _require_admin(by, apprenticeship)
    if undone := Change.objects.unscoped().filter(undoes=change).first():
        return undone
    if change.undoes:
        raise OutOfTurn(_("This change undid another. Record the change again instead."))
    if later := changed_again(change):
        raise OutOfTurn(
            _("This was followed by “%(later)s” on %(day)s. Undo that first.")
            % {"later": later.get_kind_display(), "day": day(later.effective_on)}
        )
    made = _write(
        apprenticeship,
        by,
        change.kind,
        change.before(),
        act=change.pk,  # a change is undone once, so its id is the token
        undoes=change,
        effective_on=clock.today(),
        reason=_reason(reason),
    )
    _record(apprenticeship, by, made)
    return made


def changed_again(change: Change) -> Change | None:
    """The latest change that stands and came after this one to the same things, if there is one."""
    changed = change.before().keys()
    later = (
        Change.objects.unscoped().standing().filter(apprenticeship=change.apprenticeship_id, number__gt=change.number)
    )
    return next((one for one in later.order_by("-number") if changed & one.before().keys()), None)


def _change(
    apprenticeship_id: UUID,
    by: Actor,
    kind: ChangeKind,
    *,
    act: UUID,
    effective_on: date,
    reason: str,
    planned_end_on: date | None = None,
    employer: Organisation | str | None = None,
    expected_back_on: date | None = None,
) -> Change:
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    _require_admin(by, apprenticeship)
    if made := Change.objects.unscoped().filter(apprenticeship=apprenticeship, act=act).first():
        if made.kind != kind:
            raise TokenTaken
        return made
    _require_status(apprenticeship, kind)
    _require_day(apprenticeship, kind, effective_on)
    values: dict[str, Any] = {}
    if to := STEPS[kind][1]:
        values["status"] = to
    if planned_end_on is not None:
        if kind == ChangeKind.PLANNED_END and planned_end_on == apprenticeship.planned_end_on:
            raise Incomplete(_("That is already the planned end. Enter another day."), field="planned_end_on")
        require_planned_end(apprenticeship.standard_version, apprenticeship.started_on, planned_end_on)
        values["planned_end_on"] = planned_end_on
    reason = _reason(reason)
    if employer is not None:
        if isinstance(employer, str):
            employer = employer_called(employer, apprenticeship.provider, by)
        if employer.pk == apprenticeship.employer_id:
            raise Incomplete(_("%(name)s is already the employer.") % {"name": employer}, field="employer")
        values["employer_id"] = employer.pk
    made = _write(
        apprenticeship,
        by,
        kind,
        values,
        act=act,
        effective_on=effective_on,
        expected_back_on=expected_back_on,
        reason=reason,
    )
    _record(apprenticeship, by, made)
    return made


def _require_admin(by: Actor, apprenticeship: Apprenticeship) -> None:
    require(access.can_change(by, apprenticeship), _("Only an admin of the training provider can do this."))


def _require_status(apprenticeship: Apprenticeship, kind: ChangeKind) -> None:
    if kind not in possible_in(apprenticeship.status):
        raise OutOfTurn(
            _("%(name)s is now “%(status)s”, so this cannot be recorded.")
            % {"name": apprenticeship.apprentice, "status": apprenticeship.get_status_display()}
        )


def _require_day(apprenticeship: Apprenticeship, kind: ChangeKind, effective_on: date) -> None:
    if effective_on > clock.today():
        raise Incomplete(
            _("Enter today or an earlier day. Record what is to come on the day it happens."), field="effective_on"
        )
    enrolled_on = timezone.localtime(apprenticeship.enrolled_at).date()
    first = apprenticeship.started_on
    if kind != ChangeKind.BREAK_STARTED:
        # Somebody may leave, or go to another employer, before they start.
        first = min(first, enrolled_on)
    if effective_on < first:
        raise Incomplete(
            _("The apprenticeship started on %(day)s. Enter that day or a later one.") % {"day": day(first)},
            field="effective_on",
        )
    if STEPS[kind][1] is None:
        return
    earlier = Change.objects.unscoped().filter(apprenticeship=apprenticeship).standing().in_order()
    last = earlier.exclude(before_status=F("after_status")).last()
    if last and effective_on < last.effective_on:
        raise Incomplete(
            _("The last change, “%(kind)s”, was on %(day)s. Enter that day or a later one.")
            % {"kind": last.get_kind_display(), "day": day(last.effective_on)},
            field="effective_on",
        )


def _reason(given: str) -> str:
    reason = given.strip()
    if not reason:
        raise Incomplete(_("Say why."), field="reason")
    return reason


def _write(apprenticeship: Apprenticeship, by: Actor, kind: str, values: dict[str, Any], **fields: Any) -> Change:
    """Write a change, and let the apprenticeship have its values and the time that follows from them."""
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
    return made


def _record(apprenticeship: Apprenticeship, by: Actor, made: Change) -> None:
    """Record a change. Where it brought another employer, the mentor of the one before goes with it."""
    if "employer_id" in made.before():
        assign(apprenticeship.pk, by, mentor=NOBODY, reason=made.reason)
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
