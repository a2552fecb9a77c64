"""What is due, late or unanswered is told of once, to whoever can do something about it."""

from datetime import timedelta

from assessments import workflow as assessing
from assessments.feedback_time import expected
from core import clock
from core.working_days import working_day_after
from notifications import due, outbox
from notifications.models import Notice
from signing.workflow import resend, revoke
from signing.workflow.asking import LINK_LASTS
from tests.notifications.worker import digest, told
from tests.signing.people import ask_witness, link_of
from tests.world import OWN_WORK, acting


def on_day(day):
    """Noon of a day."""
    return clock.at(clock.now() + timedelta(days=(day - clock.today()).days))


def look(day):
    outbox.read_all()
    with on_day(day):
        return due.note_what_is_due()


def test_feedback_that_is_due_soon_and_then_late_is_told_of_once_each(world):
    submission = world.submitted("K1")
    by = expected(submission.submitted_at).on
    assert look(working_day_after(clock.today(), 3)) == 0
    assert (look(by), look(by)) == (1, 0)
    assert look(by + timedelta(days=1)) == 1
    assert told(world.assessor) == ["submitted", "feedback_due", "feedback_late"]


def test_feedback_that_is_about_to_be_sent_is_not_due(world):
    submission = world.submitted("K1")
    world.finish(submission, {"K1": "met"})
    assert look(expected(submission.submitted_at).on) == 0


def test_nothing_is_due_for_a_learner_who_withdrew(world):
    submission = world.submitted("K1")
    world.withdrawn()
    assert look(expected(submission.submitted_at).on) == 0


def test_an_apprentice_is_reminded_once_of_a_piece_that_needs_work(world):
    world.judged({"K1": "not_yet"})
    day = working_day_after(clock.today(), due.REWORK_DAYS)
    assert (look(day - timedelta(days=1)), look(day), look(day + timedelta(days=1))) == (0, 1, 0)
    with on_day(day):
        assert "Your evidence still needs work." in digest(world.apprentice)[-1].body


def test_a_piece_that_was_sent_again_is_due_no_more(world):
    evidence = world.judged({"K1": "not_yet"}).evidence
    day = working_day_after(clock.today(), due.REWORK_DAYS)
    assert look(day) == 1
    assessing.submit(evidence.pk, acting(world.apprentice), OWN_WORK)
    outbox.read_all()
    assert not Notice.objects.filter(news="rework_due", read_at=None).exists()


def test_whoever_asked_is_told_that_a_link_expired_and_told_again_if_the_next_one_does(world):
    asked = ask_witness(world)
    link = link_of(asked)
    with clock.at(link.expires_at):
        due.note_what_is_due()
        assert due.note_what_is_due() == 0
        resend(link.pk, acting(world.apprentice))
    with clock.at(link.expires_at + LINK_LASTS):
        due.note_what_is_due()
    assert told(world.apprentice) == ["link_expired", "link_expired"]


def test_a_request_that_was_withdrawn_does_not_expire(world):
    link = link_of(ask_witness(world))
    revoke(link.pk, acting(world.apprentice))
    with clock.at(link.expires_at):
        due.note_what_is_due()
    assert told(world.apprentice) == []
