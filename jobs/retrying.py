"""A job that failed is tried again after a while, five times in all; one whose worker died goes back at once."""

from datetime import timedelta
from typing import Any

import structlog
from django.db import models
from django.db.models import QuerySet
from django.dispatch import receiver
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

from core import clock
from jobs.models import Worker
from jobs.queue import MOST_TRIES

log = structlog.get_logger("craftmark.jobs")

#: How long after each failed try the next one comes.
DELAYS = (timedelta(seconds=20), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
#: A worker says that it is there every few seconds. One that has not for this long is dead.
HEARTBEAT = timedelta(seconds=10)
LEASE = timedelta(seconds=60)

_LOST = "jobs.retrying.WorkerLost"


class WorkerLost(Exception):
    """A worker died during this job, each time it was tried."""


@receiver(task_finished, dispatch_uid="jobs-try-again")
def try_again(sender: Any, task_result: Any, **kwargs: Any) -> None:
    """Put a job that failed back for later, unless that was its last try."""
    kept = getattr(task_result, "db_result", None)
    if kept is None or kept.status != "FAILED":
        return
    tries = len(kept.worker_ids)
    details = {"job": str(kept.pk), "task": kept.task_path, "tries": tries, "fault": kept.exception_class_path}
    if tries >= MOST_TRIES:
        log.error("job_failed", **details)
        return
    log.warning("job_tried", **details)
    DBTaskResult.objects.filter(pk=kept.pk, status="FAILED").update(
        status="READY", run_after=clock.now() + DELAYS[tries - 1]
    )


def give_back() -> int:
    """Give the jobs of workers that died to others, and return how many. Two that sweep at once give each back once."""
    given = 0
    silent = clock.now() - LEASE
    alive = set(Worker.objects.filter(heard_at__gt=silent).values_list("pk", flat=True))
    for running in DBTaskResult.objects.running():
        if running.worker_ids and running.worker_ids[-1] in alive:
            continue
        # Only as it was read: another sweeper, or the worker itself in its last moment, may have been quicker.
        same = DBTaskResult.objects.filter(pk=running.pk, status="RUNNING", started_at=running.started_at)
        details = {"job": str(running.pk), "task": running.task_path, "tries": len(running.worker_ids)}
        if len(running.worker_ids) >= MOST_TRIES:
            failed = same.update(
                status="FAILED", finished_at=clock.now(), exception_class_path=_LOST, traceback=WorkerLost.__doc__
            )
            if failed:
                log.error("job_failed", fault=_LOST, **details)
        elif same.update(status="READY", run_after=clock.now()):
            log.warning("job_given_back", **details)
            given += 1
    Worker.objects.filter(heard_at__lt=clock.now() - 60 * LEASE).delete()
    return given


def retry(failed: QuerySet[DBTaskResult[..., Any]]) -> int:
    """Retry these failed jobs, five times each. Returns how many there were."""
    return failed.filter(status="FAILED").update(status="READY", run_after=clock.now(), worker_ids=[])


def fault_of(job: DBTaskResult[..., Any]) -> str:
    """What went wrong, as the name of the error: details stand in the log and with the operator."""
    return str(job.exception_class_path).rpartition(".")[2]


def waiting() -> QuerySet[DBTaskResult[..., Any]]:
    """Jobs whose moment has come and which no worker has taken."""
    return DBTaskResult.objects.ready()


def oldest_waiting() -> timedelta | None:
    """For how long the longest of them has waited; None if none does."""
    asked = waiting().aggregate(oldest=models.Min("enqueued_at"))["oldest"]
    return clock.now() - asked if asked else None
