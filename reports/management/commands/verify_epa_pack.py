from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.pack import verifying
from reports.pack.notes import BadKey


class Command(BaseCommand):
    help = (
        "Check a pack with nothing but its file and the published keys: no database is asked. "
        "Without a project, the same is: python -m reports.pack.verifying FILE --key KEY"
    )
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        verifying.add_arguments(parser)

    def handle(self, *, file: Path, key: list[str], keys: Path | None, **options: Any) -> None:
        try:
            report, words = verifying.run(file, key, keys)
        except (BadKey, OSError, UnicodeDecodeError) as fault:
            raise CommandError(str(fault), returncode=2) from None
        self.stdout.write(words)
        if not report.is_good:
            raise CommandError("This pack is not good.")
