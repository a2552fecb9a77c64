"""The record is read once, whatever happens to whoever reads it, and the right people are told."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Membership, User
from apprenticeships import workflow as enrolling
from assessments import workflow as assessing
from audit.models import Chain
from core import clock
from notifications import outbox, reading
from notifications.models import KEPT_DAYS, Notice, ReadTo
from signing.receipts import token_of
from signing.workflow import decline, disown, pass_on
from tests.notifications.worker import mailed, told
from tests.signing.people import ask_witness, sign, token_for
from tests.world import acting, make_world


def unread(person: User) -> int:
    return User.objects.get(pk=person.pk).unread_notices


def hand_over(world):
    return enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They take over."
    )


def test_the_assessor_is_told_of_evidence_that_was_sent(world):
    world.submitted("K1")
    assert told(world.assessor) == ["submitted"]
    assert (unread(world.assessor), unread(world.apprentice), unread(world.admin)) == (1, 0, 0)


def test_whoever_covers_is_told_as_well(world):
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), cover=world.second_assessor, reason="The assessor is away."
    )
    world.submitted("K1")
    assert told(world.assessor) == told(world.second_assessor) == ["submitted"]


def test_nobody_is_told_of_a_finished_review_before_it_is_sent(world):
    submission = world.submitted("K1")
    world.finish(submission, {"K1": "met"})
    assert told(world.apprentice) == []
    assessing.send_review(submission.pk, acting(world.assessor))
    assert told(world.apprentice) == ["accepted"]


def test_the_apprentice_is_told_what_became_of_their_evidence(world):
    world.judged({"K1": "met", "S1": "not_yet"})
    assert told(world.apprentice) == ["needs_work"]
    made = world.signed_off("K2")
    assert told(world.apprentice) == ["needs_work", "accepted", "signed_off"]
    assessing.withdraw_sign_off(made.pk, acting(world.assessor), "It was the wrong one.")
    assert told(world.apprentice)[-1] == "sign_off_withdrawn"


def test_what_was_signed_off_together_is_one_notice(world):
    for code in ("K1", "K2"):
        world.signed_off(code)
    assert told(world.apprentice).count("signed_off") == 1
    assert Notice.objects.get(news="signed_off").codes == ["K1", "K2"]


def test_whoever_asked_is_told_what_was_answered(world):
    submission = world.submitted("K1", "B1")
    asked = ask_witness(world, submission)
    signature = sign(token_for(asked))
    assert told(world.apprentice) == ["confirmed"]
    disown(token_of(signature))
    assert told(world.iqa) == ["disputed"]
    assert told(world.other_admin) == []
    other = ask_witness(world, submission, email="other.witness@example.test")
    pass_on(token_for(other), name="Pat Passed", email="pat@example.test")
    third = ask_witness(world, submission, email="third.witness@example.test")
    decline(token_for(third), reason="I was not there.")
    assert told(world.apprentice) == ["confirmed", "disputed", "passed_on", "declined"]


def test_what_is_unsent_leaves_no_notice(world):
    submission = world.submitted("K1")
    assert told(world.assessor) == ["submitted"]
    assessing.take_back(submission.pk, acting(world.apprentice))
    assert told(world.assessor) == []
    assert unread(world.assessor) == 0


def test_what_was_reviewed_is_no_news_to_the_colleague_who_covers(world):
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), cover=world.second_assessor, reason="The assessor is away."
    )
    submission = world.submitted("K1")
    told(world.assessor)
    world.judge(submission, {"K1": "met"})
    told(world.assessor)
    assert unread(world.second_assessor) == 0


def test_whoever_hands_a_learner_over_keeps_no_notice_about_them(world):
    world.submitted("K1")
    assert told(world.assessor) == ["submitted"]
    hand_over(world)
    assert told(world.assessor) == []
    assert unread(world.assessor) == 0


def test_whose_role_ends_keeps_no_notice_of_that_provider(world):
    world.submitted("K1")
    told(world.assessor)
    place = Membership.objects.get(user=world.assessor)
    hand_over_to = {world.apprenticeship.pk: world.second_assessor}
    assessing.end_role(place.pk, acting(world.admin), hand_over_to)
    assert told(world.assessor) == []


def test_a_worker_that_dies_while_it_reads_leaves_everything_to_the_next_one(world, monkeypatch):
    world.submitted("K1")

    def die(*_):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "forget_lost", die)
        with pytest.raises(SystemExit):
            outbox.read_all()
    assert not Notice.objects.exists()
    assert told(world.assessor) == ["submitted"]
    assert told(world.assessor) == ["submitted"]


def test_a_chain_that_cannot_be_read_keeps_none_of_the_others_from_it(world, monkeypatch):
    world.submitted("K1")
    world.submitted("K1", apprenticeship=world.elsewhere)
    read = outbox.read_window

    def fails_for_one(chain_id):
        if chain_id == world.provider.pk:
            raise ValueError
        return read(chain_id)

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "read_window", fails_for_one)
        assert (told(world.assessor), told(world.other_assessor)) == ([], ["submitted"])
    assert told(world.assessor) == ["submitted"]


def test_a_chain_is_read_in_windows_that_leave_nothing_out(world, monkeypatch):
    monkeypatch.setattr(outbox, "WINDOW", 2)
    for title in ("One", "Two", "Three"):
        world.submitted("K1", title=title)
    assert told(world.assessor) == ["submitted"] * 3
    assert not outbox.is_behind()
    chain = Chain.objects.get(pk=world.provider.pk)
    assert ReadTo.objects.get(chain=chain).sequence == chain.sequence


def test_what_is_older_than_notices_are_kept_is_not_told(world):
    with clock.at(clock.now() - timedelta(days=KEPT_DAYS + 1)):
        world.submitted("K1")
    assert told(world.assessor) == []


def test_old_notices_are_cleared_and_the_number_follows(world):
    world.submitted("K1")
    mailed(world.assessor)
    with clock.at(clock.now() + timedelta(days=KEPT_DAYS + 1)):
        assert reading.clear_old() == 1
    assert unread(world.assessor) == 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_everybody_once():
    world = make_world()
    for title in ("One", "Two", "Three"):
        world.submitted("K1", title=title)
    failed = []
    start = threading.Barrier(2)

    def read():
        try:
            start.wait()
            outbox.read_all()
        except Exception as fault:
            failed.append(fault)
        finally:
            connection.close()

    workers = [threading.Thread(target=read) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    assert told(world.assessor) == ["submitted"] * 3
    assert unread(world.assessor) == 3
