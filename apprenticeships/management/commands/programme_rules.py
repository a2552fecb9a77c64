"""The rules of the funding years: lists them, adds a year, and adds the hours published for versions of standards."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apprenticeships.models import Programme, ProgrammeRules
from apprenticeships.rule_files import FileRefused, read_published, read_rules
from apprenticeships.rules import rules_of_programme
from apprenticeships.workflow.rules import add_published_hours, add_rules
from core.errors import WorkflowError


class Command(BaseCommand):
    help = (
        "List the rules of the funding years. --add FILE adds rules from a JSON file, --published FILE the hours "
        "published for versions of standards from a CSV file. The same file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--add", type=Path, metavar="FILE", help="a JSON file like shipped_rules.json")
        parser.add_argument("--published", type=Path, metavar="FILE", help="a CSV file: reference, version, hours, …")
        parser.add_argument("--reason", default="", help="why rules replace those of the same day")
        parser.add_argument("--dry-run", action="store_true", help="check the file and change nothing")

    @transaction.atomic
    def handle(self, *, add: Path | None, published: Path | None, reason: str, dry_run: bool, **options: Any) -> None:
        try:
            if add:
                text = add.read_text(encoding="utf-8-sig")
                made: list[Any] = list(add_rules(read_rules(text, ProgrammeRules.objects.all()), reason))
            elif published:
                with published.open(encoding="utf-8-sig", newline="") as lines:
                    made = list(add_published_hours(read_published(lines)))
            else:
                self._list()
                return
        except (FileRefused, WorkflowError, UnicodeDecodeError, OSError) as refused:
            raise CommandError(f"Nothing was added.\n{refused}") from refused
        for one in made:
            self.stdout.write(f"{one}, edition {one.edition}")
        if dry_run:
            transaction.set_rollback(True)
        self.stdout.write(f"{len(made)} {'would be ' if dry_run else ''}added.")

    def _list(self) -> None:
        for programme in Programme:
            for one in rules_of_programme(programme):
                self.stdout.write(f"{one}: starts from {one.starts_from}, at least {one.minimum_hours or 0} hours")
