from typing import Any

from django.core.management.base import BaseCommand

from portfolios.processing.sweeping import sweep_files


class Command(BaseCommand):
    help = "Remove files that are no longer used: uploads a day after their last byte, the rest within hours."

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep_files()
        self.stdout.write(
            f"{swept.uploads} uploads, {swept.parts} parts, {swept.objects} objects and {swept.workplaces} folders of "
            "jobs removed."
        )
