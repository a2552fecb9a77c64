"""Breaks in learning, and the time that does not count, as they follow from the changes of an apprenticeship."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from uuid import UUID

from apprenticeships.models import Apprenticeship, Change
from apprenticeships.pace import COUNTED_STATUSES


@dataclass
class Break:
    """A break in learning, from its first day up to, not including, `ended_on`; None while it lasts."""

    started_on: date
    expected_back_on: date | None
    ended_on: date | None = None


@dataclass
class Time:
    """The breaks of an apprenticeship, and its time that does not count."""

    breaks: list[Break] = field(default_factory=list)
    #: Days of breaks from which the apprentice returned.
    break_days: int = 0
    #: The day from which time does not count: of a break that lasts, or of the end of the training.
    stopped_on: date | None = None


class StatusChange(Protocol):
    """What breaks follow from: a change, or a row with these columns of it."""

    @property
    def kind(self) -> str: ...
    @property
    def effective_on(self) -> date: ...
    @property
    def before_status(self) -> str: ...
    @property
    def after_status(self) -> str: ...
    @property
    def expected_back_on(self) -> date | None: ...


def time_of(apprenticeship: Apprenticeship) -> Time:
    """What follows from the changes that stand. One query."""
    return time_after(Change.objects.unscoped().filter(apprenticeship=apprenticeship).standing().in_order())


def times_of(apprenticeships: Collection[UUID]) -> dict[UUID, Time]:
    """The same for several, of those that have changes. One query, or none for none."""
    if not apprenticeships:
        return {}
    changes: dict[UUID, list[Change]] = defaultdict(list)
    for change in Change.objects.unscoped().filter(apprenticeship__in=apprenticeships).standing().in_order():
        changes[change.apprenticeship_id].append(change)
    return {apprenticeship: time_after(of_one) for apprenticeship, of_one in changes.items()}


def time_after(changes: Iterable[StatusChange]) -> Time:
    """What follows from these changes, which stand and come in their order."""
    time = Time()
    for change in changes:
        if change.before_status == change.after_status:
            continue
        if time.breaks and time.breaks[-1].ended_on is None:
            time.breaks[-1].ended_on = change.effective_on
        if change.kind == Change.Kind.BREAK_STARTED:
            time.breaks.append(Break(change.effective_on, change.expected_back_on))
        if change.after_status not in COUNTED_STATUSES:
            time.stopped_on = time.stopped_on or change.effective_on
        elif time.stopped_on:
            time.break_days += (change.effective_on - time.stopped_on).days
            time.stopped_on = None
    return time


def columns_of(apprenticeship: Apprenticeship) -> dict[str, object]:
    """What the columns of Apprenticeship that are derived from its changes should hold."""
    time = time_of(apprenticeship)
    return {"break_days": time.break_days, "stopped_on": time.stopped_on}


def settle(apprenticeship: Apprenticeship) -> None:
    """Write these columns, unless the changes do not lead to its status: that is no matter of counting again."""
    columns = columns_of(apprenticeship)
    if (columns["stopped_on"] is None) == (apprenticeship.status in COUNTED_STATUSES):
        for column, value in columns.items():
            setattr(apprenticeship, column, value)
        apprenticeship.save(update_fields=list(columns))
