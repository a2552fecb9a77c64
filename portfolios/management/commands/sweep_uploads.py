from typing import Any

from django.core.management.base import BaseCommand

from portfolios.processing.sweeping import sweep_uploads


class Command(BaseCommand):
    help = "Remove uploads that were cut off: a day after their last byte, and after an hour what no row names."

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep_uploads()
        self.stdout.write(f"{swept.uploads} uploads, {swept.parts} parts and {swept.objects} objects removed.")
