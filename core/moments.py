"""Moments and days as people read them: 3 March 2026, 14:05, in London's time.

Put together here, in the form of `config.formats`: Django's own formatting takes ten times as long, and lists show
hundreds of days.
"""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_3


def moment(at: datetime) -> str:
    """The day and the minute."""
    local = timezone.localtime(at)
    return f"{day(local)}, {minute(local)}"


def moment_with_zone(at: datetime) -> str:
    """The day and the minute with the zone, for what is signed: 3 March 2026, 14:05 GMT."""
    return f"{moment(at)} {timezone.localtime(at).tzname()}"


def minute(local: datetime) -> str:
    """The minute of a moment that is in London's time already."""
    return f"{local.hour:02}:{local.minute:02}"


def day(on: date) -> str:
    """The day."""
    return f"{on.day} {MONTHS[on.month]} {on.year}"


def short_day(on: date) -> str:
    """The day with a short month, for tables: 3 Mar 2026."""
    return f"{on.day} {str(MONTHS_3[on.month]).title()} {on.year}"
