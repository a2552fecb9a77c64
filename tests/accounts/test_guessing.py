"""Guessing passwords and codes: the guesser is stopped, the owner is not."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from accounts import workflow
from accounts.known_devices import COOKIE
from accounts.models import Organisation, Role, User
from tests.accounts.conftest import sign_in
from tests.accounts.soft_passkey import SoftPasskey
from tests.accounts.test_passkeys import PASSKEYS, data_of, handle_of
from tests.accounts.test_second_factor import SECRET, code_of
from tests.factories.accounts import PASSWORD, UserFactory
from tests.mail import delivered, link_in
from tests.world import acting

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
PROFILE = "/account/profile/"
NEW_PASSWORD = "an otter in the attic"  # noqa: S105  (of a made-up person)


def guess(email: str, times: int = 10, address: str = "203.0.113.9") -> str:
    """Guess at a password from an address of one's own. Returns the last answer."""
    browser = Client(REMOTE_ADDR=address)
    answers = [browser.post(LOGIN, {"login": email, "password": f"guess {number}"}) for number in range(times)]
    return answers[-1].content.decode()


def is_signed_in(browser: Client) -> bool:
    return browser.get(PROFILE).status_code == 200


def sign_out(browser: Client) -> None:
    browser.post("/account/logout/")


def test_the_eleventh_guess_in_five_minutes_is_not_even_checked(client: Client, stranger: User):
    guess(stranger.email)
    page = client.post(LOGIN, {"login": stranger.email, "password": PASSWORD}).content.decode()
    assert "Too many attempts" in page
    assert not is_signed_in(client)


def test_an_address_nobody_has_is_refused_in_the_same_words_after_ten_guesses(stranger: User):
    assert "Too many attempts" in guess(stranger.email, 11)
    assert "Too many attempts" in guess("nobody@example.test", 11)


def test_ten_wrong_guesses_do_not_lock_the_owner_out_of_a_device_they_signed_in_on(client: Client, stranger: User):
    sign_in(client, stranger)
    sign_out(client)
    guess(stranger.email, 20)
    sign_in(client, stranger)
    assert is_signed_in(client)


