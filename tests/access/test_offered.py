"""What pages offer by what a request has read already is what the rules of change, which read it again, allow."""

from datetime import timedelta

import pytest

from accounts.models import Membership
from apprenticeships import access as apprenticeship_access
from apprenticeships.models import Assignment
from assessments import access as judging
from assessments.models import Submission
from core import clock
from occupations import access as catalogue
from reports.pack import access as packs
from tests.world import World, acting, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def everybody(world: World):
    """Each person, for each organisation that they can act for and for none."""
    for name, person in world.people.items():
        for place in (None, *(held.organisation for held in Membership.objects.filter(user=person))):
            person.acting_for = place
            yield f"{name} for {place}", acting(person)


def test_who_is_offered_to_judge_may_judge_and_nobody_else(world):
    submissions = [world.submitted("K1"), world.submitted("K2", apprenticeship=world.second)]
    ended = clock.today() - timedelta(days=1)
    for end_it in (False, True):
        if end_it:
            Assignment.objects.filter(person=world.assessor).update(started_on=ended, ended_on=ended)
        judges = set()
        for submission in Submission.objects.filter(pk__in=[one.pk for one in submissions]):
            for name, actor in everybody(world):
                allowed = judging.can_decide(actor, submission)
                assert judging.judges(actor, submission) is allowed, name
                learner = submission.evidence.apprenticeship
                assert apprenticeship_access.assesses(actor, learner) is (
                    apprenticeship_access.is_assessor_of(actor, learner)
                ), name
                judges |= {name} if allowed else set()
        assert any(name.startswith("assessor ") for name in judges) is not end_it


def test_who_is_offered_to_import_may_import_and_nobody_else(world):
    found = {name: (catalogue.imports(actor), catalogue.can_import(actor)) for name, actor in everybody(world)}
    assert {name: offered for name, (offered, _) in found.items()} == {
        name: allowed for name, (_, allowed) in found.items()
    }
    assert set(found.values()) == {(True, True), (False, False)}


def test_who_is_offered_to_choose_for_a_pack_or_to_have_one_made_may_and_nobody_else(world):
    for learner in (world.apprenticeship, world.second):
        offered, allowed = (
            {name for name, actor in everybody(world) if rule(actor, learner)}
            for rule in (packs.chooses, packs.can_choose)
        )
        assert offered == allowed
        assert offered
        offered, allowed = (
            {name for name, actor in everybody(world) if rule(actor, learner)}
            for rule in (packs.asks_for_pack, packs.can_ask_for_pack)
        )
        assert offered == allowed
        assert offered
