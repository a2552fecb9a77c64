"""Who looks after the catalogue that every provider uses: gives the role to the first person, or takes it from one."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import workflow
from accounts.models import Membership
from core.actor import SYSTEM
from core.errors import WorkflowError
from core.fields import EmailAddressField, NameField


class Command(BaseCommand):
    help = (
        "Email somebody an invitation to manage the catalogue of standards; run it again to send a new link. "
        "With --end, end their role. With no arguments, list the keepers."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="where the invitation goes, or whose role ends")
        parser.add_argument("--name", help="their full name, for an invitation")
        parser.add_argument("--end", action="store_true", help="end their role instead")

    @transaction.atomic
    def handle(self, *, email: str | None, name: str | None, end: bool, **options: Any) -> None:
        if email is None:
            self._list()
        elif end:
            self._end(self._checked(EmailAddressField(), email, "--email"))
        else:
            self._invite(
                self._checked(EmailAddressField(), email, "--email"),
                self._checked(NameField(), name or "", "--name"),
            )

    def _list(self) -> None:
        keepers = Membership.objects.live().keeping().select_related("user").order_by("started_on", "pk")
        for keeper in keepers:
            until = f" until {keeper.ended_on}" if keeper.ended_on else ""
            self.stdout.write(f"{keeper.user.name} <{keeper.user.email}> since {keeper.started_on}{until}")
        if not keepers:
            self.stdout.write("There are no catalogue keepers yet. Give --email and --name of the first one.")

    def _end(self, email: str) -> None:
        keeper = Membership.objects.live().keeping().filter(user__email=email).first()
        if keeper is None:
            raise CommandError(f"{email} is not a catalogue keeper.")
        workflow.end_membership(keeper.pk, by=SYSTEM)
        self.stdout.write(f"{email} is no longer a catalogue keeper.")

    def _invite(self, email: str, name: str) -> None:
        try:
            invitation = workflow.invite_keeper(email, name)
        except WorkflowError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{invitation.email} will get this link by email:")
        self.stdout.write(invitation.link)

    def _checked(self, field: NameField | EmailAddressField, value: str, option: str) -> str:
        try:
            return str(field.clean(value))
        except ValidationError as refusal:
            raise CommandError(f"{option}: {' '.join(refusal.messages)}") from refusal
