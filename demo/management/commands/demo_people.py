"""`manage.py demo_people`: who can sign in to the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo import signing_in


class Command(BaseCommand):
    help = "Print who can sign in to the demo, and the password."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo.")
        self.stdout.write(signing_in.table())
