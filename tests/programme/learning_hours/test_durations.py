"""How long something took, as people write it, and in the two nights of the year that are odd."""

from contextlib import suppress
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.learning_hours.durations import in_words, minutes_between, minutes_of, moment_of, time_of_day


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("3:30", 210),
        ("3.5", 210),
        ("3,5", 210),
        ("210m", 210),
        ("210", 210),
        ("210 min", 210),
        ("3h 30", 210),
        ("3h30m", 210),
        ("3 hours 30 minutes", 210),
        ("3H", 180),
        ("3.5 h", 210),
        ("1", 60),
        ("0.25", 15),
        ("1.50", 90),
        ("2.75", 165),
        ("45", 45),
        ("12", 720),
        ("15", 15),
        ("  1 hr  ", 60),
    ],
)
def test_minutes_are_understood_as_people_write_them(written, minutes):
    assert minutes_of(written) == minutes


@pytest.mark.parametrize("written", ["", "soon", "3:75", "h", "-1", "3h 30m 5s", "1:2:3", "13", "14", "3.30", "3,05"])
def test_what_is_no_time_is_refused_with_what_to_write(written):
    with pytest.raises(ValueError, match="Enter"):
        minutes_of(written)


@given(st.integers(1, 24 * 60))
def test_what_is_shown_is_understood_again(minutes):
    assert minutes_of(in_words(minutes)) == minutes


@given(st.text(max_size=12))
def test_anything_else_is_minutes_or_is_refused(written):
    with suppress(ValueError):
        assert minutes_of(written) >= 0


@pytest.mark.parametrize(
    ("written", "at"), [("9:00", time(9)), ("09.30", time(9, 30)), ("1.30 pm", time(13, 30)), ("12am", time(0))]
)
def test_times_of_day_are_understood(written, at):
    assert time_of_day(written) == at


@pytest.mark.parametrize("written", ["25:00", "9:60", "13pm", "noon"])
def test_what_is_no_time_of_day_is_refused(written):
    with pytest.raises(ValueError, match="time of day"):
        time_of_day(written)


@pytest.mark.parametrize(
    ("day", "start", "end", "minutes"),
    [
        (date(2026, 10, 24), time(22), time(0, 45), 165),
        (date(2026, 10, 25), time(0, 30), time(2, 30), 180),
        (date(2026, 10, 24), time(23, 30), time(2, 0), 210),
        (date(2026, 10, 25), time(1, 45), time(1, 15), 30),
        (date(2027, 3, 28), time(0, 30), time(2, 30), 60),
        (date(2026, 12, 31), time(23, 30), time(0, 30), 60),
        (date(2026, 7, 1), time(0, 30), time(1, 30), 60),
    ],
)
def test_the_time_that_passed_is_right_in_both_nights_of_the_clock_change(day, start, end, minutes):
    assert minutes_between(day, start, end) == minutes


def test_a_time_that_the_clocks_skip_is_refused():
    with pytest.raises(ValueError, match="clocks went forward"):
        moment_of(date(2027, 3, 28), time(1, 30))


def test_an_hour_that_is_lived_twice_has_two_moments():
    day = date(2026, 10, 25)
    assert moment_of(day, time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment_of(day, time(1, 30), later=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
