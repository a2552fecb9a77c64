"""When an apprenticeship may start, and how long it has to last."""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import clock
from core.errors import Incomplete
from occupations.models import StandardVersion

#: Starts from this day last at least 8 months, earlier ones 12 (funding rules 2025-26, minimum duration).
SHORTER_SINCE = date(2025, 8, 1)
SHORTEST_DAYS, SHORTEST_DAYS_BEFORE = 242, 365
#: ILR validation rules 2025-26: the planned end is less than ten years after the start.
LONGEST_DAYS = 3652
#: Further away from today, a year was mistyped.
MOST_DAYS_AHEAD, MOST_DAYS_BACK = 366, 3652


def require_dates(version: StandardVersion, started_on: date, planned_end_on: date) -> None:
    """Hold the dates of a new apprenticeship against the rules.

    Units (AU) are shorter than an apprenticeship and may be of any length.

    Raises:
        Incomplete: for `started_on` or `planned_end_on`, with the rule and what it asks for.
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
    require_planned_end(version, started_on, planned_end_on)


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
    if version.standard.reference.startswith("AU"):
        return
    shortest = SHORTEST_DAYS if started_on >= SHORTER_SINCE else SHORTEST_DAYS_BEFORE
    if days < shortest:
        reason = _(
            "An apprenticeship that starts on %(start)s must last at least %(months)s "
            "months, so it must end on or after %(day)s."
        )
        said = {
            "start": date_format(started_on),
            "months": 8 if shortest == SHORTEST_DAYS else 12,
            "day": date_format(started_on + timedelta(days=shortest)),
        }
        raise Incomplete(reason % said, field="planned_end_on")
