"""Days and moments read as the site's own formats say."""

from datetime import UTC, date, datetime

import pytest
from django.utils.formats import date_format
from django.utils.timezone import localtime

from core import moments

DAYS = [date(2026, month, day) for month in range(1, 13) for day in (1, 9, 28)]


@pytest.mark.parametrize("on", DAYS)
def test_a_day_reads_as_the_formats_of_the_site_say(on: date):
    assert moments.day(on) == date_format(on, "DATE_FORMAT")
    assert moments.short_day(on) == date_format(on, "SHORT_DATE_FORMAT")


@pytest.mark.parametrize("month", [1, 7])
def test_a_moment_reads_in_londons_time_as_the_formats_of_the_site_say(month: int):
    at = datetime(2026, month, 3, 23, 5, tzinfo=UTC)
    assert moments.moment(at) == date_format(localtime(at), "DATETIME_FORMAT")


@pytest.mark.parametrize(("month", "zone"), [(1, "GMT"), (7, "BST")])
def test_what_is_signed_says_londons_zone(month: int, zone: str):
    at = datetime(2026, month, 3, 23, 5, tzinfo=UTC)
    assert moments.moment_with_zone(at) == f"{moments.moment(at)} {zone}"
