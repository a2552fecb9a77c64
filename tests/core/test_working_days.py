"""Working days, held against the bank holidays of England as the government publishes them."""

from datetime import date

import pytest

from core.working_days import bank_holidays, is_working_day, working_day_after, working_days_between

PUBLISHED = {
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_bank_holidays_are_those_that_are_published(year):
    assert bank_holidays(year) == {date.fromisoformat(f"{year}-{day}") for day in PUBLISHED[year].split()}


def test_ten_working_days_over_christmas_take_more_than_two_weeks():
    assert working_day_after(date(2026, 12, 18), 10) == date(2027, 1, 6)
    assert working_days_between(date(2026, 12, 18), date(2027, 1, 6)) == 10


def test_what_is_sent_at_a_weekend_counts_from_monday():
    assert working_day_after(date(2026, 11, 28), 1) == working_day_after(date(2026, 11, 29), 1) == date(2026, 11, 30)
    assert not is_working_day(date(2026, 11, 29))


def test_days_back_are_counted_below_none():
    assert working_days_between(date(2026, 11, 30), date(2026, 11, 27)) == -1
    assert working_days_between(date(2026, 11, 27), date(2026, 11, 27)) == 0
