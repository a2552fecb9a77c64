"""The pages of people with no account: opening them does nothing, and they say no more than they must."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from assessments import workflow as assessing
from audit.models import Entry
from core import clock
from occupations.models import Ksb
from portfolios import workflow as collecting
from portfolios.processing.preparing import prepare
from signing import workflow as signing
from signing.models import Link, Signature
from tests.factories.files import make_png
from tests.signing.people import (
    SAID,
    ask_employer,
    ask_witness,
    contact_at,
    link_of,
    page,
    receipt_page,
    shown_on,
    sign,
    token_for,
)
from tests.world import OWN_WORK, World, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(world: World) -> str:
    return token_for(ask_witness(world))


def state(world: World) -> tuple:
    return list(Link.objects.values()), list(Signature.objects.values()), Entry.objects.count()


def post(client: Client, token: str, act: str, **sent: str):
    return client.post(page(token, act), sent)


def with_photo(world: World):
    """A piece that was sent, with a photo that is ready, and one that is another piece's."""
    piece = world.draft("K1")
    file = collecting.add_file(piece.pk, acting(world.apprentice), make_png())
    prepare(file.pk)
    return assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK), file


# Opening --------------------------------------------------------------------------------------------------------------
def test_a_scanner_that_opens_everything_changes_nothing(world: World, client: Client, token: str):
    for started in (False, True):
        if started:
            signing.start(token)
        before = state(world)
        for _ in range(5):
            assert client.get(page(token)).status_code == 200
            assert client.head(page(token)).status_code == 200
            for act in ("link-start", "link-sign", "link-decline", "link-later", "link-pass-on"):
                assert client.get(page(token, act)).status_code == 405
                assert client.head(page(token, act)).status_code == 405
        assert state(world) == before


def test_the_receipt_changes_nothing_when_it_is_opened(world: World, client: Client, token: str):
    made = sign(token)
    before = state(world)
    for _ in range(3):
        answer = client.get(receipt_page(made))
    assert answer.status_code == 200
    assert made.reference in answer.content.decode()
    assert state(world) == before


def test_nothing_of_the_work_is_shown_before_start(world: World, client: Client, token: str):
    content = client.get(page(token)).content.decode()
    assert "Apprentice" in content
    for secret in ("Advert for a driver", "two job boards", "Statement of K1"):
        assert secret not in content
    post(client, token, "link-start")
    content = client.get(page(token)).content.decode()
    for shown in ("Advert for a driver", "two job boards", "Statement of K1"):
        assert shown in content


def test_these_pages_keep_no_session_run_no_script_and_tell_nobody_their_address(
    world: World, client: Client, token: str
):
    made = None
    for started in (False, True):
        if started:
            signing.start(token)
        answer = client.get(page(token))
        assert set(answer.cookies) <= {"csrftoken"}
        assert b"<script" not in answer.content
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "script-src" not in answer["Content-Security-Policy"]
        assert answer["Referrer-Policy"] == "strict-origin"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
    made = sign(token)
    assert set(client.get(receipt_page(made)).cookies) <= {"csrftoken"}


def test_every_link_that_does_not_work_gets_the_same_answer(world: World, client: Client):
    tokens = {}
    for what in ("used", "withdrawn", "expired", "declined", "passed on"):
        verification = ask_witness(world, world.submitted("K1", title=what))
        tokens[what] = token_for(verification)
        if what == "used":
            sign(tokens[what])
        elif what == "withdrawn":
            signing.revoke(link_of(verification).pk, acting(world.assessor))
        elif what == "declined":
            signing.decline(tokens[what], reason="I was away.")
        elif what == "passed on":
            assessing.pass_on(tokens[what], name="Nina Newcomer", email="nina@example.test")
        else:
            Link.objects.filter(about=verification.pk).update(expires_at=clock.now() - timedelta(days=1))
    answers = {(client.get(page(one)).status_code, client.get(page(one)).content) for one in tokens.values()}
    answers.add((404, client.get(page("nobody-was-ever-sent-this")).content))
    assert len(answers) == 1
    starts = {post(client, one, "link-start").content for one in [*tokens.values(), "nobody-was-ever-sent-this"]}
    assert len(starts) == 1


