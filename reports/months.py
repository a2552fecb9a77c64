"""Counting by month in the database, by the calendar of the site's people, with statements that can be kept."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.db.models import Case, DateTimeField, Expression, Func, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.dates import MONTHS_3

from core import clock


class _At(Func):
    """A moment by its seconds since 1970. Unlike the moment itself, it can stand in a statement that is kept."""

    output_field = DateTimeField()

    def as_sqlite(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        return self.as_sql(compiler, connection, template="datetime(%(expressions)s, 'unixepoch')", **context)

    def as_postgresql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        return self.as_sql(compiler, connection, template="to_timestamp(%(expressions)s)", **context)


def beginning_of(day: date) -> datetime:
    """The first moment of a day in London."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def at_beginning_of(day: date) -> Expression:
    """The same, for a statement that is kept for the day."""
    return _At(Value(int(beginning_of(day).timestamp()), output_field=IntegerField()))


def latest(count: int) -> list[date]:
    """The first days of this month and of those before it, the oldest first."""
    month = clock.today().replace(day=1)
    found = [month]
    while len(found) < count:
        month = before(month)
        found.append(month)
    return found[::-1]


def before(month: date) -> date:
    """The first day of the month before the one that begins on this day."""
    return month.replace(year=month.year - 1, month=12) if month.month == 1 else month.replace(month=month.month - 1)


def after(month: date) -> date:
    """The first day of the month after the one that begins on this day."""
    return month.replace(year=month.year + 1, month=1) if month.month == 12 else month.replace(month=month.month + 1)


def place_of(field: str, months: Sequence[date]) -> Case:
    """In which of `months`, counted from 0, the moment in `field` is. It has to be in the first or later."""
    return Case(
        *(
            When(Q(**{f"{field}__gte": at_beginning_of(month)}), then=Value(place))
            for place, month in reversed(list(enumerate(months)))
        ),
        output_field=IntegerField(),
    )


def since(field: str, months: Sequence[date]) -> Q:
    """Whose moment in `field` is in `months`, or later."""
    return Q(**{f"{field}__gte": at_beginning_of(months[0])})


def counted(rows: Any, months: Sequence[date]) -> tuple[int, ...]:
    """How many there are in each of `months`, of pairs of a place among them and a number."""
    numbers = [0] * len(months)
    for place, number in rows:
        if place is not None:
            numbers[place] += number
    return tuple(numbers)


def named(month: date) -> str:
    """A month as tables and pictures call it: Nov 2026."""
    return f"{str(MONTHS_3[month.month]).title()} {month.year}"
