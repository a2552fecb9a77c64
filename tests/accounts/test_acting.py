"""For whom somebody acts who belongs to several organisations."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import Organisation, Role, User
from audit.models import Entry
from core import clock
from tests.accounts.conftest import sign_in
from tests.factories.accounts import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
ACTING = "/account/acting/"


@pytest.fixture
def two(admin: User) -> tuple[User, Organisation, Organisation]:
    """The admin of one provider, who is an assessor of another."""
    other = MembershipFactory(user=admin, organisation__name="Southway Training", role=Role.ASSESSOR).organisation
    return admin, admin.memberships.get(role=Role.PROVIDER_ADMIN).organisation, other


def choose(client: Client, organisation: Organisation, **more: str) -> object:
    return client.post(ACTING, {"organisation": str(organisation.pk)} | more)


def test_whoever_belongs_to_one_organisation_acts_for_it(client: Client, admin: User):
    sign_in(client, admin)
    assert "Northway Training" in client.get("/people/").content.decode()


def test_whoever_belongs_to_two_is_asked_and_comes_back(client: Client, two: tuple):
    user, provider, _ = two
    sign_in(client, user)
    response = client.get("/people/?page=1")
    assert response.headers["Location"] == "/account/acting/?next=%2Fpeople%2F%3Fpage%3D1"
    page = client.get(response.headers["Location"]).content.decode()
    assert "Northway Training" in page
    assert "Southway Training" in page
    assert choose(client, provider, next="/people/?page=1").headers["Location"] == "/people/?page=1"
    assert client.get("/people/").status_code == 200


def test_rights_are_those_of_the_chosen_organisation_alone(client: Client, two: tuple):
    user, _, other = two
    sign_in(client, user)
    choose(client, other)
    assert client.get("/people/").status_code == 403


def test_nobody_chooses_an_organisation_that_is_not_theirs(client: Client, two: tuple):
    user, *_ = two
    sign_in(client, user)
    response = choose(client, OrganisationFactory())
    assert response.status_code == 422
    assert client.get("/people/").status_code == 302


@pytest.mark.parametrize("away", ["https://evil.test/", "//evil.test/", "/\\evil.test", "people"])
def test_choosing_stays_on_this_site(client: Client, two: tuple, away: str):
    user, provider, _ = two
    sign_in(client, user)
    assert choose(client, provider, next=away).headers["Location"] == "/"


def test_opening_the_page_changes_nothing(client: Client, two: tuple):
    user, provider, _ = two
    sign_in(client, user)
    client.get(f"{ACTING}?organisation={provider.pk}")
    assert client.get("/people/").status_code == 302


def test_the_session_key_changes_and_the_list_of_sessions_follows(client: Client, two: tuple):
    user, provider, _ = two
    sign_in(client, user)
    client.get(ACTING)
    before = client.session.session_key
    choose(client, provider)
    assert client.session.session_key != before
    assert UserSession.objects.get(user=user).session_key == client.session.session_key
    assert Entry.objects.filter(action="acting.chosen", chain=provider.pk).exists()


@pytest.mark.parametrize("ended", ["membership", "organisation"])
def test_what_ended_is_closed_at_the_next_request(client: Client, two: tuple, ended: str):
    user, provider, _ = two
    sign_in(client, user)
    choose(client, provider)
    assert client.get("/people/").status_code == 200
    row = provider if ended == "organisation" else user.memberships.get(organisation=provider)
    row.ended_on = clock.today()
    row.save()
    assert client.get("/people/").status_code == 403


def test_somebody_without_a_place_is_not_asked(client: Client, stranger: User):
    sign_in(client, stranger)
    assert client.get("/account/profile/").status_code == 200
    assert "nothing to choose" in client.get(ACTING).content.decode()
