import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import verification
from audit.verification import Anchor


class Command(BaseCommand):
    help = (
        "Checks that the record of who did what is whole, and that the judgements and files it speaks of are as they "
        "were. Names the first thing that does not fit and exits with 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-files", action="store_true", help="do not read the stored files again")
        parser.add_argument(
            "--anchor",
            type=Path,
            metavar="FILE",
            help="a file written by --write-anchor and kept elsewhere: finds a record that was cut off or rewritten",
        )
        parser.add_argument(
            "--write-anchor", type=Path, metavar="FILE", help="if all fits, write down where the record ends"
        )

    def handle(self, *, no_files: bool, anchor: Path | None, write_anchor: Path | None, **_: Any) -> None:
        head = verification.head()
        known = _read_anchor(anchor) if anchor else None
        if fault := next(verification.verify(files=not no_files, anchor=known), None):
            raise CommandError(f"{str(fault)[0].upper()}{str(fault)[1:]}.")
        if write_anchor:
            _write_anchor(write_anchor, head)
        entries = "1 entry" if head.sequence == 1 else f"{head.sequence} entries"
        self.stdout.write(f"{entries}, and all fit. Head: {head.sequence} {head.hash}")


def _read_anchor(path: Path) -> Anchor:
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The anchor {path} cannot be read: {error}.") from error
    if not (found := re.fullmatch(r"(\d{1,18}) ([0-9a-f]{64})\s*", text)):
        raise CommandError(
            f"{path} is not an anchor: it should hold a number and a hash, as --write-anchor writes them."
        )
    return Anchor(int(found[1]), found[2])


def _write_anchor(path: Path, head: Anchor) -> None:
    try:
        path.write_text(f"{head.sequence} {head.hash}\n")
    except OSError as error:
        raise CommandError(f"The anchor {path} cannot be written: {error}.") from error