def test_a_hundred_guesses_from_a_college_do_not_lock_out_everybody_there(client: Client, stranger: User, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed": "12/5m/ip,10/5m/key"}
    sign_in(client, stranger, REMOTE_ADDR="198.51.100.7")
    sign_out(client)
    for number in range(2):
        guess(f"somebody-{number}@example.test", 10, address="198.51.100.7")
    assert "Too many attempts" in guess("somebody-else@example.test", 1, address="198.51.100.7")
    sign_in(client, stranger, REMOTE_ADDR="198.51.100.7")
    assert is_signed_in(client)


def test_a_whole_college_signs_in_from_one_address(stranger: User, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed": "12/5m/ip,10/5m/key"}
    for _person in range(40):
        browser = Client(REMOTE_ADDR="198.51.100.7")
        sign_in(browser, stranger)
    assert is_signed_in(browser)


def test_a_new_password_lets_the_owner_in_while_somebody_goes_on_guessing(stranger: User):
    guess(stranger.email, 11)
    browser = Client()
    browser.post("/account/password/reset/", {"email": stranger.email})
    link = link_in(delivered()[-1], "/reset/key/")
    form = browser.get(link, follow=True)
    browser.post(form.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    guess(stranger.email, 11)
    browser.post(LOGIN, {"login": stranger.email, "password": NEW_PASSWORD})
    assert is_signed_in(browser)


def test_resets_that_others_ask_for_do_not_keep_the_owner_from_one(client: Client, stranger: User):
    for _number in range(7):
        answer = client.post("/account/password/reset/", {"email": stranger.email})
        assert answer.status_code == 302
    assert len(delivered()) == 5
    link = link_in(delivered()[0], "/reset/key/")
    assert client.get(link, follow=True).status_code == 200


def test_a_passkey_lets_the_owner_in_while_somebody_goes_on_guessing(client: Client, stranger: User):
    sign_in(client, stranger)
    passkey = SoftPasskey()
    credential = passkey.created(data_of(client.get(PASSKEYS + "add/").content.decode())["creation_options"])
    client.post(PASSKEYS + "add/", {"name": "My laptop", "passwordless": "on", "credential": credential})
    guess(stranger.email, 11)
    browser = Client(REMOTE_ADDR="203.0.113.9")
    options = browser.get(PASSKEYS + "login/", headers={"Accept": "application/json"}).json()["request_options"]
    browser.post(PASSKEYS + "login/", {"credential": passkey.used(options, handle_of(stranger))})
    assert is_signed_in(browser)


def test_whoever_knows_the_password_cannot_lock_the_owner_out_with_wrong_codes(client: Client, stranger: User):
    sign_in(client, stranger)
    TOTP.activate(stranger, SECRET)
    RecoveryCodes.activate(stranger)
    sign_out(client)
    intruder = Client(REMOTE_ADDR="203.0.113.9")
    sign_in(intruder, stranger)
    for number in range(11):
        page = intruder.post("/account/2fa/authenticate/", {"code": f"{number:06}"}).content.decode()
    assert "Too many attempts" in page
    sign_in(client, stranger)
    client.post("/account/2fa/authenticate/", {"code": code_of(SECRET)})
    assert is_signed_in(client)


def test_guesses_from_elsewhere_do_not_stop_somebody_from_proving_who_they_are(client: Client, stranger: User):
    sign_in(client, stranger)
    del client.cookies[COOKIE]
    guess(stranger.email, 11)
    response = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": PROFILE})
    assert response.headers["Location"] == PROFILE


def test_a_known_device_has_ten_tries_of_its_own_and_no_more(client: Client, stranger: User):
    sign_in(client, stranger)
    sign_out(client)
    for number in range(10):
        client.post(LOGIN, {"login": stranger.email, "password": f"guess {number}"})
    sign_in(client, stranger)
    assert not is_signed_in(client)


def test_a_device_is_known_for_those_alone_who_signed_in_on_it(client: Client, stranger: User):
    other = UserFactory()
    sign_in(client, stranger)
    sign_out(client)
    guess(other.email)
    sign_in(client, other)
    assert not is_signed_in(client)


def test_two_people_who_share_a_device_are_both_known_on_it(client: Client, stranger: User):
    other = UserFactory()
    for person in (stranger, other):
        sign_in(client, person)
        sign_out(client)
        guess(person.email)
    for person in (stranger, other):
        sign_in(client, person)
        assert is_signed_in(client)
        sign_out(client)


def test_a_new_password_makes_other_devices_strange_again(client: Client, stranger: User):
    thief = Client()
    sign_in(thief, stranger)
    sign_in(client, stranger)
    change = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/account/password/change/", change)
    sign_out(client)
    guess(stranger.email)
    for browser, gets_in in ((thief, False), (client, True)):
        browser.post(LOGIN, {"login": stranger.email, "password": NEW_PASSWORD})
        assert is_signed_in(browser) is gets_in


def test_a_device_where_an_invitation_was_taken_up_is_known(client: Client, provider: Organisation, admin: User):
    link = workflow.invite(provider, "new@example.test", "New", Role.ASSESSOR, acting(admin)).link
    client.post(link, {"password": NEW_PASSWORD, "password_again": NEW_PASSWORD})
    guess("new@example.test")
    client.post(LOGIN, {"login": "new@example.test", "password": NEW_PASSWORD})
    assert is_signed_in(client)


@pytest.mark.parametrize("value", ["x", "....", "a:b:c.d:e:f", "\\x00", "é" * 3000])
def test_a_made_up_cookie_makes_no_device_known_and_breaks_nothing(client: Client, stranger: User, value: str):
    client.cookies[COOKIE] = value
    guess(stranger.email)
    page = client.post(LOGIN, {"login": stranger.email, "password": PASSWORD}).content.decode()
    assert "Too many attempts" in page


def test_the_cookie_of_a_known_device_gives_no_access_and_is_closed_to_scripts(client: Client, stranger: User):
    sign_in(client, stranger)
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    browser = Client()
    browser.cookies[COOKIE] = cookie.value
    assert not is_signed_in(browser)
