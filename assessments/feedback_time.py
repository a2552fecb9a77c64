"""By when somebody can expect feedback on what they sent, and what is due soon or late."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock
from core.working_days import ONE_DAY, working_day_after, working_days_between

#: In how many working days an assessor answers.
FEEDBACK_DAYS = 10
#: Feedback is due soon from this many working days before.
DUE_SOON_DAYS = 2


class Due(models.TextChoices):
    """How near the day is on which feedback is due."""

    LATER = "later", _("Later")
    SOON = "soon", _("Due soon")
    LATE = "late", _("Late")


class Expected(NamedTuple):
    """When feedback is due, and how many working days are left until then: fewer than none where it is late."""

    on: date
    days_left: int

    @property
    def due(self) -> Due:
        if self.days_left < 0:
            return Due.LATE
        return Due.SOON if self.days_left <= DUE_SOON_DAYS else Due.LATER


def expected(submitted_at: datetime) -> Expected:
    """When feedback is due on what was sent at this moment, as it stands today."""
    return _expected(timezone.localtime(submitted_at).date(), clock.today())


@lru_cache(maxsize=2_000)
def _expected(submitted_on: date, today: date) -> Expected:
    due = working_day_after(submitted_on, FEEDBACK_DAYS)
    left = working_days_between(today, due)
    # Late from the day after, also at a weekend.
    return Expected(due, min(left, -1) if today > due else left)


class Limits(NamedTuple):
    """What was sent up to the first day is late; from then up to the second one, due soon."""

    late: date
    soon: date

    def due(self, submitted_on: date) -> Due:
        """How near feedback is due on what was sent on this day."""
        if submitted_on <= self.late:
            return Due.LATE
        return Due.SOON if submitted_on <= self.soon else Due.LATER


def limits() -> Limits:
    """The limits of today."""
    return _limits(clock.today())


@lru_cache(maxsize=20)
def _limits(today: date) -> Limits:
    def newest(is_it: Callable[[Due], bool]) -> date:
        on = today
        while not is_it(_expected(on, today).due):
            on -= ONE_DAY
        return on

    return Limits(newest(lambda due: due == Due.LATE), newest(lambda due: due != Due.LATER))
