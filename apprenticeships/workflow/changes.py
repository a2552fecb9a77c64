"""What happens to an apprenticeship: breaks, the end, another planned end or employer. Each can be undone.

A break, a return, another employer and a withdrawal may be recorded for a day to come: see `planning`.
"""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships import access
from apprenticeships.employers import employer_called
from apprenticeships.models import Apprenticeship, Change, ChangeKind, PlannedChange
from apprenticeships.starting import LONGEST_DAYS
from apprenticeships.workflow import planning
from apprenticeships.workflow.locks import locked_apprenticeship
from apprenticeships.workflow.making import Hours, What, make, required, write
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn, TokenTaken
from core.moments import day


@transaction.atomic
def start_break(
    apprenticeship_id: UUID,
    by: Actor,
    *,
    act: UUID,
    effective_on: date,
    reason: str,
    expected_back_on: date | None = None,
) -> Change | PlannedChange:
    """Begin a break in learning: from its first day on, time does not count.

    Args:
        act: the form's one-use token, as for all functions here: a second call with it returns what the first made.
        effective_on: the first day of the break. One that is to come is planned, and the break begins on it.
        reason: why; the apprentice reads it.
        expected_back_on: the first day back, if it is known.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: the apprentice is not on programme, or will not be then.
        Incomplete: no reason; a day before the start or the last change of status, or more than a year away; or the
            first day back is not after the break began, or too far away.
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
) -> Change | PlannedChange:
    """Bring an apprentice back from a break.

    Args:
        effective_on: the first day back, which may be planned.
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
def withdraw(
    apprenticeship_id: UUID, by: Actor, *, act: UUID, effective_on: date, reason: str
) -> Change | PlannedChange:
    """End an apprenticeship before it is done, today or on a day to come.

    What was shown and judged stays; from then on nothing more can be added or judged.

    Raises:
        NotAllowed, OutOfTurn, Incomplete, TokenTaken: as for `start_break`.
    """
    return _change(apprenticeship_id, by, ChangeKind.WITHDRAWN, act=act, effective_on=effective_on, reason=reason)


@transaction.atomic
def pass_gateway(
    apprenticeship_id: UUID, by: Actor, *, act: UUID, effective_on: date, reason: str
) -> Change | PlannedChange:
    """Say that the training is complete: the portfolio closes, and the assessment follows. It is no plan.

    Raises:
        NotAllowed, OutOfTurn, Incomplete, TokenTaken: as for `start_break`; also for a day that is to come.
    """
    return _change(apprenticeship_id, by, ChangeKind.GATEWAY_PASSED, act=act, effective_on=effective_on, reason=reason)


@transaction.atomic
def record_result(
    apprenticeship_id: UUID, by: Actor, *, act: UUID, effective_on: date, reason: str, is_achieved: bool
) -> Change | PlannedChange:
    """Say how the assessment after the gateway ended.

    Raises:
        NotAllowed, OutOfTurn, Incomplete, TokenTaken: as for `start_break`.
    """
    kind = ChangeKind.ACHIEVED if is_achieved else ChangeKind.NOT_ACHIEVED
    return _change(apprenticeship_id, by, kind, act=act, effective_on=effective_on, reason=reason)


@transaction.atomic
def change_planned_end(
    apprenticeship_id: UUID, by: Actor, *, act: UUID, effective_on: date, reason: str, planned_end_on: date
) -> Change | PlannedChange:
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
) -> Change | PlannedChange:
    """Record that an apprentice works for another employer. The mentor at the one before is no longer theirs.

    Args:
        effective_on: the first day with the new employer, which may be planned.
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
def change_hours(
    apprenticeship_id: UUID, by: Actor, *, act: UUID, effective_on: date, reason: str, hours: Hours
) -> Change | PlannedChange:
    """Agree other hours: off the job in all, taken off for prior learning, or paid a week.

    Args:
        effective_on: the day on which it was agreed.

    Raises:
        NotAllowed, OutOfTurn, TokenTaken: as for `start_break`; nobody past the gateway has other hours.
        Incomplete: as for `start_break`; or the hours break a rule of the start, or are those of today.
    """
    return _change(
        apprenticeship_id, by, ChangeKind.HOURS, act=act, effective_on=effective_on, reason=reason, hours=hours
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
    made = write(
        apprenticeship,
        by,
        change.kind,
        change.before(),
        act=change.pk,  # a change is undone once, so its id is the token
        undoes=change,
        effective_on=clock.today(),
        reason=required(reason),
    )
    planning.let_give_way(apprenticeship, by, made)
    return made


@transaction.atomic
def cancel_plan(plan_id: UUID, by: Actor, reason: str) -> PlannedChange:
    """Cancel what is planned, before its day. Cancelling twice cancels once.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: it was carried out, or can no longer be; or what is planned after it rests on it.
        Incomplete: no reason.
    """
    apprenticeship = locked_apprenticeship(PlannedChange.objects.unscoped().get(pk=plan_id).apprenticeship_id)
    _require_admin(by, apprenticeship)
    return planning.cancel(apprenticeship, plan_id, by, reason)


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
    hours: Hours | None = None,
) -> Change | PlannedChange:
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    _require_admin(by, apprenticeship)
    if done := _done_before(apprenticeship, act):
        if done.kind != kind:
            raise TokenTaken
        return done
    if isinstance(employer, str):
        employer = employer_called(employer, apprenticeship.provider, by)
    what = What(kind, effective_on, reason, planned_end_on, employer, expected_back_on, hours)
    if effective_on > clock.today():
        return planning.plan(apprenticeship, by, what, act)
    made = make(apprenticeship, by, what, act)
    planning.let_give_way(apprenticeship, by, made)
    return made


def _done_before(apprenticeship: Apprenticeship, act: UUID) -> Change | PlannedChange | None:
    """What a form that is sent again made or planned."""
    made = Change.objects.unscoped().filter(apprenticeship=apprenticeship, act=act).first()
    return made or PlannedChange.objects.unscoped().filter(apprenticeship=apprenticeship, act=act).first()


def _require_admin(by: Actor, apprenticeship: Apprenticeship) -> None:
    require(access.can_change(by, apprenticeship), _("Only an admin of the training provider can do this."))
