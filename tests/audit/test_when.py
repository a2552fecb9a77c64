"""How moments are said."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core import clock
from pages.templatetags.when import in_words, when

NOW = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "2 March 2026"),
        (-timedelta(hours=2), "3 March 2026"),
    ],
)
def test_a_moment_is_relative_under_a_day_and_a_date_otherwise(ago, words):
    with clock.at(NOW):
        assert in_words(NOW - ago) == words


def test_the_exact_moment_is_in_the_tooltip_in_londons_time():
    with clock.at(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)):
        html = when(datetime(2026, 7, 1, 9, 0, tzinfo=UTC))
    assert "3 hours ago" in html
    assert 'title="1 July 2026, 10:00"' in html


def test_a_day_is_a_date_and_nothing_is_nothing():
    assert when(date(2026, 3, 3)) == '<time datetime="2026-03-03">3 March 2026</time>'
    assert when(None) == ""
