"""Conflicts of interest that a provider's quality assurers see on the record."""

import pytest
from django.urls import reverse

from accounts.models import Invitation, Membership, Role
from accounts.workflow import accept_invitation, invite
from apprenticeships.workflow import assign, undo_change
from core import clock
from reports.conflicts import conflicts_at
from signing.receipts import token_of
from signing.workflow import disown
from tests.signing.people import ask_witness, sign, token_for
from tests.world import acting, person

RECORD = "/record/"
MUTUAL = "are each other’s assessor"


def told(client, who) -> str:
    client.force_login(who)
    return client.get(RECORD).content.decode()


def assess(world, assessor, apprenticeship) -> None:
    held = {"user": assessor, "organisation": world.provider, "role": Role.ASSESSOR}
    Membership.objects.get_or_create(**held, defaults={"started_on": clock.today()})
    assign(apprenticeship.pk, acting(world.admin), assessor=assessor, reason="They take over.")


@pytest.mark.parametrize("turned", [False, True])
def test_two_apprentices_who_assess_one_another_are_shown_to_iqa_once(client, world, turned):
    pairs = [(world.second_apprentice, world.apprenticeship), (world.apprentice, world.second)]
    for assessor, apprenticeship in reversed(pairs) if turned else pairs:
        assert MUTUAL not in told(client, world.iqa)
        assess(world, assessor, apprenticeship)
    page = told(client, world.iqa)
    assert page.count(MUTUAL) == 1
    assert MUTUAL not in told(client, world.other_admin)


def test_an_ended_assignment_is_no_conflict_any_more(world):
    assess(world, world.second_apprentice, world.apprenticeship)
    assess(world, world.apprentice, world.second)
    assert conflicts_at(world.provider)
    assign(world.second.pk, acting(world.admin), assessor=world.second_assessor, reason="They take over.")
    assert not conflicts_at(world.provider)


def test_an_admin_who_invites_themself_as_assessor_is_shown_to_iqa(client, world):
    invitation = invite(world.provider, world.admin.email, "Admin", Role.ASSESSOR, acting(world.admin))
    accept_invitation(invitation.link.split("/")[-2], by=acting(world.admin))
    assert "Admin invited themselves to be assessor" in told(client, world.iqa)
    assert "invited themselves" not in told(client, world.other_admin)


def test_a_colleague_whom_an_admin_invites_is_no_conflict(world):
    invitation = invite(world.provider, world.stranger.email, "Stranger", Role.ASSESSOR, acting(world.admin))
    accept_invitation(invitation.link.split("/")[-2], by=acting(world.stranger))
    assert Invitation.objects.filter(accepted_at__isnull=False).exists()
    assert not conflicts_at(world.provider)


def test_conflicts_are_found_in_six_queries_whether_there_are_any_or_not(world, django_assert_num_queries):
    for _round in range(2):
        with django_assert_num_queries(6):
            conflicts_at(world.provider)
        assess(world, world.second_apprentice, world.apprenticeship)
        assess(world, world.apprentice, world.second)


def test_an_admin_who_undoes_their_own_break_is_shown_to_iqa(client, world):
    undone = "undid a change of Apprentice’s apprenticeship that they had made themselves"
    colleague = person("colleague", (world.provider, Role.PROVIDER_ADMIN))
    undo_change(world.on_break(by=acting(colleague)).pk, acting(world.admin), "The wrong learner.")
    assert undone not in told(client, world.iqa)
    undo_change(world.on_break().pk, acting(world.admin), "The wrong learner again.")
    assert f"Admin {undone}" in told(client, world.iqa)
    assert undone not in told(client, world.other_admin)


def test_somebody_who_says_that_a_confirmation_was_not_theirs_is_shown_to_iqa(client, world):
    disputed = "says that they did not make the confirmation for Apprentice"
    assert disputed not in told(client, world.iqa)
    asked = ask_witness(world)
    disown(token_of(sign(token_for(asked))))
    page = told(client, world.iqa)
    assert disputed in page
    assert client.get(reverse("pages:verification", args=[asked.pk])).status_code == 200
    assert disputed not in told(client, world.other_admin)
