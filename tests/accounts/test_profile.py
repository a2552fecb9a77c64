"""What people see of themselves."""

import pytest
from django.test import Client

from accounts.models import Membership, User
from audit.models import AccountEvent
from tests.accounts.conftest import sign_in

pytestmark = pytest.mark.django_db
PROFILE = "/account/profile/"


def test_it_shows_the_person_their_places_and_what_is_held(client: Client, assessor_membership: Membership):
    sign_in(client, assessor_membership.user)
    page = client.get(PROFILE).content.decode()
    assert assessor_membership.user.email in page
    assert "Northway Training: assessor" in page
    assert "What we know about you" in page
    for address in ("/account/email/", "/account/password/change/", "/account/2fa/", "/account/sessions/"):
        assert f'href="{address}"' in page


def test_a_name_is_changed_by_its_owner_and_not_written_into_the_record(client: Client, stranger: User):
    sign_in(client, stranger)
    client.post(PROFILE, {"name": " Zoë  Quill "})
    stranger.refresh_from_db()
    assert stranger.name == "Zoë Quill"
    assert "Quill" not in str(AccountEvent.objects.get(action="person.renamed").data)


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "x" * 202, "\u200bhidden"])
def test_an_odd_name_is_refused(client: Client, stranger: User, name: str):
    sign_in(client, stranger)
    before = stranger.name
    assert client.post(PROFILE, {"name": name}).status_code == 422
    stranger.refresh_from_db()
    assert stranger.name == before


def test_nothing_but_the_name_is_taken_from_the_form(client: Client, stranger: User):
    sign_in(client, stranger)
    client.post(PROFILE, {"name": "Zed", "email": "x@example.test", "is_active": "", "id": "1"})
    stranger.refresh_from_db()
    assert stranger.email == "stranger@example.test"
    assert stranger.is_active
