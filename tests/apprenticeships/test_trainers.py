"""Rules of trainers, who see their learners and judge nothing, and of managers, who see all and change nothing."""

import pytest

from accounts.models import Membership, Role
from apprenticeships.models import Apprenticeship, Assignment
from apprenticeships.workflow import NOBODY, assign, undo_assignment
from assessments import access, workflow
from assessments.leaving import what_waits
from core.errors import Incomplete, NotAllowed
from tests.world import acting, person


@pytest.fixture
def trainer(world):
    one = person("trainer", (world.provider, Role.TRAINER))
    assign(world.apprenticeship.pk, acting(world.admin), trainer=one)
    return one


def sees(who):
    return set(Apprenticeship.objects.visible_to(acting(who)).values_list("pk", flat=True))


def test_a_trainer_sees_their_learners_and_nobody_elses(world, trainer):
    assert sees(trainer) == {world.apprenticeship.pk}
    assign(world.apprenticeship.pk, acting(world.admin), trainer=NOBODY, reason="They moved on.")
    assert sees(trainer) == set()
    change = world.apprenticeship.assignment_changes.get(role="trainer", after=None)
    undo_assignment(change.pk, acting(world.admin), "They stay.")
    assert sees(trainer) == {world.apprenticeship.pk}


def test_a_trainer_judges_and_signs_off_nothing(world, trainer):
    waiting = world.submitted("K1")
    with pytest.raises(NotAllowed):
        workflow.start_review(waiting.pk, acting(trainer))
    world.judge(waiting, {"K1": "met"})
    with pytest.raises(NotAllowed):
        workflow.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(trainer))
    assert not access.sees_queue(acting(trainer))


def test_a_trainer_who_also_assesses_somebody_does_so_only_there(world, trainer):
    Membership.objects.create(user=trainer, organisation=world.provider, role=Role.ASSESSOR)
    assert not access.can_sign_off(acting(trainer), world.apprenticeship)


@pytest.mark.parametrize("who", ["assessor", "mentor", "other_assessor", "apprentice"])
def test_only_a_trainer_of_the_provider_becomes_the_trainer(world, who):
    with pytest.raises(Incomplete) as refused:
        assign(world.apprenticeship.pk, acting(world.admin), trainer=world.people[who])
    assert refused.value.field == "trainer"


def test_a_trainer_who_leaves_hands_their_learners_over(world, trainer):
    other = person("second_trainer", (world.provider, Role.TRAINER))
    world.submitted("K1")
    membership = Membership.objects.get(user=trainer)
    assert [(one.apprenticeship, one.waiting) for one in what_waits(membership)] == [(world.apprenticeship.pk, 0)]
    workflow.end_role(membership.pk, acting(world.admin), {world.apprenticeship.pk: other})
    assert Assignment.objects.live().get(apprenticeship=world.apprenticeship, role="trainer").person == other
    assert Assignment.objects.live().get(apprenticeship=world.apprenticeship, role="assessor").person == world.assessor


def test_a_manager_sees_the_whole_provider_without_an_end_and_changes_nothing(world):
    manager = person("manager", (world.provider, Role.MANAGER))
    assert Membership.objects.get(user=manager).ended_on is None
    assert sees(manager) == {world.apprenticeship.pk, world.second.pk}
    with pytest.raises(NotAllowed):
        assign(world.apprenticeship.pk, acting(manager), assessor=world.second_assessor, reason="Because.")
    with pytest.raises(NotAllowed):
        workflow.start_review(world.submitted("K1").pk, acting(manager))
