"""`manage.py seed_load --learners N`: many made-up learners, for measuring."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.load import PIECES_EACH, AlreadyLoaded, LoadFailed, load


class Command(BaseCommand):
    help = (
        "Load N made-up learners with 20 pieces of evidence each, and a small file with every piece, for measuring. "
        "Never on a site with real people."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--learners", type=int, required=True, help="how many")
        parser.add_argument("--seed", type=int, default=1, help="the same number gives the same data")
        parser.add_argument("--pieces", type=int, default=PIECES_EACH, help="of evidence, each")
        parser.add_argument("--provider", type=int, default=1, help="which of the providers: a number from 1")
        parser.add_argument("--again", action="store_true", help="add to the learners already loaded")
        parser.add_argument(
            "--yes-load-test-data",
            action="store_true",
            help=("do it even though this is neither a demo nor in debug mode"),
        )

    def handle(
        self,
        *args: Any,
        learners: int,
        pieces: int,
        provider: int,
        seed: int,
        again: bool,
        yes_load_test_data: bool,
        **options: Any,
    ) -> None:
        if not (settings.DEMO or settings.DEBUG or yes_load_test_data):
            raise CommandError("This is not a demo. Load-test data needs a database of its own.")
        if not 1 <= learners <= 200_000:
            raise CommandError("Between 1 and 200,000 learners can be loaded.")
        if not 1 <= provider <= 900 or not 1 <= pieces <= 100:
            raise CommandError("The provider is a number from 1 to 900, and pieces are from 1 to 100 each.")
        start = time.monotonic()
        try:
            made = load(learners, seed, again=again, pieces_each=pieces, house=provider)
        except AlreadyLoaded as loaded:
            raise CommandError("There are already load-test learners. Use --again to add more.") from loaded
        except LoadFailed as failed:
            raise CommandError("Some learners are missing. Begin again with an empty database.") from failed
        self.stdout.write(f"{learners} learners at {made} in {time.monotonic() - start:.0f} s.")