def test_guessing_links_has_a_limit(world: World, client: Client, token: str):
    answers = [client.get(page(f"guess-{number}")).status_code for number in range(65)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert client.get(page(token)).status_code == 200


# Answering ------------------------------------------------------------------------------------------------------------
def test_a_witness_confirms_and_gets_a_receipt(world: World, client: Client, token: str):
    post(client, token, "link-start")
    sent = SAID | {"comment": "It was a busy day.", "shown": shown_on(client, token)}
    answer = post(client, token, "link-sign", **sent)
    made = Signature.objects.get()
    assert answer.status_code == 302
    assert answer.url == receipt_page(made)
    receipt = client.get(answer.url).content.decode()
    for shown in (made.reference, "It was a busy day.", "Wanda Witness", "Shift manager"):
        assert shown in receipt
    again = post(client, token, "link-sign", **sent)
    assert (again.status_code, again.url) == (302, answer.url)
    assert Signature.objects.count() == 1


@pytest.mark.parametrize("ask", [ask_witness, ask_employer])
def test_the_lines_of_a_ksb_stay_lines_for_whoever_signs(world: World, client: Client, ask):
    Ksb.objects.filter(code="B1").update(statement="Uses research:\n\uf0b7 <own>\n- others’")
    token = token_for(ask(world))
    post(client, token, "link-start")
    assert "Uses research:<br>• &lt;own&gt;<br>- others’" in client.get(page(token)).content.decode()


def test_the_button_says_what_is_confirmed(world: World, client: Client, token: str):
    signing.start(token)
    statement = Link.objects.get().content["statement"]
    assert f'type="submit">{statement}</button>' in client.get(page(token)).content.decode()


def test_a_field_that_did_not_arrive_is_no_answer(world: World, client: Client, token: str):
    signing.start(token)
    shown = shown_on(client, token)
    for missing in ("name", "role", "comment", "shown"):
        sent = SAID | {"comment": "", "shown": shown}
        sent.pop(missing)
        assert post(client, token, "link-sign", **sent).status_code == 422
    assert post(client, token, "link-decline").status_code == 422
    assert post(client, token, "link-pass-on", name="Nina").status_code == 422
    assert not Signature.objects.exists()


def test_a_body_that_was_cut_off_is_no_answer(world: World, client: Client, token: str):
    signing.start(token)
    body = f'--cut\r\nContent-Disposition: form-data; name="shown"\r\n\r\n{shown_on(client, token)}\r\n--cut\r\n'
    answer = client.generic(
        "POST", page(token, "link-sign"), body.encode(), content_type="multipart/form-data; boundary=cut"
    )
    assert answer.status_code == 400
    assert not Signature.objects.exists()


def test_an_edit_in_between_is_shown_and_nothing_that_was_typed_is_lost(world: World, client: Client):
    submission = world.submitted("K1")
    token = token_for(ask_witness(world, submission))
    signing.start(token)
    shown = shown_on(client, token)
    assessing.take_back(submission.pk, acting(world.apprentice))
    answer = post(client, token, "link-sign", **SAID, comment="I saw it.", shown=shown)
    content = answer.content.decode()
    assert answer.status_code == 409
    assert "Something has changed since this was sent to you" in content
    assert "I saw it." in content
    assert not Signature.objects.exists()
    again = content.split('name="shown" value="')[1].split('"')[0]
    assert post(client, token, "link-sign", **SAID, comment="I saw it.", shown=again).status_code == 302


@pytest.mark.parametrize("typed", ["So far. " * 300, "So\0far"], ids=["too long", "a NUL"])
def test_what_cannot_be_kept_for_later_is_said_and_shown_and_what_was_kept_stays(
    world: World, client: Client, token: str, typed: str
):
    """Seen: “We kept what you typed”, and nothing of it was kept."""
    signing.start(token)
    post(client, token, "link-later", name="Wanda Witness", role="", comment="So far.")
    answer = post(client, token, "link-later", name="Wanda Witness", role="Manager", comment=typed)
    assert answer.status_code == 422
    assert 'value="Manager"' in answer.content.decode()
    assert Link.objects.get().kept == {"name": "Wanda Witness", "role": "", "comment": "So far."}


def test_what_was_typed_is_there_when_somebody_finishes_later(world: World, client: Client, token: str):
    signing.start(token)
    answer = post(client, token, "link-later", name="Wanda Witness", role="", comment="So far.")
    assert answer.status_code == 302
    assert "Nothing has been confirmed yet" in client.get(answer.url).content.decode()
    content = Client().get(page(token)).content.decode()
    assert "So far." in content
    assert "Wanda Witness" in content


def test_somebody_declines_with_a_reason(world: World, client: Client, token: str):
    signing.start(token)
    assert post(client, token, "link-decline", reason=" ").status_code == 422
    answer = post(client, token, "link-decline", reason="I was away.")
    assert client.get(answer.url).status_code == 200
    assert client.get(page(token)).status_code == 404


def test_somebody_passes_it_on(world: World, client: Client, token: str):
    signing.start(token)
    assert post(client, token, "link-pass-on", name="Me", email="apprentice@example.test").status_code == 422
    answer = post(client, token, "link-pass-on", name="Nina Newcomer", email="nina@example.test")
    assert answer.status_code == 302
    assert Link.objects.latest("asked_at").name == "Nina Newcomer"


def test_an_employer_passes_it_on_to_another_contact(world: World, client: Client):
    verification = ask_employer(world)
    token = token_for(verification)
    signing.start(token)
    assert "you are the only one" in client.get(page(token)).content.decode()
    other = contact_at(world, email="colin@example.test", name="Colin Colleague")
    assert "Colin Colleague" in client.get(page(token)).content.decode()
    assert post(client, token, "link-pass-on", contact="no-such").status_code == 422
    assert post(client, token, "link-pass-on", contact=str(other.pk)).status_code == 302
    assert link_of(verification).email == other.email


def test_this_was_not_me_is_seen_by_the_provider_and_iqa(world: World, client: Client):
    verification = ask_witness(world)
    made = sign(token_for(verification))
    assert client.get(receipt_page(made) + "not-me/").status_code == 405
    answer = client.post(receipt_page(made) + "not-me/")
    assert "You told us that this was not you" in client.get(answer.url).content.decode()
    for who in (world.admin, world.iqa):
        client.force_login(who)
        content = client.get(reverse("pages:verification", args=[verification.pk])).content.decode()
        assert "says that they did not confirm this" in content
        assert "said that a confirmation was not made by them" in client.get(reverse("pages:record")).content.decode()


# Files ----------------------------------------------------------------------------------------------------------------
def test_the_files_of_the_snapshot_open_once_somebody_has_started_and_only_they(world: World, client: Client):
    other = with_photo(world)[1]
    submission, file = with_photo(world)
    token = token_for(ask_witness(world, submission))
    assert client.get(page(token, "link-file", file_id=file.pk)).status_code == 404
    signing.start(token)
    for _ in range(2):
        answer = client.get(page(token, "link-file", file_id=file.pk))
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get(page(token, "link-file", file_id=other.pk)).status_code == 404
    opened = Entry.objects.filter(action="evidence_file.opened")
    assert [(str(one.subject), one.actor_link) for one in opened] == [(str(file.pk), Link.objects.get().pk)]
    sign(token)
    assert client.get(page(token, "link-file", file_id=file.pk)).status_code == 404


# Who asks -------------------------------------------------------------------------------------------------------------
def test_the_apprentice_asks_from_the_piece_and_sees_what_becomes_of_it(world: World, client: Client):
    submission = world.submitted("K1")
    client.force_login(world.apprentice)
    piece = reverse("pages:evidence", args=[submission.evidence_id])
    ask = reverse("pages:ask-testimony", args=[submission.pk])
    assert ask in client.get(piece).content.decode()
    form = client.get(ask).content.decode()
    token = form.split('name="token" value="')[1].split('"')[0]
    sent = {"token": token, "kind": "witness", "name": "Wanda Witness", "email": "wanda.witness@example.test"}
    answer = client.post(ask, sent)
    assert answer.status_code == 302
    assert client.post(ask, sent).url == answer.url
    assert "Wanda Witness" in client.get(piece).content.decode()
    refused = client.post(ask, sent | {"token": "", "email": "apprentice+x@example.test"})
    assert refused.status_code == 422


def test_a_contact_is_recorded_and_removed_by_an_admin(world: World, client: Client):
    client.force_login(world.admin)
    where = reverse("pages:employer-contacts")
    sent = {"employer": str(world.employer.pk), "name": "Carla Contact", "email": "Carla@Example.test"}
    assert client.post(where, sent).status_code == 302
    contact = world.provider.employer_contacts.get()
    assert contact.email == "carla@example.test"
    assert client.post(where, sent | {"employer": str(world.provider.pk)}).status_code == 422
    assert client.post(reverse("pages:employer-contact-remove", args=[contact.pk])).status_code == 302
    assert "carla@example.test" not in client.get(where).content.decode()
