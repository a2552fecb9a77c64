"""Who looks after an apprentice changes from a day, for a reason, and can be undone."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Membership
from apprenticeships import access
from apprenticeships.models import Assignment, AssignmentChange
from apprenticeships.workflow import NOBODY, assign, end_cover, undo_assignment
from assessments.models import Submission
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from reports.conflicts import conflicts_at
from tests.world import acting, grant

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def change(world, **given):
    return assign(world.apprenticeship.pk, acting(world.admin), **({"reason": "Parental leave."} | given))


def newest(world):
    return AssignmentChange.objects.filter(apprenticeship=world.apprenticeship).latest("number")


def undo(world, one=None, by=None):
    return undo_assignment((one or newest(world)).pk, acting(by or world.admin), "The wrong learner.")


def leads(world, on=None):
    with clock.at(clock.now() + (on or timedelta())):
        led = Assignment.objects.live().leading().filter(apprenticeship=world.apprenticeship, role="assessor")
        return [held.person for held in led]


def may_judge(world, person, on=None):
    with clock.at(clock.now() + (on or timedelta())):
        return access.is_assessor_of(acting(person), world.apprenticeship)


def test_an_assessor_can_be_taken_off_and_loses_access_at_once(client, world):
    submission = world.submitted("K1")
    change(world, assessor=NOBODY)
    assert leads(world) == []
    assert submission not in Submission.objects.visible_to(acting(world.assessor))
    client.force_login(world.assessor)
    assert client.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).status_code == 404


def test_a_learner_without_an_assessor_is_told_so_and_so_is_the_provider(client, world):
    told = "You have no assessor at the moment"
    page = reverse("pages:coverage", args=[world.apprenticeship.pk])
    client.force_login(world.apprentice)
    assert told not in client.get(page).content.decode()
    change(world, assessor=NOBODY)
    assert told in client.get(page).content.decode()
    client.force_login(world.admin)
    assert "Apprentice has no assessor." in client.get(page).content.decode()
    cohort = client.get("/cohort/").content.decode()
    assert "1 learner has no assessor." in cohort
    shown = client.get("/cohort/?assessor=None").context["rows"]
    assert [row["name"] for row in shown] == ["Apprentice"]


def test_nobody_is_a_filter_also_when_everybody_has_an_assessor(client, world):
    client.force_login(world.admin)
    answer = client.get("/cohort/?assessor=None")
    assert "has no assessor" not in answer.content.decode()
    assert not answer.context["form"].errors
    assert answer.context["rows"] == []


def test_the_queue_shows_what_waits_for_nobody(client, world):
    world.submitted("K1", title="Waits for nobody")
    world.submitted("K1", title="Waits for somebody", apprenticeship=world.second)
    change(world, assessor=NOBODY)
    client.force_login(world.admin)
    everything = client.get("/queue/").content.decode()
    assert "Waits for nobody" in everything
    assert "Waits for somebody" in everything
    for_nobody = client.get("/queue/?assessor=None").content.decode()
    assert "Waits for nobody" in for_nobody
    assert "Waits for somebody" not in for_nobody


def test_a_half_sent_form_takes_nobody_off(client, world):
    client.force_login(world.admin)
    client.post(reverse("pages:assign", args=[world.apprenticeship.pk]), {"reason": "None of your business."})
    assert leads(world) == [world.assessor]


def test_an_admin_takes_an_assessor_off_from_the_page_and_says_why(client, world):
    client.force_login(world.admin)
    page = reverse("pages:assign", args=[world.apprenticeship.pk])
    refused = client.post(page, {"assessor": "nobody"})
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"reason"}
    assert leads(world) == [world.assessor]
    client.post(page, {"assessor": "nobody", "reason": "Off sick"})
    assert leads(world) == []
    shown = client.get(page).content.decode()
    assert "Assessor is no longer the assessor" in shown
    assert "Off sick" in shown


def test_a_change_from_a_later_day_gives_and_takes_rights_on_that_day(world):
    change(world, assessor=world.second_assessor, on=clock.today() + WEEK)
    assert (leads(world), leads(world, WEEK)) == ([world.assessor], [world.second_assessor])
    assert may_judge(world, world.assessor)
    assert not may_judge(world, world.second_assessor)
    assert not may_judge(world, world.assessor, WEEK)
    assert may_judge(world, world.second_assessor, WEEK)
    assert not list(verify())


def test_another_change_takes_the_place_of_one_that_was_planned(world):
    grant(world.iqa, world.provider, "assessor", started_on=clock.today())
    change(world, assessor=world.second_assessor, on=clock.today() + WEEK)
    change(world, assessor=world.iqa, on=clock.today() + timedelta(days=3))
    assert leads(world, timedelta(days=2)) == [world.assessor]
    assert leads(world, timedelta(days=3)) == leads(world, 2 * WEEK) == [world.iqa]
    change(world, assessor=world.assessor)
    assert leads(world) == leads(world, 2 * WEEK) == [world.assessor]


@pytest.mark.parametrize(("days", "says"), [(-1, "today or a later day"), (367, "more than a year away")])
def test_a_day_that_is_past_or_far_away_is_refused_by_its_field(world, days, says):
    with pytest.raises(Incomplete, match=says) as refused:
        change(world, assessor=NOBODY, on=clock.today() + timedelta(days=days))
    assert refused.value.field == "on"


def test_the_same_again_changes_nothing(world):
    change(world, assessor=world.second_assessor)
    change(world, assessor=world.second_assessor)
    assert AssignmentChange.objects.filter(apprenticeship=world.apprenticeship, reason="Parental leave.").count() == 1


def test_undoing_puts_the_assessor_back_and_says_why(client, world):
    change(world, assessor=world.second_assessor)
    client.force_login(world.admin)
    page = reverse("pages:assignment-undo", args=[newest(world).pk])
    assert client.post(page, {"reason": " "}).status_code == 422
    assert leads(world) == [world.second_assessor]
    client.post(page, {"reason": "It was about another Sam"})
    assert leads(world) == [world.assessor]
    assert not may_judge(world, world.second_assessor)
    shown = client.get(reverse("pages:assign", args=[world.apprenticeship.pk])).content.decode()
    assert "Undone by Admin" in shown
    assert "It was about another Sam" in shown
    assert Entry.objects.get(action="assignment.undone").actor_person == world.admin.pk
    assert not list(verify())


def test_undoing_twice_undoes_once(world):
    change(world, assessor=NOBODY)
    taken_off = newest(world)
    undo(world, taken_off)
    undo(world, taken_off)
    assert AssignmentChange.objects.filter(undoes=taken_off).count() == 1
    assert leads(world) == [world.assessor]


def test_a_planned_change_is_undone_before_it_begins(world):
    change(world, assessor=world.second_assessor, on=clock.today() + WEEK)
    undo(world)
    assert leads(world) == leads(world, 2 * WEEK) == [world.assessor]
    assert not Assignment.objects.filter(apprenticeship=world.apprenticeship, person=world.second_assessor).exists()


def test_what_was_changed_again_is_not_undone_before_the_later_change(world):
    change(world, assessor=world.second_assessor)
    first = newest(world)
    change(world, assessor=NOBODY)
    with pytest.raises(OutOfTurn, match="Undo the later change first"):
        undo(world, first)
    undo(world)
    undo(world, first)
    assert leads(world) == [world.assessor]


def test_nobody_is_put_back_who_no_longer_has_the_role(world):
    change(world, assessor=world.second_assessor)
    Membership.objects.filter(user=world.assessor).update(ended_on=clock.today())
    with pytest.raises(OutOfTurn, match="currently has this role"):
        undo(world)
    assert leads(world) == [world.second_assessor]


def test_cover_that_was_ended_is_put_back_until_its_day(world):
    until = clock.today() + WEEK
    change(world, cover=world.second_assessor, cover_until=until)
    appointed = newest(world)
    end_cover(world.apprenticeship.pk, world.second_assessor.pk, acting(world.admin), "Back already.")
    assert not may_judge(world, world.second_assessor)
    undo(world)
    assert may_judge(world, world.second_assessor)
    assert not may_judge(world, world.second_assessor, WEEK)
    undo(world, appointed)
    assert not may_judge(world, world.second_assessor)
    assert not list(verify())


def test_only_an_admin_of_the_provider_undoes(world):
    change(world, assessor=NOBODY)
    for by in (world.assessor, world.iqa, world.other_admin, world.apprentice):
        with pytest.raises(NotAllowed):
            undo(world, by=by)


def test_who_undoes_their_own_change_is_shown_to_quality_assurers(client, world):
    change(world, assessor=NOBODY)
    taken_off = newest(world)
    client.force_login(world.iqa)
    assert "undid their own change" not in client.get("/record/").content.decode()
    undo(world, taken_off)
    assert "Admin undid their own change of who looks after Apprentice" in client.get("/record/").content.decode()
    assert not conflicts_at(world.other_provider).self_undone


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_who_undo_at_once_undo_once(world):
    change(world, assessor=world.second_assessor)
    made, faults = newest(world), []

    def press():
        try:
            undo(world, made)
        except Exception as fault:  # noqa: BLE001  (any fault fails the test)
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert AssignmentChange.objects.filter(undoes=made).count() == 1
    assert leads(world) == [world.assessor]
