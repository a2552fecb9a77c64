"""The employer answers for each behaviour, by a link and in the app, and what is made of it."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments import workflow as assessing
from assessments.models import BehaviourAnswer, EmployerAnswer
from assessments.policies.rules import Rule
from assessments.workflow import Said
from assessments.workflow.behaviours import shown_in_app
from audit.models import Entry
from core.canonical import digest
from core.errors import Incomplete, NotAllowed, OutOfTurn
from notifications import outbox
from notifications.models import Notice
from programme import workflow as programme
from signing import receipts
from signing import workflow as signing
from signing.models import Link
from signing.workflow import LinkClosed, TextChanged
from tests.assessments.reformed import with_outcomes
from tests.programme import planning, reviewing
from tests.programme.declaring import state
from tests.signing.people import SAID, answers_on, ask_employer, contact_at, page, shown_on, sign, token_for
from tests.world import World, acting, make_version, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """With two behaviours, of a plan that asks the employer."""
    found = make_world(make_version(behaviours=2))
    with_outcomes(found)
    return found


def answer(world: World, *not_yet: str, by: object = None, shown: str = "", **said: object) -> EmployerAnswer:
    content = shown_in_app(world.apprenticeship)
    return assessing.answer_behaviours(
        world.apprenticeship.pk,
        acting(by or world.mentor),
        shown=shown or digest(content),
        answers={**answers_on(content, *not_yet), **said},
    )


def said(world: World) -> dict[str, bool]:
    rows = BehaviourAnswer.objects.order_by("answer__at", "pk").values_list("ksb__code", "is_verified")
    return dict(rows)


def test_the_employer_answers_each_behaviour_by_a_link_and_is_asked_again_for_the_rest(world: World, client: Client):
    world.judged({"B1": "met"}, title="Calm on the phone")
    contact = contact_at(world)
    token = token_for(ask_employer(world, contact))
    client.post(page(token, "link-start"))
    content = client.get(page(token)).content.decode()
    for shown in ("Statement of B1", "Calm on the phone", "accepted by the assessor", "Statement of B2"):
        assert shown in content
    assert "Statement of K1" not in content
    sent = {"name": "Carla Contact", "role": "Owner", "comment": "", "shown": shown_on(client, token)}
    sent |= {"answer_B1": "verified", "words_B1": "", "words_B2": "", "answer_B2": "not_yet"}
    # What is kept for later is there again, and nobody says “not yet” without words or leaves one out.
    assert client.post(page(token, "link-later"), sent | {"words_B2": "Soon"}).status_code == 302
    assert ">\nSoon</textarea>" in client.get(page(token)).content.decode()
    for wrong in ({}, {"answer_B2": ""}):
        refused = client.post(page(token, "link-sign"), sent | wrong)
        assert refused.status_code == 422
        assert "B2" in refused.content.decode().split("There is a problem")[1][:400]
    sent["words_B2"] = "I have not seen it with a client."
    answered = client.post(page(token, "link-sign"), sent)
    assert answered.status_code == 302
    # A double click gets the same receipt; other answers get nothing.
    assert client.post(page(token, "link-sign"), sent)["Location"] == answered["Location"]
    assert client.post(page(token, "link-sign"), sent | {"answer_B1": "not_yet", "words_B1": "No"}).status_code == 404
    assert "I have not seen it with a client." in client.get(answered["Location"]).content.decode()
    assert said(world) == {"B1": True, "B2": False}
    assert state(world, "behaviours") == "not_done"
    client.force_login(world.apprentice)
    for address, shown in (
        (["ksb", "B1"], "Verified by the employer: Carla Contact, Owner"),
        (["behaviours"], "Not yet"),
    ):
        where = reverse(f"pages:{address[0]}", args=[world.apprenticeship.pk, *address[1:]])
        assert shown in client.get(where).content.decode()
    again = token_for(ask_employer(world, contact))
    assert [one["code"] for one in signing.link_of(again).content["behaviours"]] == ["B2"]
    sign(again)
    assert state(world, "behaviours") == "done"
    with pytest.raises(OutOfTurn, match="no behaviours left"):
        ask_employer(world, contact)


def test_a_mentor_answers_in_the_app_what_was_on_the_screen(world: World, client: Client):
    token = token_for(ask_employer(world))
    client.force_login(world.mentor)
    address = reverse("pages:behaviours", args=[world.apprenticeship.pk])
    shown = client.get(address).content.decode().split('name="shown" value="')[1].split('"')[0]
    form = {"shown": shown, "answer_B1": "verified", "words_B1": "", "answer_B2": "not_yet", "comment": ""}
    assert client.post(address, form | {"words_B2": ""}).status_code == 422
    world.judged({"B1": "met"}, title="Calm on the phone")
    stale = client.post(address, form | {"words_B2": "Not yet."})
    assert stale.status_code == 409
    assert "Something changed" in stale.content.decode()
    form["shown"] = stale.content.decode().split('name="shown" value="')[1].split('"')[0]
    assert client.post(address, form | {"words_B2": "Not yet."}).status_code == 302
    assert said(world) == {"B1": True, "B2": False}
    kept = EmployerAnswer.objects.unscoped().get()
    assert kept.content["behaviours"][0]["evidence"][0]["title"] == "Calm on the phone"
    assert (digest(kept.content), kept.name) == (form["shown"], world.mentor.name)
    # The link that asks for both still works, until nothing is left of what it asks.
    assert signing.link_of(token)
    done = answer(world)
    again = {"shown": done.sha256, "answers": answers_on(done.content)}
    assert assessing.answer_behaviours(world.apprenticeship.pk, acting(world.mentor), **again) == done
    assert signing.link_of(token) is None
    assert state(world, "behaviours") == "done"
    outbox.read_all()
    assert Notice.objects.unscoped().filter(news="behaviours", person=world.assessor).count() == 2
    assert Entry.objects.filter(action="behaviours.answered").count() == 2


def test_only_the_mentor_answers_in_the_app_and_never_one_who_assesses(world: World):
    for who in ("apprentice", "assessor", "admin", "iqa", "second_apprentice", "other_admin", "stranger"):
        with pytest.raises(NotAllowed):
            answer(world, by=world.people[who])
    with pytest.raises(TextChanged):
        answer(world, shown="0" * 64)
    with pytest.raises(Incomplete, match="Say what is missing for B1"):
        answer(world, **{str(world.ksb("B1").pk): Said(False, " ")})
    world.withdrawn()
    with pytest.raises(OutOfTurn):
        answer(world)


def test_a_sign_off_that_waits_for_the_employer_waits_for_that_behaviour_alone(world: World):
    rule = Rule(needs_employer=True)
    assessing.set_sign_off_policy(world.provider.pk, acting(world.admin), rule, reason="As agreed.")
    world.judged({"B1": "met", "B2": "met"})
    signed = sign(token_for(ask_employer(world)), "B2")
    assessing.sign_off(world.apprenticeship.pk, world.ksb("B1").pk, acting(world.assessor))
    with pytest.raises(Incomplete, match="B2 still needs the employer’s confirmation"):
        assessing.sign_off(world.apprenticeship.pk, world.ksb("B2").pk, acting(world.assessor))
    signing.disown(receipts.token_of(signed))
    assert state(world, "behaviours") == "not_done"
    assert [one["code"] for one in shown_in_app(world.apprenticeship)["behaviours"]] == ["B1", "B2"]


def test_the_answers_are_in_one_act_with_the_signature(world: World):
    token = token_for(ask_employer(world))
    link = signing.start(token)
    with pytest.raises(Incomplete, match="Answer for B1"):
        assessing.confirm(token, shown=link.sha256, **SAID)
    assert Link.objects.unscoped().get().signed_at is None
    with pytest.raises(LinkClosed):
        assessing.confirm("no-such-token", shown=link.sha256, **SAID)


def test_a_link_is_not_passed_on_to_somebody_who_signed_for_another_party(world: World, client: Client):
    version = reviewing.issue(world)
    reviewing.sign(world, version, "apprentice")
    trainer = contact_at(world, email=world.people["assessor"].email.replace("@", "+work@"), name="Also Here")
    other = contact_at(world, email="colin@example.test", name="Colin Colleague")
    token = reviewing.token_of(reviewing.ask(world, version))
    client.post(page(token, "link-start"))
    refused = client.post(page(token, "link-pass-on"), {"contact": str(trainer.pk)})
    assert refused.status_code == 422
    assert "Also Here has signed this for another party." in refused.content.decode()
    assert client.post(page(token, "link-pass-on"), {"contact": str(other.pk)}).status_code == 302


def test_a_plan_of_somebody_who_withdrew_is_not_signed(world: World, client: Client):
    version = planning.offer(world)
    world.withdrawn()
    with pytest.raises(OutOfTurn, match="Withdrawn"):
        programme.sign_version(version.pk, acting(world.apprentice), party="apprentice", shown=version.sha256)
    client.force_login(world.apprentice)
    shown = client.get(reverse("pages:training-plan", args=[world.apprenticeship.pk])).content.decode()
    assert reverse("pages:version-sign", args=[version.pk]) not in shown
