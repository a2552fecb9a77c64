"""The one source of "now". Everything that needs the time asks here, so a test or a seeder can say what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told_time", default=None)


def now() -> datetime:
    """The present moment, in UTC."""
    return _told.get() or timezone.now()


def today() -> date:
    """The present day where the site's people are (Europe/London)."""
    return timezone.localtime(now()).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` (an aware datetime) inside the block: for tests and the demo's history."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
