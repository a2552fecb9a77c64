"""How a new installation starts."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Invitation, Organisation, Role
from tests.factories.accounts import MembershipFactory
from tests.mail import delivered

pytestmark = pytest.mark.django_db


def run(**given: str) -> str:
    options = {"name": "Northway", "ukprn": "10012345", "admin_email": "ada@example.test", "admin_name": "Ada"} | given
    out = StringIO()
    call_command("create_provider", stdout=out, **{**options, "ukprn": int(options["ukprn"])})
    return out.getvalue()


def test_it_makes_the_provider_and_mails_its_first_admin(client: Client):
    said = run()
    assert Organisation.objects.get(ukprn=10012345).kind == Organisation.Kind.PROVIDER
    link = said.split()[-1]
    assert link in delivered()[0].body
    client.post(
        "/invitations/" + link.split("/")[-2] + "/",
        {"password": "an otter in the attic"} | {"password_again": "an otter in the attic"},
    )
    assert Invitation.objects.get().accepted_by.memberships.get().role == Role.PROVIDER_ADMIN


def test_running_it_again_sends_another_link_for_the_same_invitation():
    first, second = run().split()[-1], run().split()[-1]
    assert first != second
    assert Organisation.objects.count() == Invitation.objects.count() == 1


def test_a_provider_that_has_an_admin_is_left_alone():
    provider = MembershipFactory(admin=True, organisation__name="Northway").organisation
    with pytest.raises(CommandError, match="has an admin"):
        run(ukprn=str(provider.ukprn))


@pytest.mark.parametrize(
    ("option", "value"),
    [("ukprn", "1234"), ("admin_email", "ada"), ("admin_name", " "), ("name", "")],
)
def test_what_is_wrong_is_named_and_nothing_is_made(option: str, value: str):
    with pytest.raises(CommandError, match="--" + option.replace("_", "-")):
        run(**{option: value})
    assert not Organisation.objects.exists()


def test_a_number_of_another_provider_is_refused():
    run()
    with pytest.raises(CommandError, match="already belongs to Northway"):
        run(name="Southway")
