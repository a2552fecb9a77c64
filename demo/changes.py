"""What happened to the apprenticeships of the demo besides their work: breaks, a withdrawal, another planned end."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from apprenticeships import workflow as enrolling
from apprenticeships.models import ChangeKind
from core.actor import Actor
from demo.cast import Story
from demo.history import Act


def acts(story: Story, apprenticeship_id: UUID, admin: Actor, planned_end_on: date, now: datetime) -> Iterator[Act]:
    """The changes that a story tells of, each recorded on its day."""
    for told in story.changes:
        at = timezone.localtime(now - timedelta(days=told.ago)).replace(hour=11, minute=26)
        given: dict[str, Any] = {
            "act": uuid4(),
            "effective_on": at.date() + timedelta(days=told.ahead),
            "reason": told.reason,
        }
        do: Callable[..., object]
        if told.kind == ChangeKind.BREAK_STARTED:
            do = partial(enrolling.start_break, expected_back_on=at.date() + timedelta(days=told.days), **given)
        elif told.kind == ChangeKind.WITHDRAWN:
            do = partial(enrolling.withdraw, **given)
        else:
            planned_end_on += timedelta(days=told.days)
            change = enrolling.end_break if told.kind == ChangeKind.BREAK_ENDED else enrolling.change_planned_end
            do = partial(change, planned_end_on=planned_end_on, **given)
        yield Act(at, partial(do, apprenticeship_id, admin))
