"""Enrols learners from a file: checks every row, and writes all of it or nothing."""

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Membership, Organisation
from apprenticeships import uploads
from apprenticeships.importing import steps
from apprenticeships.importing.columns import label_of
from apprenticeships.importing.files import read
from apprenticeships.importing.planned import Planned
from apprenticeships.importing.planning import plan
from apprenticeships.importing.reading import Reading, Refused
from core import scope
from core.actor import Actor


class Command(BaseCommand):
    help = (
        "Enrol learners from a CSV, Excel (.xlsx) or ILR (.xml) file. Every row is checked first: with one error "
        "nothing is written. The same file again changes nothing, and an import that was interrupted goes on where it "
        "stopped. Exits with 1 if a row was refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file of learners")
        parser.add_argument("--provider", type=int, required=True, metavar="UKPRN", help="whose learners they are")
        parser.add_argument("--by", default="", metavar="EMAIL", help="the admin of the provider on whose behalf")
        parser.add_argument("--preview", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument("--no-invitations", action="store_true", help="mail no invitations to new learners")

    def handle(self, *, file: Path, provider: int, by: str, preview: bool, no_invitations: bool, **_: Any) -> None:
        found = Organisation.objects.filter(ukprn=provider, kind=Organisation.Kind.PROVIDER).first()
        if found is None:
            raise CommandError(f"There is no provider with UKPRN {provider}.")
        try:
            content = file.read_bytes()
            reading = read(content, file.name)
        except OSError as fault:
            raise CommandError(f"{file.name} cannot be read: {fault.strerror}.") from fault
        except Refused as refused:
            raise CommandError(f"{file.name}: {refused}") from refused
        for note in reading.notes:
            self.stdout.write(note)
        with scope.enforced():
            planned = plan(reading, found)
        self._tell(planned)
        counts = Counter(one.kind for one in planned)
        if counts["refused"]:
            self.stdout.write("Nothing was imported, because of these errors.")
            sys.exit(1)
        if preview:
            self.stdout.write("This was a preview. Nothing was written.")
            return
        self._write(reading, content, file.name, found, self._admin(found, by), not no_invitations)

    def _admin(self, provider: Organisation, email: str) -> Actor:
        held = Membership.objects.live().administering().filter(organisation=provider, user__is_active=True)
        admin = held.filter(user__email=email.strip().lower()).first()
        if admin is None:
            raise CommandError("Say with --by on whose behalf: the email address of an admin of this provider.")
        return Actor(admin.user_id, provider.pk)

    def _write(
        self, reading: Reading, content: bytes, name: str, provider: Organisation, by: Actor, sends_invitations: bool
    ) -> None:
        begun = uploads.keep(reading, content, name, provider, by)
        steps.check(begun.pk)
        uploads.confirm(begun.pk, by, sends_invitations=sends_invitations)
        # A large file waits for a worker; here it is written at once, and the worker finds nothing left to do.
        done = steps.go_on(begun.pk)
        self.stdout.write(f"Enrolled: {done.result.get('new', 0)}. Updated: {done.result.get('changed', 0)}.")

    def _tell(self, planned: list[Planned]) -> None:
        for one in planned:
            where = f"Row {one.row.number}, {one.newcomer.name}"
            for problem in one.problems:
                field = f" {label_of(problem.field)}:" if problem.field else ""
                self.stderr.write(f"{where}:{field} {problem.reason}")
            for change in one.differences:
                self.stdout.write(
                    f"{where}: {label_of(change.field)} from {change.before or 'nothing'} to {change.after}."
                )
            if one.row.skipped:
                self.stdout.write(f"{where}: left out, {one.row.skipped}.")
        counts = Counter(one.kind for one in planned)
        self.stdout.write(
            f"To enrol: {counts['new']}. To update: {counts['changed']}. As they are: {counts['unchanged']}. "
            f"Left out: {counts['skipped']}. Refused: {counts['refused']}."
        )
