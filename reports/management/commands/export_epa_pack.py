from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from apprenticeships.models import Apprenticeship
from apprenticeships.uln import is_uln
from core.errors import WorkflowError
from reports.pack.exporting import export_pack
from reports.pack.writing import Damaged


class Command(BaseCommand):
    help = "Write the pack of an apprenticeship, for its assessment organisation, to a new file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("apprenticeship", type=UUID, metavar="ID", help="as in the address of its pages")
        parser.add_argument("file", type=Path, metavar="FILE", help="the ZIP to write; there must be none of this name")
        parser.add_argument("--uln", default="", help="the apprentice's number, for the name of the main folder")

    def handle(self, *, apprenticeship: UUID, file: Path, uln: str, **options: Any) -> None:
        if uln and not is_uln(uln):
            raise CommandError("This is no ULN.")
        try:
            pack = export_pack(apprenticeship, file, uln=uln)
        except Apprenticeship.DoesNotExist:
            raise CommandError("There is no such apprenticeship.") from None
        except FileExistsError:
            raise CommandError(f"{file} is there already.") from None
        except (WorkflowError, Damaged, OSError) as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(f"Pack {pack}: {file}, {file.stat().st_size:,} bytes.")
