from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime
from django_tasks_db.models import DBTaskResult

from core import clock
from jobs import retrying
from jobs.models import Worker
from jobs.queue import label_of


class Command(BaseCommand):
    help = "Show the queue: workers, waiting jobs and failed jobs. --retry ID… or --retry-all retries failed jobs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--retry", nargs="+", metavar="ID", default=[], help="retry these failed jobs")
        parser.add_argument("--retry-all", action="store_true", help="retry all failed jobs")
        parser.add_argument("--trace", metavar="ID", help="show the full error of a failed job")

    def handle(self, *, retry: list[str], retry_all: bool, trace: str | None, **options: object) -> None:
        failed = DBTaskResult.objects.failed()
        if trace:
            found = failed.filter(pk=_id(trace)).first()
            if found is None:
                raise CommandError("No failed job has this id.")
            self.stdout.write(found.traceback)
            return
        if retry or retry_all:
            chosen = failed if retry_all else failed.filter(pk__in=[_id(text) for text in retry])
            self.stdout.write(f"{retrying.retry(chosen)} retried.")
            return
        alive = Worker.objects.filter(heard_at__gt=clock.now() - retrying.LEASE).order_by("started_at")
        self.stdout.write(f"Workers: {alive.count()}")
        for worker in alive:
            self.stdout.write(f"  {worker.pk}  {worker.queues}  since {localtime(worker.started_at):%d %b %H:%M}")
        oldest = retrying.oldest_waiting()
        since = f", the oldest for {round(oldest.total_seconds())} s" if oldest else ""
        self.stdout.write(f"Waiting: {retrying.waiting().count()}{since}")
        self.stdout.write(f"Running: {DBTaskResult.objects.running().count()}")
        self.stdout.write(f"Failed: {failed.count()}")
        for job in failed.order_by("-finished_at")[:50]:
            fault = retrying.fault_of(job)
            self.stdout.write(f"  {job.pk}  {label_of(job.task_path)}  {fault}  {len(job.worker_ids)} tries")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CommandError(f"“{text}” is not the id of a job.") from None
