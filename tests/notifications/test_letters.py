"""One mail for what came together, once, in the way that each person chose, of what they may still be told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from apprenticeships import workflow as enrolling
from assessments.workflow import withdraw_sign_off
from core import clock
from jobs import schedule
from jobs.models import Mail
from jobs.working import work_off
from notifications import letters, outbox, tasks, workflow
from notifications.kinds import How, Kind
from notifications.models import MAILED_WITHIN, Letter
from signing.receipts import token_of
from signing.workflow import disown
from tests.notifications.worker import LATER, digest, mailed, sent_to, told
from tests.signing.people import ask_witness, sign, token_for
from tests.world import acting


def choose(person, **ways):
    workflow.choose_emails(acting(person), {Kind(kind): How(how) for kind, how in ways.items()})


def test_what_came_together_is_one_mail_with_a_link_for_each(world):
    world.judged({"K1": "not_yet"}, title="Secret title")
    world.signed_off("K2")
    (message,) = mailed(world.apprentice)
    assert message.subject == "3 pieces of news from Craftmark"
    assert message.body.count("/evidence/") == 2
    assert "K2 was signed off." in message.body
    for private in ("Secret title", "Say more.", "two job boards"):
        assert private not in message.body
    assert mailed(world.apprentice) == [message]


def test_a_mail_of_one_notice_says_it_in_the_subject(world):
    world.judged({"K1": "not_yet"})
    (message,) = mailed(world.apprentice)
    assert message.subject == "Your evidence was reviewed and needs some more work"
    assert "Hello Apprentice," in message.body
    assert "/notices/stop/" in message.extra_headers["List-Unsubscribe"]


def test_what_comes_within_two_minutes_waits_for_the_rest(world):
    world.judged({"K1": "not_yet"})
    assert mailed(world.apprentice, after=timedelta(minutes=1)) == []
    assert len(mailed(world.apprentice)) == 1


def test_assessors_get_what_was_sent_to_them_once_a_day(world):
    for title in ("One", "Two"):
        world.submitted("K1", title=title)
    assert mailed(world.assessor) == []
    (message,) = digest(world.assessor)
    assert message.body.count("Apprentice sent you evidence to review.") == 2
    assert digest(world.assessor) == [message]


@pytest.mark.parametrize(("how", "at_once", "daily"), [("at_once", 1, 1), ("daily", 0, 1), ("never", 0, 0)])
def test_everybody_chooses_how_each_kind_is_mailed(world, how, at_once, daily):
    choose(world.apprentice, referred=how)
    world.judged({"K1": "not_yet"})
    assert len(mailed(world.apprentice)) == at_once
    assert len(digest(world.apprentice)) == daily
    assert told(world.apprentice) == ["needs_work"]


def test_a_choice_counts_for_what_waits_already(world):
    world.judged({"K1": "not_yet"})
    outbox.read_all()
    choose(world.apprentice, referred="never")
    assert mailed(world.apprentice) == digest(world.apprentice) == []


def test_a_link_that_stops_mails_counts_for_a_letter_that_is_on_its_way(world):
    world.judged({"K1": "not_yet"})
    written(world.apprentice)
    choose(world.apprentice, referred="never")
    assert sent_to(world.apprentice) == []


def written(person):
    """A letter that waits for the mail server."""
    outbox.read_all()
    with clock.at(clock.now() + LATER):
        letters.write_what_is_due()
    return Letter.objects.get(person=person, settled_at=None)


def withdraw(world):
    world.withdrawn()


def hand_over(world):
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They left.")


def lose_account(world):
    User.objects.filter(pk=world.apprentice.pk).update(is_active=False)


@pytest.mark.parametrize("loses", [withdraw, lose_account])
def test_whoever_lost_the_right_gets_no_mail_that_was_on_its_way(world, loses):
    world.judged({"K1": "not_yet"})
    letter = written(world.apprentice)
    loses(world)
    assert sent_to(world.apprentice) == []
    letter.refresh_from_db()
    assert (letter.told, letter.settled_at is None) == (0, False)


def test_an_assessor_who_handed_over_gets_no_digest_about_the_learner(world):
    world.submitted("K1")
    outbox.read_all()
    letters.write_digests()
    hand_over(world)
    assert sent_to(world.assessor) == []


def test_a_learner_who_withdrew_gets_no_mail_of_what_was_not_read_before(world):
    world.judged({"K1": "not_yet"})
    world.withdrawn()
    assert mailed(world.apprentice) == digest(world.apprentice) == []
    assert told(world.apprentice) == ["needs_work"]


def test_a_sign_off_that_was_withdrawn_is_told_of_as_withdrawn_alone(world):
    made = world.signed_off("K1")
    outbox.read_all()
    withdraw_sign_off(made.pk, acting(world.assessor), "It was the wrong one.")
    (message,) = mailed(world.apprentice)
    assert "The sign-off of K1 was withdrawn." in message.body
    assert "K1 was signed off." not in message.body


def test_a_confirmation_that_is_disputed_is_not_told_of_as_one(world):
    choose(world.apprentice, confirmed="at_once")
    signature = sign(token_for(ask_witness(world)))
    outbox.read_all()
    disown(token_of(signature))
    (message,) = mailed(world.apprentice)
    assert "Wanda Witness says that they did not make a confirmation" in message.body
    assert "confirmed what you asked" not in message.body


def test_what_was_read_in_the_app_is_not_mailed(world):
    world.judged({"K1": "not_yet"})
    outbox.read_all()
    workflow.read_every_notice(acting(world.apprentice))
    assert mailed(world.apprentice) == []


def test_what_was_reviewed_since_is_not_in_the_digest(world):
    submission = world.submitted("K1")
    outbox.read_all()
    world.finish(submission, {"K1": "met"})
    assert digest(world.assessor) == []


def test_news_from_before_a_long_outage_is_in_the_app_alone(world):
    with clock.at(clock.now() - MAILED_WITHIN - timedelta(days=1)):
        world.judged({"K1": "not_yet"})
    assert mailed(world.apprentice) == []
    assert told(world.apprentice) == ["needs_work"]


def test_two_workers_put_a_notice_into_one_letter(world):
    world.judged({"K1": "not_yet"})
    outbox.read_all()
    assert letters.write_letter(world.apprentice.pk, How.AT_ONCE) is not None
    assert letters.write_letter(world.apprentice.pk, How.AT_ONCE) is None


def test_a_worker_that_dies_before_it_sent_a_letter_leaves_it_to_the_next_one(world, monkeypatch):
    world.judged({"K1": "not_yet"})
    letter = written(world.apprentice)

    def die(_message):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(letters, "hand_over", die)
        with pytest.raises(SystemExit):
            letters.send_letter.func(str(letter.pk))
    assert len(sent_to(world.apprentice)) == 1
    letters.send_letter.func(str(letter.pk))
    assert len(sent_to(world.apprentice)) == 1


def test_no_text_of_a_notice_is_kept(world):
    world.judged({"K1": "not_yet"})
    before = Mail.objects.count()
    written(world.apprentice)
    assert Mail.objects.count() == before


# The morning ----------------------------------------------------------------------------------------------------------
MORNING = f"{tasks.__name__}.tell_what_is_due"


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [("2026-10-24", 6), ("2026-10-25", 7), ("2026-10-26", 7), ("2027-03-27", 7), ("2027-03-28", 6)],
)
def test_the_mails_of_the_day_go_at_seven_in_london_also_when_the_clocks_change(day, utc_hour):
    slot_of = schedule.SCHEDULE[MORNING].slot_of
    seven = datetime.fromisoformat(f"{day}T{utc_hour:02}:00:00").replace(tzinfo=UTC)
    assert timezone.localtime(seven).hour == 7
    assert slot_of(seven) == seven
    assert slot_of(seven - timedelta(seconds=1)) < seven
    assert slot_of(seven + timedelta(hours=23)) in (seven, slot_of(seven + timedelta(hours=25)))


def test_on_the_day_the_clocks_change_the_digest_goes_once_with_all_of_25_hours(world):
    """30 October 2027, 07:00 in summer time, to 31 October, 07:00 in winter time."""
    eve = datetime(2027, 10, 30, 6, 0, tzinfo=UTC)
    sent = []
    for hours in (0, 1, 24, 25, 26):
        with clock.at(eve + timedelta(hours=hours)):
            if hours in (1, 24):
                world.submitted("K1", title=f"After {hours} hours")
            schedule.tick()
            work_off()
            sent.append(len(sent_to(world.assessor)))
    assert sent == [0, 0, 0, 1, 1]
    assert sent_to(world.assessor)[0].body.count("sent you evidence") == 2
