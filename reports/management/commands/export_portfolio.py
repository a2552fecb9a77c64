from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from apprenticeships.models import Apprenticeship
from core.errors import WorkflowError
from reports.pack.writing import Damaged
from reports.portfolio.exporting import export_portfolio


class Command(BaseCommand):
    help = "Write the whole portfolio of an apprenticeship as open data to a new file (docs/portfolio.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("apprenticeship", type=UUID, metavar="ID", help="as in the address of its pages")
        parser.add_argument("file", type=Path, metavar="FILE", help="the ZIP to write; there must be none of this name")

    def handle(self, *, apprenticeship: UUID, file: Path, **options: Any) -> None:
        try:
            export = export_portfolio(apprenticeship, file)
        except Apprenticeship.DoesNotExist:
            raise CommandError("There is no such apprenticeship.") from None
        except FileExistsError:
            raise CommandError(f"{file} is there already.") from None
        except (WorkflowError, Damaged, OSError) as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(f"Portfolio {export}: {file}, {file.stat().st_size:,} bytes.")
