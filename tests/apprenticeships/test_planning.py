"""Changes that are planned: made on their day, cancelled before it, given up where they can no longer happen."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from apprenticeships import tasks, workflow
from apprenticeships.models import Apprenticeship, Assignment, Change, PlannedChange
from audit.verification import verify
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from portfolios import access
from tests.world import World, acting

pytestmark = pytest.mark.django_db

WHY = "As agreed with the employer."


def ahead(days: int) -> date:
    return clock.today() + timedelta(days=days)


def in_days(days: int):  # type: ignore[no-untyped-def]
    """That many days from now."""
    return clock.at(clock.now() + timedelta(days=days))


def told(days: int, **given: object) -> dict:
    return {"act": uuid4(), "effective_on": ahead(days), "reason": WHY, **given}


def now(world: World) -> Apprenticeship:
    return Apprenticeship.objects.unscoped().get(pk=world.apprenticeship.pk)


def comes_back(world: World, days: int, **given: object) -> PlannedChange:
    end = now(world).planned_end_on + timedelta(days=60)
    admin = acting(world.admin)
    return workflow.end_break(world.apprenticeship.pk, admin, **told(days, planned_end_on=end, **given))  # type: ignore[return-value]


def changes_employer(world: World, days: int, name: str = "Next Works (made up)") -> PlannedChange:
    return workflow.change_employer(world.apprenticeship.pk, acting(world.admin), **told(days), employer=name)  # type: ignore[return-value]


def run_job() -> None:
    tasks.make_what_is_due.call()


def expected(world: World) -> float:
    return Apprenticeship.objects.unscoped().filter(pk=world.apprenticeship.pk).with_pace().get().expected_percent


def test_a_planned_break_changes_nothing_before_its_day_and_begins_on_it(world):
    plan = world.on_break(effective_on=ahead(5), expected_back_on=ahead(65))
    run_job()
    assert (now(world).status, Change.objects.unscoped().count()) == ("on_programme", 0)
    with in_days(5):
        assert tasks.is_any_due()
        run_job()
        run_job()
        assert not tasks.is_any_due()
    made = Change.objects.unscoped().get()
    assert (made.effective_on, made.expected_back_on, made.reason, made.by) == (
        plan.effective_on,
        plan.expected_back_on,
        plan.reason,
        world.admin,
    )
    assert (now(world).status, now(world).stopped_on) == ("break", plan.effective_on)
    assert not list(verify())


def test_what_was_due_while_no_worker_ran_is_made_as_of_its_day(world):
    world.on_break(effective_on=ahead(10))
    comes_back(world, 50)
    with in_days(90):
        run_job()
        assert (now(world).status, now(world).break_days, now(world).stopped_on) == ("on_programme", 40, None)
        # 250 of 460 days: 200 before today and 90 since, without the 40 of the break on either side.
        assert expected(world) == pytest.approx(100 * 250 / (400 + 60 - 40))
    assert not list(verify())


def test_the_new_employer_comes_on_its_day_and_the_mentor_at_the_one_before_goes(world):
    plan = changes_employer(world, 3)

    def mentors() -> int:
        return Assignment.objects.live().filter(apprenticeship=world.apprenticeship, role="mentor").count()

    assert (now(world).employer, mentors()) == (world.employer, 1)
    with in_days(3):
        run_job()
        assert (now(world).employer, mentors()) == (plan.employer, 0)


def test_a_planned_withdrawal_leaves_everything_open_until_its_day(world):
    world.withdrawn(effective_on=ahead(2))
    assert access.can_add_evidence(acting(world.apprentice), now(world))
    with in_days(2):
        run_job()
    assert not access.can_add_evidence(acting(world.apprentice), now(world))


@pytest.mark.parametrize("cancels", ["before", "twice"])
def test_a_plan_that_is_cancelled_never_happens(world, cancels):
    plan = world.on_break(effective_on=ahead(5))
    for _press in range(2 if cancels == "twice" else 1):
        workflow.cancel_plan(plan.pk, acting(world.admin), "They stay.")
    with in_days(6):
        run_job()
    assert now(world).status == "on_programme"
    assert not list(verify())


def test_a_plan_that_has_happened_is_undone_as_a_change(world):
    plan = world.on_break(effective_on=ahead(1))
    with in_days(1):
        run_job()
        with pytest.raises(OutOfTurn, match="Undo the change instead"):
            workflow.cancel_plan(plan.pk, acting(world.admin), "They stay.")
        workflow.undo_change(Change.objects.unscoped().get().pk, acting(world.admin), "They stay.")
    assert now(world).status == "on_programme"


def test_the_same_form_twice_makes_one_plan(world):
    act = uuid4()
    assert world.on_break(effective_on=ahead(5), act=act) == world.on_break(effective_on=ahead(5), act=act)
    assert PlannedChange.objects.unscoped().count() == 1


def test_what_is_a_fact_only_once_it_happened_is_not_planned(world):
    with pytest.raises(Incomplete, match="today or an earlier day"):
        world.past_gateway(effective_on=ahead(1))
    moved = told(1, planned_end_on=now(world).planned_end_on + timedelta(days=60))
    with pytest.raises(Incomplete, match="today or an earlier day"):
        workflow.change_planned_end(world.apprenticeship.pk, acting(world.admin), **moved)


def test_a_plan_more_than_a_year_away_is_a_mistyped_year(world):
    with pytest.raises(Incomplete, match="Check the year"):
        world.on_break(effective_on=ahead(400))


def test_what_cannot_follow_what_is_planned_is_refused_and_what_others_rest_on_is_cancelled_last(world):
    first = world.on_break(effective_on=ahead(10))
    with pytest.raises(OutOfTurn, match="cannot happen"):
        world.on_break(effective_on=ahead(20))
    comes_back(world, 30)
    with pytest.raises(OutOfTurn, match="“Return from a break” is planned"):
        world.withdrawn(effective_on=ahead(20))
    with pytest.raises(OutOfTurn, match="could not happen without this"):
        workflow.cancel_plan(first.pk, acting(world.admin), "They stay.")


def test_what_can_no_longer_happen_is_given_up_and_says_why(client, world):
    world.on_break(effective_on=ahead(10))
    comes_back(world, 30)
    employer = changes_employer(world, 20)
    world.withdrawn()
    assert not PlannedChange.objects.unscoped().standing().exists()
    undone = workflow.undo_change(Change.objects.unscoped().get().pk, acting(world.admin), "The wrong learner.")
    assert undone
    client.force_login(world.admin)
    page = " ".join(client.get(reverse("pages:changes", args=[world.apprenticeship.pk])).content.decode().split())
    assert page.count("It can no longer happen, after “Withdrawal”") == 3
    with in_days(40):
        run_job()
    assert now(world).employer_id != employer.employer_id
    assert not list(verify())


def test_only_an_admin_plans_and_cancels(world):
    plan = world.on_break(effective_on=ahead(5))
    with pytest.raises(NotAllowed):
        world.withdrawn(effective_on=ahead(6), by=acting(world.assessor))
    with pytest.raises(NotAllowed):
        workflow.cancel_plan(plan.pk, acting(world.assessor), "They stay.")


@pytest.mark.parametrize(("who", "reads"), [("apprentice", True), ("assessor", True), ("iqa", True), ("mentor", False)])
def test_what_is_planned_is_told_to_the_apprentice_and_the_provider_not_to_the_employer(client, world, who, reads):
    changes_employer(world, 20)
    client.force_login(world.people[who])
    page = client.get(reverse("pages:changes", args=[world.apprenticeship.pk])).content.decode()
    assert ("Next Works (made up)" in page) is reads


def test_planned_and_cancelled_on_the_screens(client, world):
    client.force_login(world.admin)
    history = reverse("pages:changes", args=[world.apprenticeship.pk])
    form = {"token": str(uuid4()), "effective_on": ahead(5).isoformat(), "reason": WHY}
    answer = client.post(reverse("pages:change", args=[world.apprenticeship.pk, "break-started"]), form, follow=True)
    assert f"Planned for {ahead(5):%-d %B %Y}." in answer.content.decode()
    assert "Return from the break" in answer.content.decode(), "what can follow it can be planned"
    plan = PlannedChange.objects.unscoped().get()
    cancel = reverse("pages:plan-cancel", args=[plan.pk])
    assert cancel in answer.content.decode()
    assert client.post(cancel, {"reason": ""}).status_code == 422
    answer = client.post(cancel, {"reason": "They stay."}, follow=True)
    assert "Planned: Break in learning from" in answer.content.decode()
    assert "Cancelled by Admin" in answer.content.decode()
    assert client.get(cancel).url == history
