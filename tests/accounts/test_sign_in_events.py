"""What the record keeps of sign-in."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from accounts.models import User
from accounts.signals import NOBODY, address_hash
from audit.models import AccountEvent
from core import clock
from tests.accounts.conftest import sign_in
from tests.factories.accounts import PASSWORD
from tests.mail import delivered, link_in

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    return list(AccountEvent.objects.values_list("action", flat=True))


def test_signing_in_and_out_is_recorded(client: Client, stranger: User):
    sign_in(client, stranger)
    client.post("/account/logout/")
    assert actions() == ["session.began", "session.ended"]
    assert set(AccountEvent.objects.values_list("actor_person", "subject")) == {(stranger.pk, str(stranger.pk))}
    assert AccountEvent.objects.last().data == {"reason": "signed_out"}


@pytest.mark.parametrize("email", ["stranger@example.test", "nobody@example.test"])
def test_a_refused_sign_in_keeps_a_hash_and_no_address(client: Client, stranger: User, email: str):
    client.post("/account/login/", {"login": email, "password": "a guess at it"})
    entry = AccountEvent.objects.get()
    assert (entry.action, entry.actor_person, entry.subject) == ("sign_in.refused", None, str(NOBODY))
    assert entry.data == {"address_hash": address_hash(email)}
    assert "example" not in str(entry.data)


def test_a_session_that_ran_out_is_recorded_with_the_reason(client: Client, stranger: User):
    sign_in(client, stranger)
    with clock.at(clock.now() + timedelta(hours=3)):
        client.get("/account/profile/")
    assert AccountEvent.objects.last().data == {"reason": "idle"}


def test_a_changed_password_is_recorded_and_the_ended_sessions_counted(client: Client, stranger: User):
    sign_in(Client(), stranger)
    sign_in(client, stranger)
    new = {"oldpassword": PASSWORD, "password1": "an otter in the attic", "password2": "an otter in the attic"}
    client.post("/account/password/change/", new)
    assert actions()[2:] == ["password.changed", "session.ended"]
    assert AccountEvent.objects.last().data == {"reason": "password_changed", "count": 1}
    assert "otter" not in str(list(AccountEvent.objects.values()))


def test_without_an_entry_the_password_does_not_change(client: Client, stranger: User, monkeypatch):
    sign_in(client, stranger)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the record cannot be written")

    monkeypatch.setattr("audit.chain.note", broken)
    client.raise_request_exception = False
    new = {"oldpassword": PASSWORD, "password1": "an otter in the attic", "password2": "an otter in the attic"}
    assert client.post("/account/password/change/", new).status_code == 500
    stranger.refresh_from_db()
    assert stranger.check_password(PASSWORD)


def test_a_changed_address_is_recorded_without_it(client: Client, stranger: User):
    sign_in(client, stranger)
    client.post("/account/email/", {"action_add": "1", "email": "new@example.test"})
    client.post(link_in(delivered()[-1], "/confirm-email/"))
    entry = AccountEvent.objects.get(action="email.changed")
    assert entry.data == {"old_address_hash": address_hash("stranger@example.test")}
    stranger.refresh_from_db()
    assert (stranger.email, entry.fingerprint) == ("new@example.test", stranger.fingerprint())


def test_added_and_removed_factors_are_recorded(stranger: User):
    TOTP.activate(stranger, "JBSWY3DPEHPK3PXP")
    Authenticator.objects.filter(user=stranger).delete()
    assert actions() == ["second_factor.added", "second_factor.removed"]
    assert {entry.data["kind"] for entry in AccountEvent.objects.all()} == {"totp"}
    assert "JBSWY" not in str(list(AccountEvent.objects.values()))


def test_a_wrong_code_is_recorded(client: Client, stranger: User):
    TOTP.activate(stranger, "JBSWY3DPEHPK3PXP")
    sign_in(client, stranger)
    client.post("/account/2fa/authenticate/", {"code": "nothing"})
    assert actions()[-1] == "second_factor.refused"


def test_sessions_that_their_owner_ended_are_recorded(client: Client, stranger: User):
    sign_in(Client(), stranger)
    sign_in(client, stranger)
    client.post("/account/sessions/")
    assert AccountEvent.objects.last().data == {"reason": "ended_by_owner", "count": 1}
