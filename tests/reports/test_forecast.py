"""Rules of the forecast: a range from paces of the past, and nothing where there is too little of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprenticeships.breaks import Break
from reports.learners.forecast import FEWEST_DAYS, RECENT_DAYS, active_days, forecast

TODAY = date(2026, 6, 1)
START = TODAY - timedelta(days=200)
END = TODAY + timedelta(days=200)


def told(days_ago, left, **also):
    return forecast(
        [TODAY - timedelta(days=days) for days in days_ago],
        left,
        **{"started_on": START, "planned_end_on": END, "today": TODAY} | also,
    )


def test_the_range_comes_from_the_pace_of_all_days_and_of_the_last_ones():
    # 10 in 200 days, and 9 of them in the last 90: 0.05 and 0.1 a day.
    found = told([150, *range(1, 10)], 10)
    assert found.earliest == TODAY + timedelta(days=91)  # 10 / (0.1 * 1.1) = 90.9
    assert found.latest == TODAY + timedelta(days=223)  # 10 / (0.05 * 0.9) = 222.2
    assert "between" in found.words


@pytest.mark.parametrize("days_ago", [[], [1], [1, 2]])
def test_two_sign_offs_are_not_enough_to_say(days_ago):
    assert told(days_ago, 5).words == "There is not enough yet to say."
    assert told(days_ago, 5).earliest is None


def test_the_first_weeks_are_not_enough_to_say():
    assert told([1, 2, 3, 4], 5, started_on=TODAY - timedelta(days=FEWEST_DAYS - 1)).earliest is None


def test_nobody_is_forecast_while_time_stands_still():
    assert told([1, 2, 3], 5, is_stopped=True).earliest is None


def test_with_nothing_lately_there_is_no_late_end():
    found = told([120, 130, 140], 5)
    assert found.earliest is not None
    assert found.latest is None
    assert "no end in sight" in found.words


def test_who_has_everything_needs_no_forecast():
    assert told([1], 0).words == "Every KSB is signed off."
    assert told([], 0).words == "There are no KSBs to count yet."


def test_a_break_does_not_slow_the_pace():
    pause = [Break(TODAY - timedelta(days=100), None, TODAY - timedelta(days=50))]
    with_break = told([10, 20, 30, 180], 4, breaks=pause)
    without = told([10, 20, 30, 180], 4)
    assert with_break.latest < without.latest


def breaks():
    """Breaks one after the other, within the time since the start."""
    return st.lists(st.integers(0, 200), max_size=6, unique=True).map(
        lambda days: [
            Break(START + timedelta(days=one), None, START + timedelta(days=other))
            for one, other in zip(sorted(days)[::2], sorted(days)[1::2], strict=False)
        ]
    )


@given(breaks())
def test_active_days_are_those_that_are_in_no_break(pauses):
    days = [START + timedelta(days=n) for n in range(200)]
    counted = [day for day in days if not any(one.started_on <= day < one.ended_on for one in pauses)]
    assert active_days(START, TODAY, pauses) == len(counted)


@given(st.lists(st.integers(0, 200), max_size=40), st.integers(1, 60), breaks())
def test_the_early_end_is_never_after_the_late_one_and_both_are_to_come(days_ago, left, pauses):
    found = told(days_ago, left, breaks=pauses)
    if found.earliest:
        assert found.earliest > TODAY
        assert found.latest is None or found.latest >= found.earliest
        assert len(days_ago) >= 3


def test_recent_days_are_those_that_count():
    # Of the last 180 days, 90 were a break: three sign-offs before it are recent.
    pause = [Break(TODAY - timedelta(days=135), None, TODAY - timedelta(days=45))]
    found = told([140, 150, 160], 9, breaks=pause)
    assert found.latest is not None
    assert RECENT_DAYS == 90
