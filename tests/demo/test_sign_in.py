import pytest
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accounts.adapter import proved_identity_recently
from accounts.models import User
from audit.models import AccountEvent
from demo import cast
from demo.views import sign_in

ADDRESS = "/demo/sign-in/"


@pytest.fixture
def people(db: None, as_demo) -> dict[str, User]:
    """The people of the one-click list, and somebody else."""
    emails = [person.email for person in cast.PEOPLE] + ["somebody@else.test"]
    return {email: User.objects.create_user(email, as_demo.DEMO_PASSWORD, name=email) for email in emails}


@pytest.mark.parametrize("email", [person.email for person in cast.PEOPLE])
def test_one_click_signs_in(people: dict[str, User], client: Client, email: str) -> None:
    response = client.post(ADDRESS, {"email": email})
    assertRedirects(response, reverse("home"), fetch_redirect_response=False)
    assert client.session["_auth_user_id"] == str(people[email].pk)
    assert AccountEvent.objects.get().action == "session.began"


def test_whoever_clicked_is_not_asked_who_they_are_at_once(people: dict[str, User], client: Client) -> None:
    client.post(ADDRESS, {"email": cast.ADMIN})
    request = RequestFactory().get("/")
    request.session, request.user = client.session, people[cast.ADMIN]
    assert proved_identity_recently(request)


def test_a_second_click_changes_who_one_is(people: dict[str, User], client: Client) -> None:
    client.post(ADDRESS, {"email": cast.ADMIN})
    client.post(ADDRESS, {"email": cast.ASSESSOR})
    assert client.session["_auth_user_id"] == str(people[cast.ASSESSOR].pk)
    actions = list(AccountEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["session.began", "session.ended", "session.began"]


@pytest.mark.parametrize("email", ["somebody@else.test", "nobody@demo.test", ""])
def test_nobody_else_gets_in_that_way(people: dict[str, User], client: Client, email: str) -> None:
    assert client.post(ADDRESS, {"email": email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_opening_the_address_signs_nobody_in(people: dict[str, User], client: Client) -> None:
    assert client.get(ADDRESS, {"email": cast.ADMIN}).status_code == 405
    assert "_auth_user_id" not in client.session


def test_a_form_of_another_site_signs_nobody_in(people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(ADDRESS, {"email": cast.ADMIN}).status_code == 403


def test_where_there_is_no_demo_the_view_finds_nothing(people: dict[str, User], settings) -> None:
    settings.DEMO = False
    with pytest.raises(Http404):
        sign_in(RequestFactory().post(ADDRESS, {"email": cast.ADMIN}))


def test_where_there_is_no_demo_the_address_does_not_exist(people: dict[str, User], client: Client, settings) -> None:
    settings.DEMO, settings.ROOT_URLCONF = False, "config.urls"
    assert client.post(ADDRESS, {"email": cast.ADMIN}, follow=True).status_code in {200, 404}
    assert "_auth_user_id" not in client.session


def test_the_sign_in_page_has_a_button_for_each(db: None, as_demo, client: Client) -> None:
    page = client.get(reverse("account_login"))
    for person in cast.PEOPLE:
        assertContains(page, f'value="{person.email}"')
        assertContains(page, f"{person.role}: {person.name}")


def test_the_sign_in_page_of_a_real_site_has_none(db: None, settings, client: Client) -> None:
    settings.DEMO = False
    assert "demo.test" not in client.get(reverse("account_login")).content.decode()
