"""Moments and days as people read them: 3 March 2026, 14:05, in London's time."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format


def moment(at: datetime) -> str:
    """The day and the minute."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def day(on: date) -> str:
    """The day."""
    return date_format(on, "DATE_FORMAT")
