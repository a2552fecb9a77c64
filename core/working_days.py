"""Working days in England: Monday to Friday, without bank holidays.

The holidays follow from the rule of each, and from the years in which one was moved or added by proclamation
(https://www.gov.uk/bank-holidays). Years from 2020 on are known; a later proclamation is added to the two tables.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

ONE_DAY = timedelta(days=1)
MONDAY, SATURDAY = 0, 5

#: Holidays that were moved, and those that were added once.
_MOVED = {date(2020, 5, 4): date(2020, 5, 8), date(2022, 5, 30): date(2022, 6, 2)}
_ADDED = {2022: [date(2022, 6, 3), date(2022, 9, 19)], 2023: [date(2023, 5, 8)]}


@lru_cache(maxsize=100)
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in a year."""
    easter = _easter(year)
    fixed = [
        easter - 2 * ONE_DAY,
        easter + ONE_DAY,
        _first_monday(date(year, 5, 1)),
        _first_monday(date(year, 5, 25)),
        _first_monday(date(year, 8, 25)),
    ]
    holidays = {_MOVED.get(on, on) for on in fixed} | set(_ADDED.get(year, []))
    for on in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        # At a weekend, the next working day instead.
        while on.weekday() >= SATURDAY or on in holidays:
            on += ONE_DAY
        holidays.add(on)
    return frozenset(holidays)


def is_working_day(on: date) -> bool:
    """Whether it is neither at a weekend nor a bank holiday."""
    return on.weekday() < SATURDAY and on not in bank_holidays(on.year)


@lru_cache(maxsize=4_000)
def working_day_after(on: date, count: int) -> date:
    """The working day that is this many after a day, the first being the next one."""
    days = _working_days_after(on)
    return [next(days) for _ in range(count)][-1]


@lru_cache(maxsize=4_000)
def working_days_between(on: date, later: date) -> int:
    """How many working days there are after `on`, up to and with `later`; less than none if it is earlier."""
    if later < on:
        return -working_days_between(later, on)
    return sum(is_working_day(on + number * ONE_DAY) for number in range(1, (later - on).days + 1))


def _working_days_after(on: date) -> Iterator[date]:
    while True:
        on += ONE_DAY
        if is_working_day(on):
            yield on


def _first_monday(on: date) -> date:
    """The first Monday on or after a day."""
    return on + (MONDAY - on.weekday()) % 7 * ONE_DAY


def _easter(year: int) -> date:
    """Easter Sunday, by the method of Butcher."""
    century, rest = divmod(year, 100)
    leaps, over = divmod(century, 4)
    golden = year % 19
    epact = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * over + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
