"""When records are due to go: a number of years after the end, by the provider's rule or the usual one.

At least six years after the agreement ends: apprenticeship funding rules, evidence and record keeping.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import DateField, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apprenticeships.models import Apprenticeship, Change
from core import clock
from reports.retention.holdings import Part
from reports.retention.models import LEAST_YEARS, RetentionRule

#: Only what is over falls due.
OVER = (
    Apprenticeship.Status.ACHIEVED,
    Apprenticeship.Status.NOT_ACHIEVED,
    Apprenticeship.Status.WITHDRAWN,
)


@dataclass(frozen=True)
class Years:
    """For how many years after the end each part is kept."""

    record: int = LEAST_YEARS
    support: int = LEAST_YEARS

    def due_on(self, ended_on: date, part: str) -> date:
        """The first day on which this part may be erased."""
        if part == Part.WORKING:
            return ended_on
        return years_after(ended_on, self.support if part == Part.SUPPORT else self.record)


def years_of(provider: UUID) -> Years:
    """A provider's rule today; without one, the usual."""
    rule = RetentionRule.objects.unscoped().filter(provider=provider).newest_first().first()
    return Years(rule.record_years, rule.support_years) if rule else Years()


def years_after(day: date, years: int) -> date:
    """The same day so many years later: 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def over(provider: UUID) -> QuerySet[Any]:
    """The apprenticeships of a provider that have ended and are not erased, with `ended_on`, first ended first.

    That is the day of the change that ended them, or the planned end where they came in ended.
    """
    ended = (
        Change.objects.unscoped()
        .standing()
        .filter(apprenticeship=OuterRef("pk"), after_status__in=OVER)
        .order_by()
        .values("apprenticeship")
        .annotate(newest=Max("effective_on"))
    )
    return (
        Apprenticeship.objects.unscoped()
        .filter(provider=provider, status__in=OVER, erased_at=None, undone_at=None)
        .annotate(
            ended_on=Coalesce(
                Subquery(ended.values("newest")), F("stopped_on"), F("planned_end_on"), output_field=DateField()
            )
        )
        .order_by("ended_on", "pk")
    )


def ended_on(apprenticeship: Apprenticeship) -> date | None:
    """The day on which an apprenticeship ended; None while it has not."""
    found: date | None = (
        over(apprenticeship.provider_id).filter(pk=apprenticeship.pk).values_list("ended_on", flat=True).first()
    )
    return found


def due(provider: UUID, on: date | None = None) -> QuerySet[Any]:
    """Those whose whole record may be erased on this day (today), longest due first."""
    on = on or clock.today()
    years = years_of(provider).record
    # Ended on or before the day so many years back, where 29 February counts as the day after.
    last = years_after(on, -years)
    return over(provider).filter(ended_on__lte=last if years_after(last, years) <= on else last.replace(day=28))


def parts_due(years: Years, ended: date, on: date | None = None) -> list[str]:
    """The parts that may be erased on this day (today) of what ended on `ended`."""
    on = on or clock.today()
    return [part.value for part in Part if years.due_on(ended, part) <= on]
