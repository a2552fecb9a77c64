"""When an apprenticeship may start, and how long it has to last."""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apprenticeships.models import Programme
from apprenticeships.rules import programme_of, rules_of_start
from core import clock
from core.errors import Incomplete
from occupations.models import StandardVersion

#: ILR validation rules 2025-26: the planned end is less than ten years after the start.
LONGEST_DAYS = 3652
#: Further away from today, a year was mistyped.
MOST_DAYS_AHEAD, MOST_DAYS_BACK = 366, 3652


def require_dates(version: StandardVersion, started_on: date, planned_end_on: date) -> None:
    """Hold the dates of a new apprenticeship against the rules.

    How long it lasts at least, and a unit (AU) at most, is in the rules of its start.

    Raises:
        Incomplete: for `started_on` or `planned_end_on`, with the rule and what it asks for.
    """
    require_start(version, started_on)
    require_planned_end(version, started_on, planned_end_on)


def require_start(version: StandardVersion, started_on: date) -> None:
    """Hold a start against the rules and the days from and until which a version is for starts.

    Raises:
        Incomplete: for `started_on`, with the rule and what it asks for.
    """
    today = clock.today()
    if started_on > today + timedelta(days=MOST_DAYS_AHEAD):
        raise Incomplete(_("The start date is more than a year away. Check the year."), field="started_on")
    if started_on < today - timedelta(days=MOST_DAYS_BACK):
        raise Incomplete(_("The start date is more than 10 years ago. Check the year."), field="started_on")
    first, last = version.earliest_start_on, version.latest_start_on
    named = {"standard": version.standard.reference, "version": version.version}
    if first and started_on < first:
        reason = _("%(standard)s version %(version)s is for starts from %(day)s. Choose an earlier version.")
        raise Incomplete(reason % (named | {"day": date_format(first)}), field="started_on")
    if last and started_on > last:
        reason = _("%(standard)s version %(version)s is for starts until %(day)s. Choose a newer version.")
        raise Incomplete(reason % (named | {"day": date_format(last)}), field="started_on")


def require_planned_end(version: StandardVersion, started_on: date, planned_end_on: date) -> None:
    """Hold a planned end against the rules, for a start on this day.

    Raises:
        Incomplete: for `planned_end_on`, with the rule and what it asks for.
    """
    if planned_end_on <= started_on:
        raise Incomplete(_("The planned end date must be after the start date."), field="planned_end_on")
    days = (planned_end_on - started_on).days
    if days > LONGEST_DAYS:
        raise Incomplete(_("The planned end date is more than 10 years after the start date."), field="planned_end_on")
    programme = programme_of(version)
    rules = rules_of_start(programme, started_on)
    said = {"start": date_format(started_on), "months": rules.minimum_months or rules.minimum_days}
    if rules.minimum_days and days < rules.minimum_days:
        said["day"] = date_format(started_on + timedelta(days=rules.minimum_days))
        raise Incomplete(
            _("A unit lasts at least %(months)s days, so it must end on or after %(day)s.") % said
            if programme == Programme.UNIT
            else _(
                "An apprenticeship that starts on %(start)s must last at least %(months)s "
                "months, so it must end on or after %(day)s."
            )
            % said,
            field="planned_end_on",
        )
    if rules.maximum_days and days > rules.maximum_days:
        said |= {"weeks": rules.maximum_days // 7, "day": date_format(started_on + timedelta(days=rules.maximum_days))}
        reason = _("A unit lasts at most %(weeks)s weeks, so it must end on or before %(day)s.")
        raise Incomplete(reason % said, field="planned_end_on")
