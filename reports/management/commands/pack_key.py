import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.pack import keys
from reports.pack.notes import BadKey, PrivateKey


class Command(BaseCommand):
    help = (
        "Print the public keys with which packs of this site are checked. "
        "--new NAME FILE makes a key that signs packs: name that file in PACK_KEY_FILE."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new", nargs=2, metavar=("NAME", "FILE"), help="the site's host name, and the new file for the secret key"
        )

    def handle(self, *, new: list[str] | None, **options: Any) -> None:
        try:
            if new:
                self._make(new[0], Path(new[1]))
            else:
                self._print()
        except BadKey as bad:
            raise CommandError(str(bad)) from None

    def _make(self, name: str, path: Path) -> None:
        key = PrivateKey.made(name)
        try:
            # Readable by its owner alone, from the first byte on.
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(f"{key.written()}\n")
        except OSError as fault:
            raise CommandError(f"{path}: {fault.strerror}.") from None
        self.stdout.write(f"{key.public}")
        self.stdout.write(
            f"The secret key is in {path}: name it in PACK_KEY_FILE. If another key signed before, add its public key "
            "to PACK_OLD_PUBLIC_KEYS, so that packs made with it can still be checked."
        )

    def _print(self) -> None:
        published = keys.public_keys()
        if not published:
            raise CommandError("No key is set. Make one: manage.py pack_key --new NAME FILE")
        for key in published:
            self.stdout.write(str(key))
