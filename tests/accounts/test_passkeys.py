"""Passkeys: adding one, signing in with it alone or as the second step, and taking it away."""

import json
import re

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import Membership, User
from tests.accounts.conftest import sign_in
from tests.accounts.soft_passkey import SoftPasskey
from tests.accounts.test_second_factor import assert_is_ours
from tests.mail import delivered

pytestmark = pytest.mark.django_db
PROFILE = "/account/profile/"
PASSKEYS = "/account/2fa/webauthn/"


def data_of(page: str) -> dict:
    """What the page hands to its script."""
    return json.loads(re.search(r'<script id="passkey-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])


def handle_of(user: User) -> bytes:
    return user_pk_to_url_str(user).encode()


@pytest.fixture
def assessor(assessor_membership: Membership, settings) -> User:
    settings.SECOND_FACTOR_REQUIRED = True
    return assessor_membership.user


@pytest.fixture
def passkey(client: Client, assessor: User) -> SoftPasskey:
    """The assessor's passkey, which signs in without a password; `client` is signed in."""
    passkey = SoftPasskey()
    sign_in(client, assessor)
    page = client.get(PASSKEYS + "add/").content.decode()
    assert_is_ours(page)
    credential = passkey.created(data_of(page)["creation_options"])
    client.post(PASSKEYS + "add/", {"name": "My laptop", "passwordless": "on", "credential": credential})
    return passkey


def test_a_passkey_is_a_second_step(client: Client, passkey: SoftPasskey):
    assert client.get(PROFILE).status_code == 200
    assert "My laptop" in client.get(PASSKEYS).content.decode()
    assert Authenticator.objects.filter(type="recovery_codes").exists()
    assert delivered()[-1].subject == "Craftmark: a passkey was added"


def test_a_passkey_signs_in_alone(passkey: SoftPasskey, assessor: User):
    browser = Client()
    options = browser.get(PASSKEYS + "login/", headers={"Accept": "application/json"}).json()["request_options"]
    browser.post(PASSKEYS + "login/", {"credential": passkey.used(options, handle_of(assessor))})
    assert browser.get(PROFILE).status_code == 200


def test_a_passkey_answers_after_the_password(passkey: SoftPasskey, assessor: User):
    browser = Client()
    sign_in(browser, assessor)
    assert browser.get(PROFILE).status_code == 302
    options = data_of(browser.get("/account/2fa/authenticate/").content.decode())["request_options"]
    browser.post("/account/2fa/authenticate/", {"credential": passkey.used(options, handle_of(assessor))})
    assert browser.get(PROFILE).status_code == 200


def test_another_passkey_does_not_sign_in(passkey: SoftPasskey, assessor: User):
    browser = Client()
    options = browser.get(PASSKEYS + "login/", headers={"Accept": "application/json"}).json()["request_options"]
    forged = SoftPasskey(id=passkey.id).used(options, handle_of(assessor))
    browser.post(PASSKEYS + "login/", {"credential": forged})
    assert browser.get(PROFILE).status_code == 302


NONSENSE = [
    "",
    "{}",
    "[]",
    "1",
    "nonsense",
    '{"id": 1}',
    '{"id": "a", "rawId": "a", "response": {}}',
    '{"id": "\\u0000"}',
]


@pytest.mark.parametrize("credential", NONSENSE)
def test_nonsense_is_refused_and_breaks_nothing(client: Client, credential: str, assessor: User):
    response = client.post(PASSKEYS + "login/", {"credential": credential})
    assert response.status_code == 302
    sign_in(client, assessor)
    client.get(PASSKEYS + "add/")
    response = client.post(PASSKEYS + "add/", {"name": "x", "credential": credential})
    assert response.status_code == 200
    assert not Authenticator.objects.exists()


def test_it_can_prove_identity_again(client: Client, passkey: SoftPasskey, assessor: User):
    page = client.get(PASSKEYS + "reauthenticate/?next=/account/2fa/").content.decode()
    assert_is_ours(page)
    credential = passkey.used(data_of(page)["request_options"], handle_of(assessor))
    response = client.post(PASSKEYS + "reauthenticate/", {"credential": credential, "next": "/account/2fa/"})
    assert response.headers["Location"] == "/account/2fa/"


def test_its_owner_renames_it(client: Client, passkey: SoftPasskey):
    key = Authenticator.objects.get(type="webauthn")
    assert_is_ours(client.get(f"{PASSKEYS}keys/{key.pk}/edit/").content.decode())
    client.post(f"{PASSKEYS}keys/{key.pk}/edit/", {"name": "Old laptop"})
    assert "Old laptop" in client.get(PASSKEYS).content.decode()


def test_taking_it_away_asks_first_and_sends_staff_to_set_up_another(client: Client, passkey: SoftPasskey):
    key = Authenticator.objects.get(type="webauthn")
    assert_is_ours(client.get(f"{PASSKEYS}keys/{key.pk}/remove/").content.decode())
    assert Authenticator.objects.filter(type="webauthn").exists()
    client.post(f"{PASSKEYS}keys/{key.pk}/remove/")
    assert not Authenticator.objects.exists()
    assert client.get(PROFILE).headers["Location"] == "/account/2fa/"


def test_nobody_touches_the_passkey_of_another(passkey: SoftPasskey, stranger: User):
    browser = Client()
    sign_in(browser, stranger)
    key = Authenticator.objects.get(type="webauthn")
    for act in ("edit", "remove"):
        assert browser.get(f"{PASSKEYS}keys/{key.pk}/{act}/").status_code == 404
        assert browser.post(f"{PASSKEYS}keys/{key.pk}/{act}/", {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.filter(type="webauthn").exists()
