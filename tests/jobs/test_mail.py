"""Mail while the mail server is there and while it is away: kept with its change, tried again, sent once, shown."""

import json
import socket
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.test import Client
from django_tasks_db.models import DBTaskResult

from accounts import workflow
from accounts.mail import TrackedMessage
from accounts.models import Role
from core import clock
from jobs import retrying
from jobs.mail import TEXT_LASTS, forget_texts, send_mail
from jobs.models import Mail
from jobs.queue import MOST_TRIES
from jobs.working import work_off
from tests.accounts.conftest import sign_in
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.jobs.mail_server import mail_server
from tests.mail import delivered
from tests.world import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def port(settings) -> int:
    """A port of this machine on which no mail server listens, and the site told to use it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = probe.getsockname()[1]
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    return settings.EMAIL_PORT


def send() -> None:
    TrackedMessage("Hello", "https://site.test/invitations/secret/", ["ann@example.test"], about=None).send()


def try_now() -> Mail:
    """Let the mail's next try come, and return how the mail stands afterwards."""
    DBTaskResult.objects.filter(status="READY").update(run_after=clock.now())
    work_off()
    return Mail.objects.select_related("job").get()


def test_asking_for_a_new_password_while_the_mail_server_is_away_is_no_error(client: Client, port: int):
    person = UserFactory()
    answer = client.post("/account/password/reset/", {"email": person.email})
    assert answer.status_code == 302
    mail = try_now()
    assert mail.state == Mail.State.DELAYED
    assert mail.next_try_at > clock.now()
    with mail_server(port) as received:
        assert try_now().state == Mail.State.SENT
    assert f"To: {person.email}" in received[0]
    assert "/account/password/reset/key/" in received[0]


def test_a_mail_that_is_never_taken_is_shown_as_not_sent(port: int):
    send()
    states = [try_now().state for _try in range(MOST_TRIES)]
    assert states == [Mail.State.DELAYED] * (MOST_TRIES - 1) + [Mail.State.FAILED]


def test_the_operator_has_failed_mail_sent_once_the_mail_server_is_back(port: int):
    send()
    for _try in range(MOST_TRIES):
        try_now()
    retrying.retry(DBTaskResult.objects.all())
    with mail_server(port) as received:
        assert try_now().state == Mail.State.SENT
    assert len(received) == 1


def test_a_change_that_is_rolled_back_sends_nothing():
    with transaction.atomic():
        send()
        transaction.set_rollback(True)
    assert not delivered()


def test_a_link_in_a_mail_can_be_read_nowhere_in_the_database():
    send()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM jobs_mail")
        kept = cursor.fetchall()
    kept += list(DBTaskResult.objects.values_list())
    for secret in ("secret", "ann@example.test", "Hello"):
        assert not any(
            secret in str(bytes(value) if isinstance(value, memoryview) else value) for row in kept for value in row
        )


def test_the_text_of_a_mail_goes_once_it_is_sent_and_after_three_days_if_it_never_is(port: int):
    send()
    with mail_server(port):
        assert not bytes(try_now().sealed_text)
    Mail.objects.all().delete()
    send()
    forget_texts()
    assert bytes(Mail.objects.get().sealed_text)
    with clock.at(clock.now() + TEXT_LASTS + timedelta(hours=1)):
        forget_texts()
    mail = try_now()
    assert not bytes(mail.sealed_text)
    assert mail.state == Mail.State.DELAYED
    assert retrying.fault_of(mail.job) == "TextGone"


def test_a_mail_is_read_with_an_older_secret_that_is_still_accepted(settings):
    send()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "y" * 60
    assert [message.to for message in delivered()] == [["ann@example.test"]]


def test_a_job_that_runs_twice_sends_one_mail():
    send()
    (job,) = DBTaskResult.objects.all()
    for _time in range(2):
        send_mail.func(*job.args_kwargs["args"])
    assert len(django_mail.outbox) == 1


def test_a_later_mail_about_the_same_thing_takes_the_place_of_one_that_was_not_sent():
    about = uuid4()
    for text in ("first", "second"):
        TrackedMessage("Hello", text, ["a@example.test"], about=about).send()
    assert [message.body for message in delivered()] == ["second"]
    assert Mail.objects.about([about])[about].state == Mail.State.SENT


def test_what_a_job_could_not_send_whole_is_refused_at_once():
    message = EmailMessage("Hello", "Text", to=["a@example.test"], bcc=["b@example.test"])
    with pytest.raises(ValueError, match="plain text for one reader"):
        message.send()


def test_the_job_of_a_mail_holds_an_id_alone():
    send()
    assert json.dumps(DBTaskResult.objects.get().args_kwargs) == json.dumps(
        {"args": [str(Mail.objects.get().pk)], "kwargs": {}}
    )


# What people are told -------------------------------------------------------------------------------------------------
def state_on(client: Client, page: str) -> str:
    """What a page says about the mail that was just asked for."""
    return client.get(page).content.decode().split('data-mail="')[1].split('"')[0]


RESET_DONE = "/account/password/reset/done/"


def test_a_reset_that_did_not_go_is_not_said_to_be_on_its_way(client: Client, port: int):
    for email in (UserFactory().email, "nobody@example.test"):
        Mail.objects.all().delete()
        client.post("/account/password/reset/", {"email": email})
        states = [state_on(client, RESET_DONE)]
        for _try in range(MOST_TRIES):
            try_now()
            states.append(state_on(client, RESET_DONE))
        assert states == ["waiting", *["delayed"] * (MOST_TRIES - 1), "failed"]
        assert "could not send the email" in client.get(RESET_DONE).content.decode()
    assert 'data-mail=""' in Client().get(RESET_DONE).content.decode()


def test_the_list_of_invitations_says_whether_the_mail_has_gone(client: Client, port: int):
    admin = MembershipFactory(admin=True).user
    client.force_login(admin)
    invitation = workflow.invite(admin.memberships.get().organisation, "a@example.test", "Ann", Role.IQA, acting(admin))
    assert state_on(client, "/people/") == "waiting"
    for _try in range(MOST_TRIES):
        try_now()
    assert state_on(client, "/people/") == "failed"
    client.post(f"/people/invitations/{invitation.pk}/resend/")
    with mail_server(port) as received:
        assert try_now().state == Mail.State.SENT
    assert state_on(client, "/people/") == "sent"
    assert len(received) == 1


def test_a_change_of_address_says_whether_the_link_has_gone(client: Client, port: int):
    person = UserFactory()
    sign_in(client, person)
    client.post("/account/email/", {"action_add": "1", "email": "new@example.test"})
    try_now()
    assert state_on(client, "/account/email/") == "delayed"


def test_links_in_mail_lead_to_the_port_that_the_page_came_from(client: Client):
    person = UserFactory()
    client.post("/account/password/reset/", {"email": person.email}, headers={"Host": "localhost:9123"})
    assert "http://localhost:9123/account/password/reset/key/" in delivered()[0].body
