"""What runs by the clock: every minute in which something is due, every hour, or every day.

However many workers look at it, each run happens once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks.base import Task

from core import clock
from jobs.models import ScheduledRun
from jobs.queue import enqueue

NIGHT_HOUR = 2


@dataclass(frozen=True)
class Scheduled:
    """A job, the slot that the present moment belongs to, and whether there is anything for it to do."""

    job: Task[..., Any]
    slot_of: Callable[[datetime], datetime]
    is_due: Callable[[], bool] = lambda: True


SCHEDULE: dict[str, Scheduled] = {}


def every_minute(is_due: Callable[[], bool]) -> Callable[[Task[..., Any]], Task[..., Any]]:
    """Run a job, which takes no arguments, once in every minute in which `is_due` says that there is something to do.

    What was due while no worker ran is done in the first minute in which one does.
    """

    def register(job: Task[..., Any]) -> Task[..., Any]:
        SCHEDULE[job.module_path] = Scheduled(job, lambda now: now.replace(second=0, microsecond=0), is_due)
        return job

    return register


def hourly(job: Task[..., Any]) -> Task[..., Any]:
    """Run a job, which takes no arguments, once in every hour."""
    SCHEDULE[job.module_path] = Scheduled(job, lambda now: now.replace(minute=0, second=0, microsecond=0))
    return job


def daily(hour: int) -> Callable[[Task[..., Any]], Task[..., Any]]:
    """Run a job, which takes no arguments, once a day, at this hour in London: also on the days the clocks change."""

    def slot_of(now: datetime) -> datetime:
        local = timezone.localtime(now)
        slot = local.replace(hour=hour, minute=0, second=0, microsecond=0)
        return slot if local >= slot else slot - timedelta(days=1)

    def register(job: Task[..., Any]) -> Task[..., Any]:
        SCHEDULE[job.module_path] = Scheduled(job, slot_of)
        return job

    return register


def nightly(job: Task[..., Any]) -> Task[..., Any]:
    """Run a job, which takes no arguments, once a day, at two in the night."""
    return daily(NIGHT_HOUR)(job)


def tick() -> int:
    """Enqueue what is due and nobody has enqueued, and return how much that was."""
    enqueued = 0
    now = clock.now()
    for name, scheduled in SCHEDULE.items():
        slot = scheduled.slot_of(now)
        if not scheduled.is_due() or ScheduledRun.objects.filter(name=name, slot=slot).exists():
            continue
        try:
            with transaction.atomic():
                ScheduledRun.objects.create(name=name, slot=slot)
                enqueue(scheduled.job)
        except IntegrityError:
            continue
        enqueued += 1
    return enqueued


def prune(days: int = 14) -> None:
    """Delete finished jobs and scheduled runs after this many days. Failed ones stay twice as long."""
    ages = (f"--min-age-days={days}", f"--failed-min-age-days={2 * days}")
    call_command("prune_db_task_results", *ages, "--queue-name=*", stdout=StringIO(), verbosity=0)
    ScheduledRun.objects.filter(slot__lt=clock.now() - timedelta(days=2 * days)).delete()
