"""Appeals: who makes them, who decides them, and what an upheld one does."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from apprenticeships.models import KsbProgress
from assessments import workflow as assessing
from assessments.models import Appeal, AppealAnswer, Decision
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from core.working_days import working_day_after
from tests.assessments.quality import appeal, appeal_against_withdrawal
from tests.world import OWN_WORK, World, acting, grant, person

pytestmark = pytest.mark.django_db


def state(world: World) -> str:
    return KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code="K1").state


def decide(world: World, made: Appeal, result: str = "upheld", by=None) -> AppealAnswer:  # type: ignore[no-untyped-def]
    return assessing.decide_appeal(made.pk, acting(by or world.iqa), result, "The date is on page 2.")


def test_an_appeal_says_by_when_it_is_answered(world: World):
    assert appeal(world).answer_by == working_day_after(clock.today(), 20)


@pytest.mark.parametrize("who", ["assessor", "second_apprentice", "iqa", "admin", "mentor", "other_admin"])
def test_nobody_but_the_apprentice_appeals(world: World, who):
    decision = world.judged({"K1": "not_yet"}).claims.get().decisions.get()
    with pytest.raises(NotAllowed):
        assessing.appeal_decision(decision.pk, acting(world.people[who]), appeal_id=uuid4(), grounds="Wrong.")


def test_an_appeal_is_made_once_with_grounds_against_a_not_yet(world: World):
    submission = world.judged({"K1": "not_yet", "K2": "met"})
    own = acting(world.apprentice)
    met = Decision.objects.get(claim__submission=submission, claim__ksb__code="K2")
    with pytest.raises(OutOfTurn, match="Only a “not yet”"):
        assessing.appeal_decision(met.pk, own, appeal_id=uuid4(), grounds="Wrong.")
    not_yet = Decision.objects.get(claim__submission=submission, claim__ksb__code="K1")
    with pytest.raises(Incomplete):
        assessing.appeal_decision(not_yet.pk, own, appeal_id=uuid4(), grounds=" ")
    token = uuid4()
    for _time in range(2):
        assessing.appeal_decision(not_yet.pk, own, appeal_id=token, grounds="It is there.")
    with pytest.raises(OutOfTurn, match="You appealed against this"):
        assessing.appeal_decision(not_yet.pk, own, appeal_id=uuid4(), grounds="It is there.")
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize("who", ["apprentice", "assessor", "second_assessor", "admin", "viewer", "other_admin"])
def test_nobody_but_a_quality_assurer_decides(world: World, who):
    with pytest.raises(NotAllowed):
        decide(world, appeal(world), by=world.people[who])


def test_nobody_decides_an_appeal_against_themself_whatever_they_are(world: World):
    made = appeal(world)
    grant(world.assessor, world.provider, Role.IQA)
    with pytest.raises(NotAllowed):
        decide(world, made, by=world.assessor)
    with pytest.raises(IntegrityError), transaction.atomic():
        AppealAnswer.objects.create(
            appeal=made, assessor=world.assessor, by=world.assessor, result="upheld", reason="No."
        )


def test_an_upheld_appeal_supersedes_the_decision_with_its_reason(world: World):
    made = appeal(world)
    assert state(world) == "needs_work"
    for _time in range(2):
        decide(world, made)
    assert state(world) == "met"
    standing = Decision.objects.standing().get()
    assert (standing.supersedes, standing.by) == (made.decision, world.iqa)
    assert standing.reason == "Appeal upheld: The date is on page 2."
    assert made.decision.claim.submission.evidence.state == "accepted"


def test_an_appeal_that_is_turned_down_changes_nothing_and_can_be_upheld_later(world: World):
    made = appeal(world)
    decide(world, made, "turned_down")
    assert state(world) == "needs_work"
    with pytest.raises(OutOfTurn, match="turned down"):
        assessing.take_back_appeal(made.pk, acting(world.apprentice), "Never mind.")
    decide(world, made)
    assert state(world) == "met"
    assert [answer.result for answer in made.answers.all()] == ["turned_down", "upheld"]
    with pytest.raises(OutOfTurn):
        decide(world, made, "turned_down")


def test_what_was_sent_again_since_is_not_upheld_on_the_side(world: World):
    made = appeal(world)
    piece = made.decision.claim.submission.evidence
    assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK)
    with pytest.raises(OutOfTurn, match="sent again"):
        decide(world, made)
    assert not AppealAnswer.objects.exists()


def test_an_upheld_appeal_against_a_withdrawal_signs_the_ksb_off_again(world: World):
    made = appeal_against_withdrawal(world)
    assert state(world) == "met"
    decide(world, made)
    assert state(world) == "signed_off"


def test_who_withdrew_it_does_not_decide_and_what_was_signed_off_again_is_no_ground(world: World):
    made = appeal_against_withdrawal(world)
    assessing.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))
    grant(world.assessor, world.provider, Role.IQA)
    with pytest.raises(NotAllowed):
        decide(world, made, by=world.assessor)
    with pytest.raises(OutOfTurn):
        decide(world, made)


def test_an_appeal_is_taken_back_by_its_apprentice_with_a_reason_until_it_is_decided(world: World):
    made = appeal(world)
    with pytest.raises(NotAllowed):
        assessing.take_back_appeal(made.pk, acting(world.iqa), "Never mind.")
    assessing.take_back_appeal(made.pk, acting(world.apprentice), "We talked about it.")
    with pytest.raises(OutOfTurn):
        decide(world, made)


def test_an_appeal_is_seen_by_its_apprentice_the_assessor_and_who_oversees_quality(world: World):
    made = appeal(world)
    person("colleague", (world.provider, Role.ASSESSOR))
    seen = {who for who in world.people if Appeal.objects.visible_to(acting(world.people[who])).filter(pk=made.pk)}
    assert seen == {"apprentice", "assessor", "iqa", "admin", "viewer"}
