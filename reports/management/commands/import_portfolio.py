from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organisation, User
from core.actor import Actor
from core.errors import WorkflowError
from reports.pack.notes import BadKey, PublicKey
from reports.portfolio.importing import import_portfolio


class Command(BaseCommand):
    help = "Import a portfolio that another installation exported: the whole of it, or nothing (docs/portfolio.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the ZIP")
        parser.add_argument("--provider", type=int, required=True, metavar="UKPRN", help="the provider it goes to")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the provider's admin who imports it")
        parser.add_argument("--key", action="append", default=[], metavar="KEY", help="a public key that you trust")
        parser.add_argument("--check", action="store_true", help="say what would come of it, and change nothing")

    def handle(self, *, file: Path, provider: int, by: str, key: list[str], check: bool, **options: Any) -> None:
        try:
            where = Organisation.objects.get(ukprn=provider)
            who = User.objects.get(email=by.strip().lower())
            keys = tuple(PublicKey.read(one) for one in key)
            brought = import_portfolio(
                file, where.pk, Actor(who.pk, where.pk), file_name=file.name, keys=keys, is_trial=check
            )
        except Organisation.DoesNotExist:
            raise CommandError("There is no provider with this UKPRN.") from None
        except User.DoesNotExist:
            raise CommandError("Nobody signs in with this address.") from None
        except (WorkflowError, BadKey, OSError) as fault:
            raise CommandError(str(fault)) from None
        if brought.is_repeat:
            self.stdout.write(f"This file was imported before, for {brought.learner}. Nothing has changed.")
            return
        counts = ", ".join(f"{count} {name.replace('_', '-')}" for name, count in brought.counts.items())
        self.stdout.write(f"{'Would import' if check else 'Imported'} for {brought.learner}: {counts}.")
        for line in brought.told:
            self.stdout.write(f"- {line}")
