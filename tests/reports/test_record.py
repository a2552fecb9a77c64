"""Rules of the organisation's record."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import transaction

from accounts.audit_actions import PERSON_ADDED
from accounts.workflow import accept_invitation, invite
from apprenticeships.workflow import undo_change
from assessments.workflow import withdraw_sign_off
from audit import chain as audit
from audit.actions import ACTIONS
from audit.models import Entry
from core import clock
from reports.record.subjects import FINDERS
from tests.queries import query_count
from tests.world import acting

RECORD = "/record/"


@pytest.mark.parametrize("who", ["admin", "iqa", "viewer"])
def test_the_record_says_who_did_what(client, world, who):
    world.signed_off("K1")
    client.force_login(world.people[who])
    page = client.get(RECORD).content.decode()
    for words in ("signed off a KSB", "made a decision on a KSB: met", "sent evidence for review"):
        assert words in page


@pytest.mark.parametrize("who", ["assessor", "mentor", "apprentice", "stranger"])
def test_others_have_no_record(client, world, who):
    client.force_login(world.people[who])
    assert client.get(RECORD).status_code == 404


def test_another_providers_record_is_its_own(client, world):
    world.signed_off("K1")
    client.force_login(world.other_admin)
    assert "signed off a KSB" not in [line.did for line in client.get(RECORD).context["lines"]]


def test_only_the_admin_sees_the_head(client, world):
    for who, sees in (("admin", True), ("iqa", False)):
        client.force_login(world.people[who])
        assert ("Proof of this record" in client.get(RECORD).content.decode()) is sees


@pytest.mark.parametrize(
    "query",
    ["action=ksb.signed_off", "on=2199-01-01", "on=9999-12-31", "on=0001-01-01", "on=never", "action=%00", "page=x"],
)
def test_odd_filters_do_no_harm(client, world, query):
    world.signed_off("K1")
    client.force_login(world.admin)
    assert client.get(f"{RECORD}?{query}").status_code == 200


def test_a_filter_narrows_to_one_action(client, world):
    world.signed_off("K1")
    client.force_login(world.admin)
    lines = client.get(f"{RECORD}?action=ksb.signed_off").context["lines"]
    assert [line.did for line in lines] == ["signed off a KSB"]


def test_the_record_asks_the_same_number_of_queries_at_any_size(client, world):
    client.force_login(world.admin)
    counts = set()
    for code in ("K1", "K2"):
        world.signed_off(code)
        counts.add(query_count(client, RECORD))
    assert len(counts) == 1


@pytest.mark.parametrize("query", ["", "action=person.added&", "action=person.added&on=2026-07-01&"])
def test_every_page_of_a_long_record_can_be_reached(client, world, query):
    with clock.at(datetime(2026, 7, 1, 12, tzinfo=UTC)), transaction.atomic():
        for _ in range(420):
            audit.record(PERSON_ADDED, acting(world.admin), world.stranger, organisation=world.provider)
    client.force_login(world.admin)
    count = 420 if query else Entry.objects.filter(chain=world.provider.pk).count()
    page = client.get(f"{RECORD}?{query}page=4").content.decode()
    assert f"151 to 200 of {count}" in page
    named = [int(number) for number in re.findall(r"page=(\d+)\"><span", page)]
    assert named == [1, 3, 5, 9]
    last = client.get(f"{RECORD}?{query}page=9").context["lines"]
    assert [line.sequence for line in last] == sorted((line.sequence for line in last), reverse=True)
    assert len(last) == count - 400


def lines_by_action(client):
    """The newest line of each kind."""
    return {line.did: line for line in reversed(client.get(RECORD).context["lines"])}


def test_each_line_leads_to_what_it_is_about(client, world):
    withdraw_sign_off(world.signed_off("K1").pk, acting(world.assessor), "Signed the wrong one.")
    client.force_login(world.admin)
    lines = lines_by_action(client)
    for did, about in {
        "enrolled an apprentice": "Second Apprentice",
        "sent evidence for review": "Apprentice: Advert for a driver",
        "made a decision on a KSB": "Apprentice: K1",
        "signed off a KSB": "Apprentice: K1",
        "withdrew a sign-off": "Apprentice: K1",
    }.items():
        assert lines[did].about.name == about
        assert client.get(lines[did].about.address).status_code == 200
    assert lines["made a decision on a KSB"].details == ["met"]


def test_a_draft_that_nobody_has_seen_has_no_title_on_the_record(client, world):
    world.draft("K1", title="Not for you yet")
    client.force_login(world.admin)
    assert "Not for you yet" not in client.get(RECORD).content.decode()
    assert lines_by_action(client)["started a piece of evidence"].about is None


def test_the_record_says_who_was_given_which_role_and_who_gave_it_to_themself(client, world):
    invitation = invite(world.provider, "admin@example.test", "Admin", "assessor", acting(world.admin))
    accept_invitation(invitation.link.rstrip("/").rsplit("/", 1)[-1], by=acting(world.admin))
    client.force_login(world.iqa)
    assert lines_by_action(client)["gave a role to somebody"].details == ["Admin", "assessor", "to themselves"]


def test_the_record_says_who_looks_after_whom(client, world):
    client.force_login(world.admin)
    line = client.get(f"{RECORD}?action=apprenticeship.assigned").context["lines"][0]
    assert (line.who, line.about.name, line.details) == ("Admin", "Second Apprentice", ["Second Assessor", "assessor"])


def test_the_record_says_what_was_undone(client, world):
    undo_change(world.on_break(apprenticeship_id=world.second.pk).pk, acting(world.admin), "Wrong learner.")
    client.force_login(world.admin)
    line = lines_by_action(client)["undid a change of an apprenticeship"]
    assert (line.about.name, line.details) == ("Second Apprentice", ["break in learning"])


def test_a_day_that_has_not_come_is_said_so(client, world):
    client.force_login(world.admin)
    assert "an earlier day" in client.get(f"{RECORD}?on=9999-12-31").content.decode()


def test_a_day_is_that_of_the_clock_on_the_wall(client, world):
    with clock.at(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)), transaction.atomic():
        audit.record(PERSON_ADDED, acting(world.admin), world.stranger, organisation=world.provider)
    client.force_login(world.admin)
    assert [line.did for line in client.get(f"{RECORD}?on=2026-07-02").context["lines"]] == ["added a person"]
    assert client.get(f"{RECORD}?on=2026-07-01").context["lines"] == []


def test_every_entry_of_a_record_that_somebody_reads_says_what_it_is_about():
    """Apart from rows that are a matter of the whole organisation, or of a person whom the details name."""
    no_page = {"accounts.user", "accounts.membership", "jobs.jobowner", "occupations.importdraft"}
    no_page |= {"assessments.comment", "assessments.evidencerules"}
    no_page |= {"portfolios.portfoliopolicy", "portfolios.promptset", "portfolios.suggestionanswer"}
    read = {action.subject for action in ACTIONS.values() if action.audience}
    assert read - no_page == set(FINDERS)


def test_every_kind_of_subject_is_looked_up_whoever_reads_the_record(world):
    """Which of them there are on a page is chance, so each is asked for something that is not there."""
    for person in world.people.values():
        for kind, find in FINDERS.items():
            assert list(find([str(uuid4())], acting(person))) == [], kind
