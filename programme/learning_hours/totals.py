"""What off-the-job hours come to: each formula once. Minutes throughout; pages show hours."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q, Sum

from apprenticeships.models import ActiveLearning, Apprenticeship, ProgrammeRules
from core import clock
from programme.models import OffTheJobEntry
from programme.planning.plan import Schedule, least_hours, schedule_of

#: A month without learning is pointed out this many days before it ends.
WARNED_DAYS = 14


@dataclass(frozen=True)
class Figures:
    """The hours of an apprenticeship as of a day, in minutes.

    Attributes:
        planned: of the training plan that stands, or else agreed at the start; None while nobody entered them.
        required: what the rules of the start ask for: published hours less prior learning, or the floor.
        actual: counted and confirmed.
        waiting: counted once somebody confirms them.
        expected: what the standing plan has due by today; without one, of the planned hours the share of the time
            that has passed without breaks; None without planned hours.
        weekly_needed: to reach the plan by the planned end; None without a plan, once that day has come, or when
            nothing more is asked.
        is_by_plan: whether what is expected follows from the due dates of the standing plan.
    """

    planned: int | None
    required: int
    actual: int
    waiting: int
    expected: int | None
    weekly_needed: int | None
    is_by_plan: bool = False

    @property
    def gap(self) -> int | None:
        """Actual less expected."""
        return None if self.expected is None else self.actual - self.expected

    @property
    def percent(self) -> int | None:
        """Actual of planned, at most 100."""
        return min(100, self.actual * 100 // self.planned) if self.planned else None

    @property
    def is_plan_short(self) -> bool:
        """Whether fewer hours are planned than the rules ask for."""
        return self.planned is not None and self.planned < self.required


def figures_of(apprenticeship: Apprenticeship) -> Figures:
    """The hours as of today. Three queries: rules, published hours, plan. Load the standard before."""
    return worked_out(apprenticeship, 60 * least_hours(apprenticeship), schedule_of(apprenticeship))


def worked_out(apprenticeship: Apprenticeship, required: int = 0, schedule: Schedule | None = None) -> Figures:
    """The same where the required minutes and the standing plan are known. No query."""
    planned = None if apprenticeship.planned_hours is None else 60 * apprenticeship.planned_hours
    if schedule:
        planned = schedule.planned
    actual = apprenticeship.off_the_job_minutes
    left = (apprenticeship.planned_end_on - clock.today()).days
    return Figures(
        planned=planned,
        required=required,
        actual=actual,
        waiting=apprenticeship.off_the_job_waiting_minutes,
        expected=_expected(apprenticeship, planned, schedule),
        weekly_needed=None if planned is None else weekly_needed(planned, actual, left),
        is_by_plan=schedule is not None,
    )


def _expected(apprenticeship: Apprenticeship, planned: int | None, schedule: Schedule | None) -> int | None:
    if schedule:
        return schedule.due
    return None if planned is None else expected_minutes(planned, *_days(apprenticeship))


def _days(apprenticeship: Apprenticeship) -> tuple[int, int]:
    """The active days that have passed and that there are: as `pace.expected_percent` counts them."""
    until = apprenticeship.stopped_on or clock.today()
    started, away = apprenticeship.started_on, apprenticeship.break_days
    return (until - started).days - away, (apprenticeship.planned_end_on - started).days - away


def expected_minutes(planned: int, elapsed_days: int, planned_days: int) -> int:
    """The planned minutes by the share of active days that has passed, from none to all of them."""
    share = max(0.0, min(1.0, elapsed_days / max(1, planned_days)))
    return round(planned * share)


def weekly_needed(planned: int, actual: int, days_left: int) -> int | None:
    """The minutes a week that are left to do, rounded up; None once the planned end has come, or all is done."""
    lacking = planned - actual
    if days_left <= 0 or lacking <= 0:
        return None
    # Somebody with less than a week left has that one week.
    return -(-lacking * 7 // max(7, days_left))


def learning_due_on(rule: str, last_on: date) -> date | None:
    """The last day on which there must be some learning, after learning on `last_on`; None where nothing is asked.

    In every calendar month (funding rules from August 2023); every 4 weeks before (funding rules until July 2023).
    """
    match rule:
        case ActiveLearning.MONTH:
            first = (last_on.replace(day=1) + timedelta(days=32)).replace(day=1)
            return first.replace(day=calendar.monthrange(first.year, first.month)[1])
        case ActiveLearning.FOUR_WEEKS:
            return last_on + timedelta(days=28)
    return None


@dataclass(frozen=True)
class Quiet:
    """That there was no learning for a while: a break in learning comes of it, unless there is some by `due_on`."""

    last_on: date
    due_on: date

    @property
    def is_overdue(self) -> bool:
        """Whether the month passed without any."""
        return self.due_on < clock.today()


def quiet_of(apprenticeship: Apprenticeship, rules: ProgrammeRules, returned_on: date | None = None) -> Quiet | None:
    """What to point out, for somebody who is on programme: the last two weeks in which learning is due, and after.

    Args:
        returned_on: from the last break, from which the months count again.
    """
    if apprenticeship.status != Apprenticeship.Status.ON_PROGRAMME:
        return None
    began = max(apprenticeship.started_on, returned_on or date.min)
    last_on = max(apprenticeship.last_learned_on or date.min, began)
    due_on = learning_due_on(rules.active_learning, last_on)
    if due_on is None or due_on > clock.today() + timedelta(days=WARNED_DAYS):
        return None
    return Quiet(last_on, due_on)


def columns_of(apprenticeship: Apprenticeship) -> dict[str, Any]:
    """What the columns of Apprenticeship that are derived from the entries should hold. One query."""
    is_confirmed = Q(confirmation__isnull=False)
    sums = (
        OffTheJobEntry.objects.unscoped()
        .filter(apprenticeship=apprenticeship)
        .counting()
        .aggregate(
            actual=Sum("minutes", filter=is_confirmed),
            waiting=Sum("minutes", filter=~is_confirmed),
            last_on=Max("happened_on"),
        )
    )
    return {
        "off_the_job_minutes": sums["actual"] or 0,
        "off_the_job_waiting_minutes": sums["waiting"] or 0,
        "last_learned_on": sums["last_on"],
    }


def settle(apprenticeship: Apprenticeship) -> None:
    """Write these columns, after a change to the entries and in its transaction."""
    columns = columns_of(apprenticeship)
    for column, value in columns.items():
        setattr(apprenticeship, column, value)
    apprenticeship.save(update_fields=list(columns))
