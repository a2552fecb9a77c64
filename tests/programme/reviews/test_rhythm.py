"""By when a progress review has to be held."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprenticeships.breaks import Break
from apprenticeships.models import Programme
from apprenticeships.rules import rules_of_start
from programme.reviewing.rhythm import Rhythm, due_on, how_due, rhythm_of, rule_in

TWELVE_WEEKS = Rhythm(weeks=12)
USUAL = Rhythm(months=3)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (date(2025, 8, 1), date(2025, 11, 30)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 2), date(2028, 2, 29)),
        (date(2026, 9, 15), date(2026, 12, 31)),
    ],
)
def test_a_review_is_due_by_the_end_of_the_third_month_after_the_last(last, due):
    assert due_on(last, USUAL) == due


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("started", "rhythm"),
    [
        (date(2022, 8, 1), TWELVE_WEEKS),
        (date(2025, 7, 31), TWELVE_WEEKS),
        (date(2025, 8, 1), USUAL),
        (date(2026, 11, 27), USUAL),
    ],
)
def test_the_rule_is_that_of_the_start(started, rhythm):
    assert rule_in(rules_of_start(Programme.APPRENTICESHIP, started)) == rhythm


@pytest.mark.django_db
def test_an_apprenticeship_unit_has_no_reviews():
    assert rule_in(rules_of_start(Programme.UNIT, date(2026, 9, 1))) is None


def test_twelve_weeks_are_84_days():
    assert due_on(date(2025, 1, 1), TWELVE_WEEKS) == date(2025, 1, 1) + timedelta(days=84)


def test_what_was_agreed_comes_before_the_rule():
    assert rhythm_of(TWELVE_WEEKS, 6) == Rhythm(months=6)
    assert rhythm_of(TWELVE_WEEKS, None) == TWELVE_WEEKS
    assert rhythm_of(None, 6) is None


def test_days_of_a_break_since_the_last_review_do_not_count():
    away = Break(date(2025, 2, 1), None, date(2025, 3, 1))
    before = Break(date(2024, 2, 1), None, date(2024, 3, 1))
    assert due_on(date(2025, 1, 1), TWELVE_WEEKS, [before, away]) == date(2025, 1, 1) + timedelta(days=84 + 28)


def test_a_break_during_which_somebody_was_reviewed_counts_from_then():
    away = Break(date(2025, 2, 1), None, date(2025, 3, 1))
    assert due_on(date(2025, 2, 11), TWELVE_WEEKS, [away]) == date(2025, 2, 11) + timedelta(days=84 + 18)


def test_a_review_is_due_soon_14_days_before():
    due = date(2026, 11, 30)
    assert [how_due(due, due - timedelta(days=days)) for days in (15, 14, 0, -1)] == ["", "soon", "soon", "overdue"]


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 12))
def test_a_deadline_is_the_last_day_of_a_month_and_never_too_late(last, months):
    due = Rhythm(months=months).deadline(last)
    assert (due + timedelta(days=1)).day == 1
    assert (due.year * 12 + due.month) - (last.year * 12 + last.month) == months
