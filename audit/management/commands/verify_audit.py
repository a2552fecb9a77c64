import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from audit import verification
from audit.models import INSTALLATION
from audit.verification import Anchor

_ANCHOR_LINE = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\d{1,18}) ([0-9a-f]{64})")


def _chain_id(text: str) -> UUID:
    return INSTALLATION if text == "installation" else UUID(text)


class Command(BaseCommand):
    help = (
        "Check that the record of who did what is complete, and that the decisions and files it describes have not "
        "changed. Lists everything that does not match, and exits with 1 if there is anything."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--chain",
            type=_chain_id,
            metavar="ID",
            help=(
                "only check the record of this organisation, or “installation”; skip the "
                "search for rows that are in no record"
            ),
        )
        parser.add_argument("--no-files", action="store_true", help="do not read the stored files again")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")
        parser.add_argument(
            "--anchor",
            type=Path,
            metavar="FILE",
            help=(
                "a file written by --write-anchor and kept elsewhere: detects a record that was shortened or rewritten"
            ),
        )
        parser.add_argument(
            "--write-anchor",
            type=Path,
            metavar="FILE",
            help=("if everything is correct, write down where each chain ends"),
        )

    def handle(
        self,
        *,
        chain: UUID | None,
        no_files: bool,
        json: bool,
        anchor: Path | None,
        write_anchor: Path | None,
        **_: Any,
    ) -> None:
        heads = verification.heads()
        if chain is not None:
            heads = {pk: head for pk, head in heads.items() if pk == chain}
        known = _read_anchors(anchor) if anchor else {}
        if chain is not None and chain not in heads and chain not in known:
            raise CommandError(f"There is no record of {chain}.")
        count = 0
        found = []
        for fault in verification.verify(chain=chain, files=not no_files, anchors=known):
            count += 1
            if json:
                found.append(fault.as_data())
            else:
                self.stdout.write(f"{str(fault)[0].upper()}{str(fault)[1:]}.")
        if json:
            self._print_json(heads, found)
        if count:
            raise CommandError("1 thing does not match." if count == 1 else f"{count} things do not match.")
        if write_anchor:
            _write_anchors(write_anchor, heads)
        if not json:
            self._say_all_fits(heads)

    def _print_json(self, heads: dict[UUID, Anchor], found: list[dict[str, object]]) -> None:
        chains = {str(pk): head._asdict() for pk, head in heads.items()}
        self.stdout.write(json.dumps({"chains": chains, "faults": found}, indent=2))

    def _say_all_fits(self, heads: dict[UUID, Anchor]) -> None:
        entries = sum(head.sequence for head in heads.values())
        counted = "1 entry" if entries == 1 else f"{entries} entries"
        chains = "1 chain" if len(heads) == 1 else f"{len(heads)} chains"
        self.stdout.write(f"{counted} in {chains}, and everything matches.")


def _read_anchors(path: Path) -> dict[UUID, Anchor]:
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The anchor {path} cannot be read: {error}.") from error
    found = [_ANCHOR_LINE.fullmatch(line) for line in lines]
    if not found or None in found:
        raise CommandError(
            f"{path} is not an anchor: each line should hold an id, a number and a hash, as --write-anchor writes them."
        )
    return {UUID(line[1]): Anchor(int(line[2]), line[3]) for line in found if line}


def _write_anchors(path: Path, heads: dict[UUID, Anchor]) -> None:
    try:
        path.write_text("".join(f"{pk} {head.sequence} {head.hash}\n" for pk, head in heads.items()))
    except OSError as error:
        raise CommandError(f"The anchor {path} cannot be written: {error}.") from error
