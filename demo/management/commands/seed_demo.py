"""`manage.py seed_demo`: makes the demo, or leaves it as it is."""

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.errors import WorkflowError
from demo import cast, seeding, signing_in


class Command(BaseCommand):
    help = "Fill the demo with made-up people and their work. Keeps what is there; running it again adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--learners", type=int, default=len(cast.STORIES), help="how many apprentices the demo provider gets"
        )

    def handle(self, *, learners: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo. Set DEMO=1 if everything in this database may be made up.")
        if not 1 <= learners <= len(cast.STORIES):
            raise CommandError(f"--learners: from 1 to {len(cast.STORIES)}.")
        # The mail of the demo's history is not worth a line each.
        for name in ("craftmark.accounts", "craftmark.jobs"):
            logging.getLogger(name).setLevel(logging.WARNING)
        began = time.monotonic()
        try:
            is_new = seeding.seed(learners)
        except WorkflowError as refusal:
            raise CommandError(f"The demo could not be created: {refusal}") from refusal
        took = f"The demo was made in {time.monotonic() - began:.0f} seconds."
        self.stdout.write(took if is_new else "The demo already exists; nothing was changed.")
        self.stdout.write(f"\n{signing_in.table()}")
