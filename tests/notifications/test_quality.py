"""What quality assurance finds is told to whoever has to read it or act, and what it reopens to the apprentice."""

from datetime import timedelta
from uuid import uuid4

from accounts.models import Membership
from assessments.workflow import Meeting, ToDo, note_on_action, record_standardisation
from core import clock
from notifications import due, outbox
from notifications.models import Notice
from tests.assessments.quality import WEEK, act_on, agree, note, plan, sample, standardised
from tests.notifications.worker import digest, mailed, told
from tests.world import acting


def test_whoever_has_to_act_is_told_so_reminded_and_left_alone_once_it_is_done(world):
    finding = act_on(world, sample(world))
    assert told(world.assessor)[-1] == "action_asked"
    assert "action_asked" not in told(world.apprentice)
    with clock.at(clock.now() + WEEK - timedelta(days=2)):
        assert (due.note_what_is_due(), due.note_what_is_due()) == (1, 0)
    with clock.at(clock.now() + WEEK + timedelta(days=1)):
        assert due.note_what_is_due() == 1
    assert told(world.assessor)[-2:] == ["action_due", "action_late"]
    note(world, finding, "closed")
    outbox.read_all()
    assert not Notice.objects.filter(person=world.assessor, news__startswith="action", read_at=None).exists()
    with clock.at(clock.now() + 2 * WEEK):
        assert due.note_what_is_due() == 0


def test_an_action_that_was_closed_is_not_mailed(world):
    finding = act_on(world, sample(world))
    outbox.read_all()
    note(world, finding, "closed")
    assert digest(world.assessor) == []


def test_the_assessor_is_told_that_a_decision_was_checked_without_its_text(world):
    agree(world, sample(world))
    assert told(world.assessor)[-1] == "checked"
    (message,) = digest(world.assessor)
    assert "Quality assurance checked your decision on K1 for Apprentice." in message.body
    assert "Well judged" not in message.body


def test_the_apprentice_is_told_that_a_ksb_was_reopened_and_not_that_it_is_signed_off(world):
    world.signed_off("K1")
    outbox.read_all()
    act_on(world, plan(world).samples.get(), reopen_because="The advert has no date.")
    (message,) = mailed(world.apprentice)
    assert "K1 is no longer signed off." in message.body
    assert "K1 was signed off." not in message.body
    assert "no date" not in message.body


def test_whoever_takes_an_action_on_at_a_standardisation_is_told_reminded_and_left_alone_once_it_is_done(world):
    action = standardised(world).actions.get()
    assert told(world.assessor)[-1] == "agreed_action"
    notices = Notice.objects.filter(person=world.assessor, news__startswith="agreed")
    assert notices.get().apprenticeship is None
    with clock.at(clock.now() + WEEK - timedelta(days=2)):
        assert (due.note_what_is_due(), due.note_what_is_due()) == (1, 0)
    with clock.at(clock.now() + WEEK + timedelta(days=1)):
        assert due.note_what_is_due() == 1
    assert told(world.assessor)[-2:] == ["agreed_due", "agreed_late"]
    note_on_action(action.pk, acting(world.assessor), note_id=uuid4(), kind="done", words="Told them.")
    outbox.read_all()
    assert not notices.filter(read_at=None).exists()
    with clock.at(clock.now() + 2 * WEEK):
        assert due.note_what_is_due() == 0


def test_an_agreed_action_is_mailed_without_its_words_and_not_once_it_is_done(world):
    action = standardised(world).actions.get()
    (message,) = digest(world.assessor)
    assert "You were given something to do at a standardisation meeting." in message.body
    assert "Tell the others" not in message.body
    with clock.at(clock.now() + WEEK):
        due.note_what_is_due()
    note_on_action(action.pk, acting(world.iqa), note_id=uuid4(), kind="given_up", words="Not needed.")
    assert digest(world.assessor) == [message]


def test_whoever_agreed_an_action_of_their_own_needs_no_notice_of_it(world):
    meeting = Meeting(clock.today(), frozenset({world.assessor.pk, world.iqa.pk}), "A date.")
    todo = ToDo("Write it down.", world.iqa.pk, clock.today() + WEEK)
    record_standardisation(world.provider.pk, acting(world.iqa), meeting, record_id=uuid4(), actions=[todo])
    assert "agreed_action" not in told(world.iqa)
    with clock.at(clock.now() + WEEK):
        due.note_what_is_due()
    assert told(world.iqa)[-1] == "agreed_due"


def test_an_action_is_not_mailed_to_somebody_who_may_not_read_it_any_more(world):
    standardised(world)
    outbox.read_all()
    Membership.objects.filter(user=world.assessor).update(ended_on=clock.today())
    assert digest(world.assessor) == []
