"""Checking sampled decisions: agree, action, answers, and KSBs that a finding reopens."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from assessments import workflow as assessing
from assessments.feedback import Feedback
from assessments.models import Decision, Finding, Reopening, Sample, SignOff
from assessments.workflow import Found
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from tests.assessments.quality import WEEK, act_on, agree, note, plan, sample
from tests.world import World, acting, grant, person

pytestmark = pytest.mark.django_db


def state(world: World, code: str = "K1") -> str:
    return world.apprenticeship.progress.get(ksb__code=code).state


def reopened(world: World) -> Reopening:
    """K1, signed off and reopened."""
    world.signed_off("K1")
    act_on(world, plan(world).samples.get(), reopen_because="The advert has no date.")
    return Reopening.objects.get()


def test_what_is_agreed_makes_its_ksb_quality_assured_and_nothing_else(world: World):
    of = sample(world)
    agree(world, of)
    progress = world.apprenticeship.progress.get(ksb__code="K1")
    assert progress.quality_assured_at
    assert progress.state == "met"
    assert world.apprenticeship.progress.filter(quality_assured_at__isnull=False).count() == 1


def test_a_corrected_decision_is_no_longer_quality_assured(world: World):
    of = sample(world)
    agree(world, of)
    assessing.correct_decision(
        of.decision_id, acting(world.assessor), "not_yet", Feedback(missing="A date."), "I misread it."
    )
    assert world.apprenticeship.progress.get(ksb__code="K1").quality_assured_at is None


@pytest.mark.parametrize("who", ["assessor", "admin", "viewer", "apprentice", "other_admin", "second_assessor"])
def test_nobody_but_a_quality_assurer_checks(world: World, who):
    of = sample(world)
    with pytest.raises(NotAllowed):
        assessing.check_decision(of.pk, acting(world.people[who]), Found("agreed"), finding_id=uuid4())


def test_nobody_checks_their_own_decision_whatever_they_are(world: World):
    of = sample(world)
    grant(world.assessor, world.provider, Role.IQA)
    with pytest.raises(NotAllowed):
        assessing.check_decision(of.pk, acting(world.assessor), Found("agreed"), finding_id=uuid4())
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.create(
            sample=of, provider=world.provider, assessor=world.assessor, by=world.assessor, result="agreed"
        )


def test_who_judged_the_claim_before_it_was_corrected_does_not_check_the_correction(world: World):
    colleague = person("colleague", (world.provider, Role.ASSESSOR), (world.provider, Role.IQA))
    wrong = world.judged({"K1": "not_yet"}).claims.get().decisions.get()
    right = Decision.objects.create(
        claim=wrong.claim, supersedes=wrong, reason="No.", outcome="met", by=colleague, snapshot_sha256="0" * 64
    )
    grant(world.assessor, world.provider, Role.IQA)
    of = plan(world).samples.get(decision=right)
    for who in (colleague, world.assessor):
        with pytest.raises(NotAllowed):
            assessing.check_decision(of.pk, acting(who), Found("agreed"), finding_id=uuid4())


def test_nobody_checks_what_was_decided_about_themself(world: World):
    of = sample(world)
    grant(world.apprentice, world.provider, Role.IQA)
    world.apprentice.acting_for = world.provider
    with pytest.raises(NotAllowed):
        assessing.check_decision(of.pk, acting(world.apprentice), Found("agreed"), finding_id=uuid4())


def test_a_decision_is_checked_once(world: World):
    of = sample(world)
    token = uuid4()
    for _time in range(2):
        assessing.check_decision(of.pk, acting(world.iqa), Found("agreed"), finding_id=token)
    assert Finding.objects.count() == 1
    with pytest.raises(OutOfTurn, match="Iqa checked this"):
        act_on(world, of)


@pytest.mark.parametrize(
    ("found", "field"),
    [
        (Found("maybe"), "result"),
        (Found("action", owner_id=uuid4(), due_on=clock.today()), "action"),
        (Found("action", action="Ask.", due_on=clock.today()), "owner"),
        (Found("action", action="Ask.", owner_id=uuid4(), due_on=clock.today()), "owner"),
    ],
)
def test_an_action_without_what_or_who_is_refused_by_its_field(world: World, found, field):
    with pytest.raises(Incomplete) as refusal:
        assessing.check_decision(sample(world).pk, acting(world.iqa), found, finding_id=uuid4())
    assert refusal.value.field == field


@pytest.mark.parametrize("due_on", [None, clock.today() - timedelta(days=1)])
def test_an_action_has_a_day_that_is_not_past(world: World, due_on):
    found = Found("action", "", "Ask.", world.assessor.pk, due_on)
    with pytest.raises(Incomplete) as refusal:
        assessing.check_decision(sample(world).pk, acting(world.iqa), found, finding_id=uuid4())
    assert refusal.value.field == "due_on"


def test_an_action_is_answered_by_the_assessor_closed_by_quality_assurance_and_opened_again(world: World):
    finding = act_on(world, sample(world))
    assert Finding.objects.open_actions().exists()
    note(world, finding, "answer")
    assert Finding.objects.open_actions().exists()
    note(world, finding, "closed")
    assert not Finding.objects.open_actions().exists()
    with pytest.raises(OutOfTurn):
        note(world, finding, "closed")
    note(world, finding, "opened")
    assert Finding.objects.open_actions().exists()
    with clock.at(clock.now() + 2 * WEEK):
        assert Finding.objects.open_actions().overdue().exists()


@pytest.mark.parametrize(
    ("who", "kind"), [("assessor", "closed"), ("iqa", "answer"), ("second_assessor", "answer"), ("admin", "closed")]
)
def test_nobody_else_answers_or_closes(world: World, who, kind):
    finding = act_on(world, sample(world))
    with pytest.raises(NotAllowed):
        note(world, finding, kind, by=world.people[who])


def test_who_has_to_act_does_not_close_it_themself(world: World):
    of = sample(world)
    found = Found("action", "", "Hold a meeting.", world.iqa.pk, clock.today())
    finding = assessing.check_decision(of.pk, acting(world.iqa), found, finding_id=uuid4())
    with pytest.raises(NotAllowed):
        note(world, finding, "closed")


def test_a_finding_is_corrected_for_a_reason_and_the_first_one_stays(world: World):
    finding = act_on(world, sample(world))
    with pytest.raises(Incomplete):
        assessing.correct_finding(finding.pk, acting(world.iqa), Found("agreed"), "")
    for _time in range(2):
        right = assessing.correct_finding(finding.pk, acting(world.iqa), Found("agreed"), "The date is on page 2.")
    assert list(Finding.objects.standing()) == [right]
    assert Finding.objects.count() == 2
    assert world.apprenticeship.progress.get(ksb__code="K1").quality_assured_at
    with pytest.raises(OutOfTurn):
        note(world, finding, "closed")


def test_a_finding_reopens_a_signed_off_ksb_and_undoing_it_counts_the_sign_off_again(world: World):
    reopening = reopened(world)
    assert state(world) == "met"
    assert SignOff.objects.live().exists()
    undone = assessing.undo_reopening(reopening.pk, acting(world.iqa), "The date is on page 2.")
    assert assessing.undo_reopening(reopening.pk, acting(world.iqa), "The date is on page 2.") == undone
    assert state(world) == "signed_off"
    assert Reopening.objects.count() == 2


def test_only_what_is_signed_off_is_reopened(world: World):
    with pytest.raises(OutOfTurn, match="not signed off"):
        act_on(world, sample(world), reopen_because="No date.")
    assert not Finding.objects.exists()


def test_a_reopened_ksb_is_signed_off_again_once_the_action_is_closed(world: World):
    reopening = reopened(world)
    again = (world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))
    with pytest.raises(OutOfTurn, match="reopened K1"):
        assessing.sign_off(*again)
    note(world, Finding.objects.get(), "closed")
    made = assessing.sign_off(*again)
    assert made.follows.sign_off == reopening.sign_off
    assert state(world) == "signed_off"
    with pytest.raises(OutOfTurn, match="has been withdrawn since"):
        assessing.undo_reopening(reopening.pk, acting(world.iqa), "It was right.")


def test_withdrawing_a_reopened_sign_off_does_not_get_around_the_action(world: World):
    reopening = reopened(world)
    assessing.withdraw_sign_off(reopening.sign_off_id, acting(world.assessor), "Quality assurance is right.")
    with pytest.raises(OutOfTurn, match="reopened K1"):
        assessing.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))


def test_a_decision_of_a_reopened_ksb_can_be_corrected_and_then_the_sign_off_does_not_come_back(world: World):
    reopening = reopened(world)
    decision = Decision.objects.get()
    assessing.correct_decision(
        decision.pk, acting(world.assessor), "not_yet", Feedback(missing="Add the date."), "Quality assurance."
    )
    assert state(world) == "needs_work"
    with pytest.raises(OutOfTurn, match="has been corrected since"):
        assessing.undo_reopening(reopening.pk, acting(world.iqa), "It was right.")


def test_a_finding_that_reopened_a_ksb_is_not_corrected_to_agreed_before_that_is_undone(world: World):
    reopened(world)
    with pytest.raises(OutOfTurn, match="Undo that first"):
        assessing.correct_finding(Finding.objects.get().pk, acting(world.iqa), Found("agreed"), "I misread it.")


@pytest.mark.parametrize("who", ["assessor", "admin", "apprentice", "viewer"])
def test_nobody_else_undoes_a_reopening(world: World, who):
    with pytest.raises(NotAllowed):
        assessing.undo_reopening(reopened(world).pk, acting(world.people[who]), "No.")


def test_an_assessor_sees_what_was_found_about_their_decisions_and_no_sample_before(world: World):
    of = sample(world)

    def seen(who: str) -> bool:
        return Sample.objects.visible_to(acting(world.people[who])).filter(pk=of.pk).exists()

    assert {who for who in world.people if seen(who)} == {"admin", "iqa", "viewer"}
    act_on(world, of)
    assert {who for who in world.people if seen(who)} == {"admin", "iqa", "viewer", "assessor"}
    assert Finding.objects.visible_to(acting(world.assessor)).exists()
    for who in ("second_assessor", "apprentice", "mentor", "other_admin"):
        assert not Finding.objects.visible_to(acting(world.people[who])).exists()
