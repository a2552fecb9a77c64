"""How a new installation starts: a training provider, and an invitation for the person who will look after it."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import workflow
from accounts.models import Organisation
from core.actor import SYSTEM
from core.errors import WorkflowError
from core.fields import EmailAddressField, NameField


class Command(BaseCommand):
    help = "Create a training provider and email an invitation to its first admin. Run it again to send a new link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="the provider's legal name")
        parser.add_argument("--ukprn", required=True, type=int, help="its UK provider reference number: eight digits")
        parser.add_argument("--admin-email", required=True, help="where the invitation goes")
        parser.add_argument("--admin-name", required=True, help="the full name of its first admin")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        name = self._checked(NameField(max_length=200), options["name"], "--name")
        email = self._checked(EmailAddressField(), options["admin_email"], "--admin-email")
        admin = self._checked(NameField(), options["admin_name"], "--admin-name")
        ukprn = options["ukprn"]
        if not 10_000_000 <= ukprn <= 99_999_999:
            raise CommandError("--ukprn: a UKPRN has eight digits and does not begin with 0.")
        provider = Organisation.objects.filter(ukprn=ukprn).first()
        if provider and provider.name != name:
            raise CommandError(f"--ukprn: {ukprn} already belongs to {provider.name}.")
        provider = provider or workflow.add_organisation(Organisation.Kind.PROVIDER, name, SYSTEM, ukprn=ukprn)
        try:
            invitation = workflow.invite_first_admin(provider, email, admin)
        except WorkflowError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{provider.name} ({ukprn}) is ready. {invitation.email} will get this link by email:")
        self.stdout.write(invitation.link)

    def _checked(self, field: NameField | EmailAddressField, value: str, option: str) -> str:
        try:
            return str(field.clean(value))
        except ValidationError as refusal:
            raise CommandError(f"{option}: {' '.join(refusal.messages)}") from refusal
