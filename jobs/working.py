"""A worker: takes jobs one after another, says that it is there, and sees to what has no worker any more."""

import os
import secrets
import socket
import threading
import time
from typing import Any

import structlog
from django.db import DatabaseError, OperationalError, close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction, is_locked_database_exception

from core import clock
from jobs import retrying, schedule
from jobs.models import Worker
from jobs.queue import QUEUES

log = structlog.get_logger("craftmark.jobs")

#: How often an idle worker looks for a job, and how often one looks at the clock and for workers that died.
POLL_SECONDS, ROUND_SECONDS = 1.0, 15.0


class Heartbeat(threading.Thread):
    """Says every few seconds that the worker is there: also during a long job, so on a connection of its own."""

    def __init__(self, worker_id: str, queues: str) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.worker_id, self.queues = worker_id, queues
        self.ended = threading.Event()

    def beat(self) -> None:
        # The row of a worker that was taken for dead comes back with its next word.
        Worker.objects.update_or_create(pk=self.worker_id, defaults={"queues": self.queues, "heard_at": clock.now()})

    def run(self) -> None:
        while not self.ended.wait(retrying.HEARTBEAT.total_seconds()):
            try:
                self.beat()
            except DatabaseError as fault:
                log.warning("heartbeat_missed", fault=type(fault).__name__)
                connection.close()
        connection.close()


class JobWorker(QueueWorker):
    """The library's worker with a heartbeat, the sweep for dead ones, and the clock."""

    def __init__(self, queues: tuple[str, ...] = QUEUES, *, until_empty: bool = False) -> None:
        super().__init__(
            queue_names=list(queues),
            interval=POLL_SECONDS,
            batch=until_empty,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            # Unique for each start, so that a worker's jobs are never taken for those of the next one.
            worker_id=f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}",
            excluded_queue_names=[],
        )
        self._next_round = 0.0
        self._takes_newest = False

    def run(self) -> None:
        """Work until told to stop, or (`until_empty`) until nothing waits."""
        heartbeat = Heartbeat(self.worker_id, ",".join(self.queue_names))
        try:
            heartbeat.beat()
            heartbeat.start()
            while self.running:
                close_old_connections()
                if not self._work_once():
                    if self.batch:
                        return
                    if self.running:
                        time.sleep(self.interval)
        finally:
            heartbeat.ended.set()
            if heartbeat.is_alive():
                heartbeat.join(timeout=5)
            self._leave()

    def _work_once(self) -> bool:
        """Do one job, and return whether there was one. A database that is away for a moment is waited for."""
        try:
            if time.monotonic() >= self._next_round:
                self._next_round = time.monotonic() + ROUND_SECONDS
                retrying.give_back()
                schedule.tick()
            taken = self._take()
        except OperationalError as fault:
            if not is_locked_database_exception(fault):
                log.error("database_away", fault=type(fault).__name__)
            connection.close()
            time.sleep(self.interval)
            return True
        if taken is None:
            return False
        self.run_task(taken)
        return True

    def _take(self) -> DBTaskResult[..., Any] | None:
        """The next job, taken for this worker; no other gets it.

        The newest and the oldest by turns: whoever adds a file while many wait still sees it soon, and none waits for
        ever.
        """
        ready = retrying.waiting().filter(queue_name__in=self.queue_names)
        self._takes_newest = not self._takes_newest
        if self._takes_newest:
            ready = ready.order_by("-priority", "-enqueued_at")
        # Asked first without a lock: on SQLite an idle worker would otherwise lock everybody out once a second.
        if not ready.exists():
            return None
        with exclusive_transaction():
            found = ready.select_for_update(no_key=True, skip_locked=True).first()
            if found is not None:
                found.claim(self.worker_id)
            return found

    def _leave(self) -> None:
        try:
            Worker.objects.filter(pk=self.worker_id).delete()
        except DatabaseError as fault:
            log.warning("worker_left_its_row", fault=type(fault).__name__)


def work_off(queues: tuple[str, ...] = QUEUES) -> None:
    """Do what waits in the queue, here and now: for commands and tests."""
    while (waiting := retrying.waiting().filter(queue_name__in=queues).first()) is not None:
        waiting.claim("here-and-now")
        JobWorker(queues).run_task(waiting)
