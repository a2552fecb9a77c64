"""Learns the numbers that suggestions are computed with."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from occupations.suggesting.learning import learn
from occupations.suggesting.numbers import SHIPPED
from occupations.suggesting.reading import drafts_in, made_up_cases


class Command(BaseCommand):
    help = (
        "Learn suggestions from the standards in DATA that map their duties, and write the numbers that the project "
        "ships. The same data gives the same numbers."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("data", type=Path, metavar="DATA", help="a file or folder of standards")
        parser.add_argument("--to", type=Path, default=SHIPPED, metavar="FILE", help="where the numbers are written")

    def handle(self, *, data: Path, to: Path, **options: Any) -> None:
        if not data.exists():
            raise CommandError(f"{data} does not exist.")
        drafts = list(drafts_in(data, lambda text: self.stderr.write(f"Note: {text}")))
        if not any(duty.ksb_codes for draft in drafts for duty in draft.duties or ()):
            raise CommandError("No standard in it maps its duties to KSBs.")
        numbers = learn(drafts, list(made_up_cases(drafts)))
        numbers.save(to)
        self.stdout.write(f"{len(numbers.stems)} stems, {to.stat().st_size / 1_000_000:.1f} MB in {to}.")
