"""Putting work into the queue. The rest of the site asks this module, never the library behind it.

A job is a function at the top of a module, and `tasks.py` of its app names it. It takes ids, is safe to run
twice, and starts by asking whether its work is done: a worker may die in the middle, and the job is then given to
another. One whose first argument is `context` learns which try it is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from inspect import signature
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django_tasks import task
from django_tasks.base import Task, TaskContext
from django_tasks_db.models import DBTaskResult

from accounts.models import Organisation
from jobs.models import JobOwner

#: What waits for a person's eye, and what may take minutes. A worker takes from the first one first.
DEFAULT, MEDIA = "default", "media"
QUEUES = (DEFAULT, MEDIA)
#: How often a job is tried before it counts as failed.
MOST_TRIES = 5
_PRIORITY = {DEFAULT: 0, MEDIA: -10}
#: Of what somebody asked for and waits for: it comes before what is prepared by itself, where one worker does all.
ASKED_FOR = 10


@dataclass(frozen=True)
class Subject:
    """What a job is about, for the page of failed jobs: its name and the address where it is shown."""

    name: str
    address: str


#: One of up to five attempts at a job, as the job itself may ask to see it.
Attempt = TaskContext
Describe = Callable[[Iterable[UUID]], dict[UUID, Subject]]


@dataclass(frozen=True)
class Kind:
    """A kind of job: what people read, and how to tell what one is about."""

    label: str | Promise
    describe: Describe | None = None


#: By the path that the queue keeps of the function.
KINDS: dict[str, Kind] = {}


def job(
    label: str | Promise, *, queue: str = DEFAULT, describe: Describe | None = None
) -> Callable[[Callable[..., Any]], Task[..., Any]]:
    """Make a function one that the queue runs.

    Args:
        label: what it does, for people: “Preparing a file”.
        queue: where it waits; long work on films and recordings waits in `MEDIA`.
        describe: names what such jobs are about, for whoever may see them.
    """

    def register(function: Callable[..., Any]) -> Task[..., Any]:
        asks = next(iter(signature(function).parameters), "") == "context"
        made: Task[..., Any] = task(queue_name=queue, priority=_PRIORITY[queue], takes_context=asks)(function)  # type: ignore[call-overload]
        KINDS[made.module_path] = Kind(label, describe)
        return made

    return register


def enqueue(
    what: Task[..., Any],
    *arguments: Any,
    organisation: Organisation | None = None,
    subject: UUID | None = None,
    queue: str | None = None,
    priority: int | None = None,
    run_after: datetime | None = None,
) -> DBTaskResult[..., Any]:
    """Have a job done once the transaction around this is committed; rolled back, it was never asked for.

    Args:
        arguments: ids and plain values, as JSON takes them.
        organisation: whose admins see it if it fails; without one, only the operator does.
        subject: the id of what it is about.
        queue: another queue than the job's own.
        priority: before those with a lower one, in place of the queue's own.
        run_after: not before this moment.

    Returns the row in which the queue keeps the job.
    """
    changes: dict[str, Any] = {"run_after": run_after} if run_after else {}
    if queue:
        changes |= {"queue_name": queue, "priority": _PRIORITY[queue]}
    if priority is not None:
        changes["priority"] = priority
    result = (what.using(**changes) if changes else what).enqueue(*arguments)
    kept: DBTaskResult[..., Any] = result.db_result  # type: ignore[attr-defined]  # the database backend adds it
    if organisation is not None and subject is not None:
        JobOwner.objects.create(job=kept, organisation=organisation, subject=subject)
    return kept


def is_last(attempt: Attempt) -> bool:
    """Whether a job that fails now is not tried again."""
    return attempt.attempt >= MOST_TRIES


def label_of(task_path: str) -> str:
    """What a kind of job does, in words; the end of its path for one that is gone."""
    kind = KINDS.get(task_path)
    return str(kind.label) if kind else task_path.rpartition(".")[2]
