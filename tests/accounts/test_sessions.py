"""How long a session lasts, and how it ends."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import Membership, User
from core import clock
from tests.accounts.conftest import sign_in
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
PROFILE = "/account/profile/"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def _opens(client: Client, after: timedelta) -> bool:
    with clock.at(clock.now() + after):
        return client.get(PROFILE).status_code == 200


def test_staff_are_signed_out_after_half_an_hour_of_nothing(client: Client, assessor_membership: Membership):
    sign_in(client, assessor_membership.user)
    assert _opens(client, 29 * MINUTE)
    assert _opens(client, (29 + 29) * MINUTE)
    assert not _opens(client, (29 + 29 + 30) * MINUTE)
    assert not _opens(client, timedelta(0))


def test_apprentices_are_signed_out_after_two_hours_of_nothing(client: Client, stranger: User):
    sign_in(client, stranger)
    assert _opens(client, 119 * MINUTE)
    assert not _opens(client, (119 + 120) * MINUTE)


def test_who_reads_or_plays_for_long_stays_signed_in(client: Client, assessor_membership: Membership):
    sign_in(client, assessor_membership.user)
    for minutes in range(4, 61, 4):
        with clock.at(clock.now() + minutes * MINUTE):
            assert client.get("/account/in-use/").status_code == 204
    assert _opens(client, 80 * MINUTE)
    assert not _opens(client, 110 * MINUTE)


def test_nobody_stays_signed_in_for_twelve_hours_however_busy(client: Client, stranger: User):
    sign_in(client, stranger)
    for hours in range(1, 12):
        assert _opens(client, hours * HOUR)
    assert not _opens(client, 12 * HOUR)


def _sign_in_to_stay(client: Client, user: User) -> None:
    client.post("/account/login/", {"login": user.email, "password": PASSWORD, "stay": "on"})


def test_an_apprentice_who_asks_for_it_stays_signed_in_for_thirty_days(client: Client, stranger: User):
    _sign_in_to_stay(client, stranger)
    assert client.cookies["sessionid"]["max-age"] == 30 * 24 * 60 * 60
    assert _opens(client, timedelta(days=5))
    assert _opens(client, timedelta(days=29, hours=23))
    with clock.at(clock.now() + timedelta(days=30)):
        answer = client.get(PROFILE, follow=True)
    assert "every 30 days" in answer.content.decode()


def test_staff_who_ask_to_stay_are_signed_out_all_the_same(client: Client, assessor_membership: Membership):
    _sign_in_to_stay(client, assessor_membership.user)
    assert _opens(client, 29 * MINUTE)
    assert not _opens(client, (29 + 30) * MINUTE)


def test_who_does_not_ask_has_a_cookie_that_ends_with_the_browser(client: Client, stranger: User):
    sign_in(client, stranger)
    assert client.cookies["sessionid"]["max-age"] == ""


def test_a_device_that_stays_signed_in_is_asked_again_for_what_is_sensitive(client: Client, stranger: User):
    _sign_in_to_stay(client, stranger)
    with time_machine.travel(clock.now() + timedelta(days=5)):
        assert "reauthenticate" in client.get("/account/2fa/totp/activate/").headers["Location"]


def test_the_sign_in_page_says_why_and_brings_back(client: Client, stranger: User):
    sign_in(client, stranger)
    with clock.at(clock.now() + 3 * HOUR):
        response = client.get(PROFILE, follow=True)
    assert response.redirect_chain[0][0] == "/account/login/?next=%2Faccount%2Fprofile%2F"
    assert "because you had not done anything for 120 minutes" in response.content.decode()


def test_a_part_of_a_page_asked_for_after_the_end_makes_the_browser_leave_the_page(client: Client, stranger: User):
    sign_in(client, stranger)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/account/profile/"}
    with clock.at(clock.now() + 3 * HOUR):
        response = client.get(PROFILE, headers=headers)
    assert response.headers["HX-Redirect"] == "/account/login/?next=%2Faccount%2Fprofile%2F"


def test_an_ended_session_opens_public_pages_as_nobody(client: Client, stranger: User):
    sign_in(client, stranger)
    with clock.at(clock.now() + 3 * HOUR):
        page = client.get("/account/password/reset/").content.decode()
    assert stranger.name not in page


def test_a_session_that_does_not_say_when_it_began_is_over(client: Client, stranger: User):
    sign_in(client, stranger)
    session = client.session
    del session["signed_in_at"]
    session.save()
    assert client.get(PROFILE).status_code == 302


def test_most_requests_write_nothing(client: Client, stranger: User, django_assert_num_queries):
    sign_in(client, stranger)
    client.get("/account/acting/")
    with django_assert_num_queries(4) as asked:  # session, person, places; the navigation asks for own evidence
        client.get("/account/acting/")
    assert not [query for query in asked if not query["sql"].startswith("SELECT")]


def test_people_see_where_they_are_signed_in_and_end_the_rest(client: Client, stranger: User):
    elsewhere = Client()
    sign_in(elsewhere, stranger, HTTP_USER_AGENT="Mozilla/5.0 (Android 9) Firefox/99")
    sign_in(client, stranger)
    assert "Firefox on Android" in client.get("/account/sessions/").content.decode()
    client.post("/account/sessions/")
    assert elsewhere.get(PROFILE).status_code == 302
    assert client.get(PROFILE).status_code == 200
    assert UserSession.objects.filter(user=stranger).count() == 1


def test_a_session_that_began_elsewhere_than_on_the_page_is_listed_too(client: Client, stranger: User):
    client.force_login(stranger)
    client.get(PROFILE)
    assert UserSession.objects.get().user == stranger
