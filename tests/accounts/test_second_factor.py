"""The second step of signing in: who needs one, how it is set up, and that it cannot be walked round."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from accounts.models import Membership, User
from tests.accounts.conftest import sign_in
from tests.factories.accounts import PASSWORD
from tests.mail import delivered, link_in

pytestmark = pytest.mark.django_db
PROFILE = "/account/profile/"
SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105  (of a made-up person)


def assert_is_ours(page: str) -> None:
    """One heading, our frame, and nothing that the content security policy would block."""
    assert page.count("<h1") == 1
    assert "site-header" in page
    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r"\son\w+=", page)
    for tag in re.findall(r"<script[^>]*>", page):
        assert "src=" in tag or 'type="application/json"' in tag, tag


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def assessor(assessor_membership: Membership) -> User:
    return assessor_membership.user


@pytest.fixture
def careful(assessor: User) -> User:
    """An assessor with an authenticator app."""
    TOTP.activate(assessor, SECRET)
    RecoveryCodes.activate(assessor)
    return assessor


def test_members_are_sent_to_set_one_up_before_anything_else(client: Client, assessor: User, required: None):
    sign_in(client, assessor)
    for address in ("/", PROFILE, "/people/", "/account/sessions/", "/account/password/change/"):
        assert client.get(address).headers["Location"] == "/account/2fa/", address
    page = client.get("/account/2fa/").content.decode()
    assert "you need a second step" in page


def test_a_part_of_a_page_sends_the_browser_there_too(client: Client, assessor: User, required: None):
    sign_in(client, assessor)
    assert client.get(PROFILE, headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/account/2fa/"


def test_the_way_out_stays_open(client: Client, assessor: User, required: None):
    sign_in(client, assessor)
    client.post("/account/logout/")
    assert client.get(PROFILE).headers["Location"].startswith("/account/login/")


def test_apprentices_may_but_need_not(client: Client, stranger: User, required: None):
    sign_in(client, stranger)
    assert client.get(PROFILE).status_code == 200
    assert client.get("/account/2fa/totp/activate/").status_code == 200


def test_an_app_is_set_up_with_its_code_and_gives_recovery_codes(client: Client, assessor: User, required: None):
    elsewhere = Client()
    sign_in(elsewhere, assessor)
    sign_in(client, assessor)
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)[1]
    response = client.post("/account/2fa/totp/activate/", {"code": code_of(secret)}, follow=True)
    codes = re.findall(r"<code>(\d+)</code>", response.content.decode())
    assert len(codes) == 10
    assert client.get(PROFILE).status_code == 200
    assert elsewhere.get(PROFILE).headers["Location"].startswith("/account/login/")
    assert Authenticator.objects.filter(user=assessor, type=Authenticator.Type.TOTP).exists()


def test_a_password_alone_does_not_sign_in_whoever_has_one(client: Client, careful: User):
    sign_in(client, careful)
    assert client.get(PROFILE).headers["Location"].startswith("/account/login/")
    assert "Two-step sign-in" in client.get("/account/2fa/authenticate/").content.decode()


def test_a_code_signs_in_once(client: Client, careful: User, required: None):
    code = code_of(SECRET)
    for browser, opens in ((client, 200), (Client(), 302)):
        sign_in(browser, careful)
        browser.post("/account/2fa/authenticate/", {"code": code})
        assert browser.get(PROFILE).status_code == opens


def test_a_recovery_code_signs_in_once(client: Client, careful: User):
    code = Authenticator.objects.get(user=careful, type="recovery_codes").wrap().get_unused_codes()[0]
    for browser, opens in ((client, 200), (Client(), 302)):
        sign_in(browser, careful)
        browser.post("/account/2fa/authenticate/", {"code": code})
        assert browser.get(PROFILE).status_code == opens


def test_signing_in_can_be_stopped_at_the_second_step(client: Client, careful: User):
    sign_in(client, careful)
    response = client.post("/account/logout/", {"next": "/account/login/"}, follow=True)
    assert "Sign in" in response.content.decode()
    assert client.get("/account/2fa/authenticate/").status_code == 302


def test_a_reset_password_does_not_replace_the_second_step(client: Client, careful: User):
    client.post("/account/password/reset/", {"email": careful.email})
    link = link_in(delivered()[0], "/reset/key/")
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "an otter in the attic", "password2": "an otter in the attic"})
    client.post("/account/login/", {"login": careful.email, "password": "an otter in the attic"})
    assert client.get(PROFILE).status_code == 302


def test_a_removed_factor_is_missing_at_the_next_request(client: Client, careful: User, required: None):
    sign_in(client, careful)
    client.post("/account/2fa/authenticate/", {"code": code_of(SECRET)})
    assert client.get(PROFILE).status_code == 200
    Authenticator.objects.filter(user=careful).delete()
    # Nobody at the keyboard did it, so every session ended.
    assert client.get(PROFILE).headers["Location"].startswith("/account/login/")
    sign_in(client, careful)
    assert client.get(PROFILE).headers["Location"] == "/account/2fa/"


def test_removing_the_app_ends_other_sessions_and_keeps_this_one(client: Client, careful: User):
    other = Client()
    codes = Authenticator.objects.get(user=careful, type="recovery_codes").wrap().get_unused_codes()
    for browser, code in ((client, codes[0]), (other, codes[1])):
        sign_in(browser, careful)
        browser.post("/account/2fa/authenticate/", {"code": code})
    assert "Remove the authenticator app?" in client.get("/account/2fa/totp/deactivate/").content.decode()
    client.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=careful).exists()
    assert client.get(PROFILE).status_code == 200
    assert other.get(PROFILE).status_code == 302
    assert delivered()[-1].subject == "Craftmark: your authenticator app was removed"


def test_sign_in_data_asks_for_the_password_again_after_ten_minutes(client: Client, stranger: User):
    sign_in(client, stranger)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 601
    session["account_authentication_methods"] = session["account_authentication_methods"]
    session.save()
    response = client.get("/account/2fa/totp/activate/", follow=True)
    assert "Confirm it's you" in response.content.decode()
    response = client.post(response.redirect_chain[-1][0], {"password": PASSWORD})
    assert response.headers["Location"] == "/account/2fa/totp/activate/"


def test_changing_the_address_is_open_to_whoever_has_a_second_step(client: Client, careful: User):
    sign_in(client, careful)
    client.post("/account/2fa/authenticate/", {"code": code_of(SECRET)})
    client.post("/account/email/", {"action_add": "1", "email": "new@example.test"})
    assert delivered()[-1].to == ["new@example.test"]


PAGES = [
    "/account/2fa/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/generate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/2fa/reauthenticate/",
    "/account/reauthenticate/",
    "/account/email/",
    "/account/sessions/",
    "/account/logout/",
    "/account/password/change/",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_sign_in_page_is_ours_and_has_nothing_inline(client: Client, careful: User, address: str):
    sign_in(client, careful)
    client.post("/account/2fa/authenticate/", {"code": code_of(SECRET)})
    page = client.get(address).content.decode()
    assert_is_ours(page)


def test_the_second_step_itself_is_ours(client: Client, careful: User):
    sign_in(client, careful)
    assert_is_ours(client.get("/account/2fa/authenticate/").content.decode())


@pytest.mark.parametrize(
    "address",
    [
        "/account/login/",
        "/account/signup/",
        "/account/inactive/",
        "/account/confirm-email/",
        "/account/confirm-email/made-up/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/1-made-up/",
        "/account/password/reset/key/done/",
    ],
)
def test_every_page_before_sign_in_is_ours(client: Client, address: str):
    assert_is_ours(client.get(address).content.decode())


def test_recovery_codes_can_be_kept_as_a_file(client: Client, careful: User):
    sign_in(client, careful)
    client.post("/account/2fa/authenticate/", {"code": code_of(SECRET)})
    response = client.get("/account/2fa/recovery-codes/download/")
    assert response.headers["Content-Type"].startswith("text/plain")
    assert len(re.findall(r"^\d+$", response.content.decode(), re.MULTILINE)) == 10
