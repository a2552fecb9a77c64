"""`manage.py prepare_demo`: everything that a demo needs before it is served, in one process."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from demo import seeding


class Command(BaseCommand):
    help = "Create the demo's tables and fill them with made-up people, unless they already exist. Says what it does."
    # The server checks them before it starts, and seldom finds anything: loading every page for it takes a second.
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo. Set DEMO=1 if everything in this database may be made up.")
        with _tidy_when_ended():
            self._step("Making the tables of the database, or checking that they are up to date", self._tables)
            if not seeding.is_seeded():
                self.stdout.write("· Making the made-up people and 16 months of their work. This takes the longest …")
                self.stdout.flush()
            call_command("seed_demo", stdout=self.stdout)

    def _tables(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)

    def _step(self, words: str, do: Any) -> None:
        self.stdout.write(f"· {words} …", ending="")
        self.stdout.flush()
        began = time.monotonic()
        do()
        self.stdout.write(f" {time.monotonic() - began:.1f} s")


@contextmanager
def _tidy_when_ended() -> Iterator[None]:
    """Told to end, undo what is half made, rows and files, so that the next start makes it again."""

    def end(*_: Any) -> None:
        raise SystemExit("Stopped. The unfinished demo has been removed; the next start will make it again.")

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
