"""Imports occupational standards from files."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from occupations.importing.files import Report, import_files
from occupations.importing.identity import BY_COMMAND, Given, is_reference, is_version
from occupations.importing.known_formats import BY_NAME
from occupations.importing.writing import Outcome, Written

_COUNTS = ("standards", "versions", "ksbs", "duties", "completed", "revisions", "unchanged")
_LISTS = ("warnings", "errors")


class Command(BaseCommand):
    help = (
        "Import occupational standards in any known format. Each standard is imported whole or not at all; "
        "importing the same file again changes nothing. Exits with 1 if any file was refused."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Here `--version` is that of a standard, not of Django."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder of files")
        parser.add_argument("--format", choices=sorted(BY_NAME), help="the format, instead of detecting it")
        parser.add_argument(
            "--reference", default="", help="the standard that the source is about, if it does not say: ST0321"
        )
        parser.add_argument("--version", default="", help="the version it is about, if it does not say: 1.1")
        parser.add_argument(
            "--make-codes",
            action="store_true",
            help="find statements in the text of old standards that list none, and create codes for them",
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would be imported, and write nothing")
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print one JSON object instead of sentences"
        )

    def handle(self, *, paths: list[Path], format: str | None, dry_run: bool, as_json: bool, **options: Any) -> None:
        report = import_files(
            map(Path, paths), dry_run=dry_run, forced=BY_NAME.get(format or ""), given=self._given(options)
        )
        if as_json:
            self.stdout.write(_as_json(report))
        else:
            self._tell(report, dry_run)
        if report.errors:
            sys.exit(1)

    def _given(self, options: dict[str, Any]) -> Given:
        """What the options say about the sources."""
        reference, version = options["reference"].strip().upper(), options["version"].strip()
        if reference and not is_reference(reference):
            raise CommandError(f"“{reference}” is not a reference; one looks like ST0321.")
        if version and not is_version(version):
            raise CommandError(f"“{version}” is not a version; one looks like 1.1.")
        return Given(reference, version, options["make_codes"], BY_COMMAND)

    def _tell(self, report: Report, dry_run: bool) -> None:
        imported = "would be imported" if dry_run else "imported"
        for written in report.written:
            name = f"{written.version.standard.reference} {written.version}"
            if written.outcome == Outcome.UNCHANGED and written.revision:
                self.stdout.write(
                    f"{name} is already here with different wording; the change has already been suggested."
                )
            elif written.outcome == Outcome.UNCHANGED:
                self.stdout.write(f"{name} is already here with the same wording.")
            elif written.outcome == Outcome.REVISION:
                self.stdout.write(f"{name} is already here with different wording; saved as a suggested change.")
            elif written.outcome == Outcome.COMPLETED:
                self.stdout.write(f"{name} is already here; missing details were filled in.")
            else:
                self.stdout.write(f"{name} {imported} with {_kinds(written)}.")
        for warning in report.warnings:
            self.stderr.write(f"Note: {warning}", self.style.WARNING)
        for error in report.errors:
            self.stderr.write(f"Refused: {error}")
        refused = len({error.file for error in report.errors})
        counts = f"Filled in: {report.completed}. Suggested changes: {report.revisions}. Unchanged: {report.unchanged}."
        self.stdout.write(
            f"{imported.capitalize()}: {report.versions}. {counts} Refused: {refused}."
            + (" This was a dry run; nothing was written." if dry_run else "")
        )


def _kinds(written: Written) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in written.ksb_counts.items()) or "no KSBs"


def _as_json(report: Report) -> str:
    counts = {name: getattr(report, name) for name in _COUNTS}
    lists = {name: [asdict(problem) for problem in getattr(report, name)] for name in _LISTS}
    return json.dumps(counts | lists)
