"""Signing in: who gets in, and what the answers give away."""

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import sign_in
from tests.factories.accounts import PASSWORD, UserFactory
from tests.mail import delivered, link_in

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


def test_a_page_asks_for_a_sign_in_first_and_comes_back_to_what_was_wanted(client: Client, stranger: User):
    response = client.get("/account/profile/?a=b")
    assert response.headers["Location"] == "/account/login/?next=%2Faccount%2Fprofile%2F%3Fa%3Db"
    response = client.post(response.headers["Location"], {"login": stranger.email, "password": PASSWORD})
    assert response.headers["Location"] == "/account/profile/?a=b"


def test_a_part_of_a_page_that_needs_a_sign_in_makes_the_browser_leave_the_page(client: Client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?page=2"}
    response = client.get("/account/profile/", headers=headers)
    assert response.status_code == 200
    assert response.headers["HX-Redirect"] == "/account/login/?next=%2Fpeople%2F%3Fpage%3D2"


def test_a_form_sent_without_a_sign_in_comes_back_to_its_page_and_not_to_where_it_went(client: Client):
    response = client.post("/people/invite/", headers={"Referer": "http://testserver/people/invite/"})
    assert response.headers["Location"] == "/account/login/?next=%2Fpeople%2Finvite%2F"


def test_a_form_from_another_site_is_not_come_back_to(client: Client):
    response = client.post("/people/invite/", headers={"Referer": "https://evil.test/people/"})
    assert response.headers["Location"] == "/account/login/"


@pytest.mark.parametrize("away", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"])
def test_signing_in_stays_on_this_site(client: Client, stranger: User, away: str):
    response = client.post(LOGIN, {"login": stranger.email, "password": PASSWORD, "next": away})
    assert response.headers["Location"] == "/"


def test_an_address_is_typed_in_any_case(client: Client, stranger: User):
    client.post(LOGIN, {"login": stranger.email.upper(), "password": PASSWORD})
    assert client.get("/account/profile/").status_code == 200


def _refusal(client: Client, email: str) -> str:
    page = client.post(LOGIN, {"login": email, "password": "not the right one"}).content.decode()
    return page.replace(email, "ADDRESS").split("<main")[1].split("csrfmiddlewaretoken")[0]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client, stranger: User):
    invited = UserFactory(password=None)
    known = _refusal(client, stranger.email)
    assert "or password is not right" in known
    assert known == _refusal(client, "nobody@example.test") == _refusal(client, invited.email)


def test_a_reset_looks_the_same_for_a_known_and_an_unknown_address(client: Client, stranger: User):
    answers = [
        client.post("/account/password/reset/", {"email": email}, follow=True).content.decode().split("<main")[1]
        for email in (stranger.email, "nobody@example.test")
    ]
    assert answers[0] == answers[1]
    assert [message.to for message in delivered()] == [[stranger.email], ["nobody@example.test"]]
    assert "/account/password/reset/key/" in delivered()[0].body
    assert "there is no account" in delivered()[1].body
    assert "signup" not in delivered()[1].body


def test_a_closed_account_is_told_only_to_who_knows_its_password(client: Client, stranger: User):
    stranger.is_active = False
    stranger.save()
    assert "or password is not right" in _refusal(client, stranger.email)
    response = client.post(LOGIN, {"login": stranger.email, "password": PASSWORD}, follow=True)
    assert "This account is closed" in response.content.decode()
    assert client.get("/account/profile/").status_code == 302


def test_the_session_key_changes_at_sign_in_and_at_sign_out(client: Client, stranger: User):
    client.get(LOGIN)
    session = client.session
    session["before"] = "x"
    session.save()
    before = session.session_key
    sign_in(client, stranger)
    during = client.session.session_key
    client.post("/account/logout/")
    assert before != during
    assert client.session.session_key != during
    assert client.get("/account/profile/").status_code == 302


def test_opening_the_sign_out_page_signs_nobody_out(client: Client, stranger: User):
    sign_in(client, stranger)
    assert "Sign out?" in client.get("/account/logout/").content.decode()
    assert client.get("/account/profile/").status_code == 200


def test_nobody_signs_up_by_themself(client: Client):
    page = client.get("/account/signup/").content.decode()
    assert "You need an invitation to join" in page
    client.post("/account/signup/", {"email": "me@example.test", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.exists()


def test_a_reset_link_works_once_and_ends_every_session(client: Client, stranger: User):
    elsewhere = Client()
    sign_in(elsewhere, stranger)
    client.post("/account/password/reset/", {"email": stranger.email})
    link = link_in(delivered()[0], "/reset/key/")
    form = client.get(link, follow=True)
    new = {"password1": "an otter in the attic", "password2": "an otter in the attic"}
    done = client.post(form.redirect_chain[-1][0], new, follow=True)
    assert "Your password has been changed" in done.content.decode()
    assert elsewhere.get("/account/profile/").status_code == 302
    assert "no longer works" in Client().get(link, follow=True).content.decode()
    stranger.refresh_from_db()
    assert stranger.check_password("an otter in the attic")
    assert "was reset using a link" in delivered()[-1].body


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(client: Client, stranger: User):
    elsewhere = Client()
    sign_in(elsewhere, stranger)
    sign_in(client, stranger)
    before = client.session.session_key
    new = {"oldpassword": PASSWORD, "password1": "an otter in the attic", "password2": "an otter in the attic"}
    client.post("/account/password/change/", new)
    assert client.get("/account/profile/").status_code == 200
    assert client.session.session_key != before
    assert elsewhere.get("/account/profile/").status_code == 302


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short words", "12 characters"),
        ("password1234", "too common"),
        ("craftmark-stranger", "too like"),
        ("stranger1234567", "too like"),
    ],
)
def test_weak_passwords_are_refused(client: Client, stranger: User, password: str, reason: str):
    sign_in(client, stranger)
    change = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    page = client.post("/account/password/change/", change).content.decode()
    stranger.refresh_from_db()
    assert reason in page
    assert stranger.check_password(PASSWORD)


def test_a_password_of_128_characters_with_spaces_at_its_ends_is_kept_as_typed(client: Client, stranger: User):
    long = " " + "blue otter " * 11 + "ends      "
    sign_in(client, stranger)
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": long, "password2": long})
    stranger.refresh_from_db()
    assert len(long) >= 128
    assert stranger.check_password(long)


def test_an_address_changes_only_by_the_mailed_button_and_the_old_one_is_told(client: Client, stranger: User):
    sign_in(client, stranger)
    client.post("/account/email/", {"action_add": "1", "email": "new@example.test"})
    stranger.refresh_from_db()
    assert stranger.email == "stranger@example.test"
    link = link_in(delivered()[-1], "/confirm-email/")
    assert "Is this your email address?" in client.get(link).content.decode()
    stranger.refresh_from_db()
    assert stranger.email == "stranger@example.test"
    client.post(link)
    stranger.refresh_from_db()
    assert stranger.email == "new@example.test"
    assert delivered()[-1].to == ["stranger@example.test"]
    assert "new@example.test" in delivered()[-1].body


def test_an_address_of_somebody_else_is_asked_for_in_the_same_words_and_never_given(client: Client, stranger: User):
    other = UserFactory(verified=False)
    sign_in(client, stranger)
    page = client.post("/account/email/", {"action_add": "1", "email": other.email}, follow=True).content.decode()
    assert f"We are sending a link to {other.email}." in page
    link = link_in(delivered()[-1], "/confirm-email/")
    client.post(link)
    stranger.refresh_from_db()
    assert stranger.email == "stranger@example.test"


def test_mail_about_accounts_is_plain_and_says_nothing_of_sites_or_sign_up(client: Client, stranger: User):
    client.post("/account/password/reset/", {"email": stranger.email})
    message = delivered()[0]
    assert message.subject == "Craftmark: reset your password"
    assert message.message().get_content_type() == "text/plain"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "example.com" not in message.body
