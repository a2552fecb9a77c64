"""Rules of signing off and withdrawing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from apprenticeships import workflow as enrolling
from apprenticeships.models import KsbProgress
from assessments import workflow
from assessments.models import SignOff, Submission
from audit.models import Entry
from core.errors import Incomplete, NotAllowed, OutOfTurn, WorkflowError
from tests.world import OWN_WORK, acting, make_world


def progress(world, code="K1"):
    return KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code=code)


def test_a_met_ksb_is_signed_off_on_its_decisions(world):
    made = world.signed_off("K1")
    assert [ground.decision.outcome for ground in made.grounds.all()] == ["met"]
    row = progress(world)
    assert (row.state, row.signed_off_by, row.signed_off_at) == ("signed_off", world.assessor, made.at)
    world.apprenticeship.refresh_from_db()
    assert world.apprenticeship.signed_off_count == 1


@pytest.mark.parametrize("outcomes", [{}, {"K1": "not_yet"}])
def test_a_ksb_that_is_not_met_cannot_be_signed_off(world, outcomes):
    if outcomes:
        world.judged(outcomes)
    with pytest.raises(OutOfTurn, match="K1 is"):
        workflow.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))


@pytest.mark.parametrize(
    "who", ["apprentice", "admin", "iqa", "viewer", "mentor", "second_assessor", "former_assessor", "other_assessor"]
)
def test_only_the_assigned_assessor_signs_off_and_withdraws(world, who):
    made = world.signed_off("K1")
    world.judged({"S1": "met"})
    with pytest.raises(NotAllowed):
        workflow.sign_off(world.apprenticeship.pk, world.ksb("S1").pk, acting(world.people[who]))
    with pytest.raises(NotAllowed):
        workflow.withdraw_sign_off(made.pk, acting(world.people[who]), "Because.")


def test_signing_off_twice_makes_one_sign_off(world):
    first = world.signed_off("K1")
    entries = Entry.objects.count()
    again = workflow.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))
    assert again == first
    assert again.is_repeat
    assert Entry.objects.count() == entries


def test_who_comes_second_is_told_who_signed_off_and_when(world):
    world.signed_off("K1")
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They take over."
    )
    with pytest.raises(OutOfTurn, match="Assessor signed off K1 on"):
        workflow.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.second_assessor))


def test_a_withdrawn_sign_off_opens_the_ksb_and_stays_on_the_record(world):
    made = world.signed_off("K1")
    withdrawal = workflow.withdraw_sign_off(made.pk, acting(world.assessor), "Signed the wrong one.")
    assert progress(world).state == "met"
    assert SignOff.objects.get().withdrawal == withdrawal
    again = workflow.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))
    assert again.follows == withdrawal
    assert progress(world).state == "signed_off"


def test_a_withdrawal_needs_its_reason(world):
    made = world.signed_off("K1")
    with pytest.raises(Incomplete):
        workflow.withdraw_sign_off(made.pk, acting(world.assessor), " ")


def test_withdrawing_twice_says_who_was_first(world):
    made = world.signed_off("K1")
    workflow.withdraw_sign_off(made.pk, acting(world.assessor), "Signed the wrong one.")
    with pytest.raises(OutOfTurn, match="Assessor withdrew this sign-off on"):
        workflow.withdraw_sign_off(made.pk, acting(world.assessor), "Another reason.")


def test_the_database_refuses_a_second_live_sign_off(world):
    made = world.signed_off("K1")
    with pytest.raises(IntegrityError), transaction.atomic():
        SignOff.objects.create(
            apprenticeship=made.apprenticeship,
            provider=world.provider,
            ksb=made.ksb,
            by=world.assessor,
            grounds_sha256="0" * 64,
        )


def in_parallel(times, act):
    """Run `act` in this many threads at once. Returns what each returned or was refused with."""

    def run(_number):
        try:
            return act()
        except WorkflowError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fifty_simultaneous_sign_offs_make_one_and_tell_the_others():
    world = make_world()
    world.judged({"K1": "met"})
    entries = Entry.objects.count()
    ksb = world.ksb("K1").pk
    results = in_parallel(50, lambda: workflow.sign_off(world.apprenticeship.pk, ksb, acting(world.assessor)))
    assert len({result.pk for result in results}) == 1
    assert sum(not result.is_repeat for result in results) == 1
    assert SignOff.objects.count() == 1
    assert Entry.objects.count() == entries + 1
    assert progress(world).state == "signed_off"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_simultaneous_submissions_make_one():
    world = make_world()
    piece = world.draft("K1")
    results = in_parallel(20, lambda: workflow.submit(piece.pk, acting(world.apprentice), OWN_WORK))
    assert len({result.pk for result in results}) == 1
    assert Submission.objects.count() == 1
    assert Entry.objects.filter(action="submission.made").count() == 1
