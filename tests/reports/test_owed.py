"""Who keeps whom waiting, for how long, and moving it on from the list."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Role
from apprenticeships.models import Assignment
from apprenticeships.workflow import assign, assign_several
from assessments import workflow as assessing
from audit.models import Entry
from core import clock
from core.errors import Incomplete, NotAllowed
from reports import owed
from tests.queries import query_count
from tests.signing.people import ask_witness, link_of
from tests.world import acting, person

LIST = "/waiting/"
DAY = timedelta(days=1)


@pytest.fixture
def debts(world):
    """One of each: to review, to sign off, to rework and to confirm."""
    for days, outcomes, title in ((9, {"K1": "met"}, "Done"), (8, {"K2": "not_yet"}, "Came back")):
        with clock.at(clock.now() - days * DAY):
            world.judged(outcomes, title=title)
    with clock.at(clock.now() - 5 * DAY):
        submission = world.submitted("S1", title="Sent")
        ask_witness(world, submission)
    return world


def owed_to(who, kind):
    return [owed.owed(kind, row) for row in owed.rows_of(acting(who), kind)]


def shown(client, who, kind="", **more):
    client.force_login(who)
    return client.get(LIST, {"kind": kind, **more}).content.decode()


def test_each_thing_that_is_waited_for_is_listed_with_its_age(debts):
    for kind, days, what in (
        (owed.REVIEW, 5, "Sent"),
        (owed.SIGN_OFF, 9, "1 KSB is met"),
        (owed.REWORK, 8, "Came back"),
        (owed.CONFIRMATION, 5, "witness"),
    ):
        (one,) = owed_to(debts.admin, kind)
        assert (one.what, (clock.now() - one.since).days) == (what, days), kind


@pytest.mark.parametrize("who", ["other_admin", "other_assessor", "second_apprentice", "second_assessor", "stranger"])
def test_nobody_sees_what_others_wait_for(debts, who):
    assert owed.counts(acting(debts.people[who])) == dict.fromkeys(owed.KINDS, 0)


def test_what_is_answered_or_over_is_waited_for_no_more(debts):
    submission = assessing.start_review(owed_to(debts.admin, owed.REVIEW)[0].subject, acting(debts.assessor))
    debts.finish(submission, {"S1": "met"})
    assert owed_to(debts.admin, owed.REVIEW) == []
    debts.withdrawn()
    assert owed.counts(acting(debts.admin)) == dict.fromkeys(owed.KINDS, 0)


def test_assessors_and_apprentices_see_what_waits_for_them_and_what_they_wait_for(client, debts):
    for who, first, rest in (
        (debts.assessor, ["review", "sign-off"], ["rework", "confirmation", "signature"]),
        (debts.apprentice, ["rework", "signature"], ["review", "sign-off", "confirmation"]),
    ):
        page = shown(client, who)
        assert re.search(rf'\?kind={first[0]}" aria-current="true"', page)
        for_them, they_wait = page.split("You are waiting for")
        assert re.findall(r'href="\?kind=([\w-]+)"', for_them.split("Waiting for you")[1]) == first
        assert re.findall(r'href="\?kind=([\w-]+)"', they_wait) == rest


def test_a_request_is_sent_again_and_withdrawn_from_the_list(client, debts):
    page = shown(client, debts.admin, owed.CONFIRMATION)
    assert "Wanda Witness" in page
    asked = owed_to(debts.admin, owed.CONFIRMATION)[0].subject
    for act in ("resend", "withdraw"):
        address = reverse(f"pages:verification-{act}", args=[asked])
        assert address in page
        assert client.post(address, {"from": "waiting"})["Location"] == "/waiting/?kind=confirmation"
    assert owed_to(debts.admin, owed.CONFIRMATION) == []


def test_an_expired_link_is_shown_as_such(client, world):
    link = link_of(ask_witness(world))
    with clock.at(link.expires_at + DAY):
        assert "Link expired" in shown(client, world.apprentice, owed.CONFIRMATION)


def test_whoever_does_not_look_after_a_request_is_not_offered_to_withdraw_it(client, debts):
    for who in (debts.iqa, debts.viewer):
        page = shown(client, who, owed.CONFIRMATION)
        assert "Wanda Witness" in page
        assert "/withdraw/" not in page


def test_an_apprentice_unsends_what_nobody_has_begun(client, debts):
    page = shown(client, debts.apprentice, owed.REVIEW)
    piece = owed_to(debts.apprentice, owed.REVIEW)[0].piece
    assert reverse("pages:evidence-take-back", args=[piece]) in page
    assessing.start_review(owed_to(debts.admin, owed.REVIEW)[0].subject, acting(debts.assessor))
    assert "take-back" not in shown(client, debts.apprentice, owed.REVIEW)


def test_an_admin_gives_learners_to_another_assessor_in_one_act(client, debts):
    assign(debts.second.pk, acting(debts.admin), assessor=debts.assessor, reason="They take over.")
    client.force_login(debts.admin)
    sent = {
        "kind": "review",
        "learner": [str(debts.apprenticeship.pk), str(debts.second.pk)],
        "assessor": str(debts.second_assessor.pk),
        "reason": "Too much to review.",
    }
    before = owed_to(debts.admin, owed.REVIEW)
    assert client.post("/waiting/give/", sent)["Location"] == "/waiting/?kind=review"
    leading = Assignment.objects.live().leading().filter(role="assessor", person=debts.second_assessor)
    assert leading.count() == 2
    assert owed_to(debts.second_assessor, owed.REVIEW) == before
    assert owed_to(debts.assessor, owed.REVIEW) == []
    entries = Entry.objects.filter(action="apprenticeship.assigned").count()
    client.post("/waiting/give/", sent)
    assert Entry.objects.filter(action="apprenticeship.assigned").count() == entries


@pytest.mark.parametrize(
    ("missing", "said"),
    [("learner", "Tick at least one learner"), ("assessor", "Choose who takes over"), ("reason", "Say why it changes")],
)
def test_what_is_missing_is_said_and_the_ticks_are_kept(client, debts, missing, said):
    client.force_login(debts.admin)
    sent = {
        "kind": "review",
        "learner": str(debts.apprenticeship.pk),
        "assessor": str(debts.second_assessor.pk),
        "reason": "Too much to review.",
    }
    answer = client.post("/waiting/give/", {name: value for name, value in sent.items() if name != missing})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    if missing != "learner":
        assert re.search(rf'value="{debts.apprenticeship.pk}" checked', page)


def test_learners_of_another_provider_are_given_to_nobody(client, debts):
    client.force_login(debts.admin)
    sent = {"learner": [str(debts.elsewhere.pk)], "assessor": str(debts.assessor.pk), "reason": "Mine now."}
    assert client.post("/waiting/give/", sent).status_code == 404


def test_of_several_learners_all_are_given_or_none(world):
    assistant = person("assistant", (world.provider, Role.ASSESSOR))
    with pytest.raises(NotAllowed):
        assign_several(
            [world.apprenticeship.pk, world.elsewhere.pk], acting(world.admin), assessor=assistant, reason="Both."
        )
    with pytest.raises(Incomplete):
        assign_several([world.apprenticeship.pk], acting(world.admin), assessor=assistant, reason=" ")
    assert not Assignment.objects.filter(person=assistant).exists()


@pytest.mark.parametrize("who", ["admin", "assessor", "apprentice"])
@pytest.mark.parametrize("kind", owed.KINDS)
def test_the_page_asks_no_more_of_the_database_for_more_rows(client, debts, who, kind):
    client.force_login(debts.people[who])
    address = f"{LIST}?kind={kind}"
    few = query_count(client, address)
    if kind == owed.REVIEW:
        for title in ("One", "Two", "Three"):
            debts.submitted("S2", title=title)
        assert query_count(client, address) == few
    # An admin is offered assessors to give learners to as well.
    assert few <= (13 if who == "admin" else 12)
