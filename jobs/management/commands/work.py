from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from jobs.queue import QUEUES
from jobs.working import JobWorker


class Command(BaseCommand):
    help = (
        "Run the jobs in the queue: prepare files, scan them, and do scheduled work. Run as many as you like, on any "
        "machine (on SQLite two are enough). Ctrl-C stops it after the current job; press it twice to stop at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--queues", default=",".join(QUEUES), help=("which queues, separated by commas (default: all)")
        )
        parser.add_argument("--until-empty", action="store_true", help="end once nothing waits")

    def handle(self, *, queues: str, until_empty: bool, **options: object) -> None:
        names = tuple(name.strip() for name in queues.split(",") if name.strip())
        if not names or set(names) - set(QUEUES):
            raise CommandError(f"The queues are: {', '.join(QUEUES)}.")
        # The children that open files give way to pages (`files.opening.limits`). The worker itself does not: pages
        # wait for the locks that it holds now and then, and on a busy machine it would keep them for seconds.
        worker = JobWorker(names, until_empty=until_empty)
        worker.configure_signals()
        worker.run()
