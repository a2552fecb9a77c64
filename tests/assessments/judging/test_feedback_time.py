"""Feedback is due ten working days after a piece was sent; the queue says what is near and what is late."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from assessments import feedback_time
from assessments.feedback_time import Due, expected
from core import clock
from core.moments import day
from tests.world import OWN_WORK_FORM

LONDON = ZoneInfo("Europe/London")
#: A Friday with no bank holiday for three weeks around it.
NOW = datetime(2026, 11, 27, 15, 0, tzinfo=LONDON)


def sent(days_ago):
    return NOW - timedelta(days=days_ago)


@pytest.mark.parametrize(
    ("days_ago", "left", "due"),
    [
        (0, 10, Due.LATER),
        (9, 3, Due.LATER),
        (10, 2, Due.SOON),
        (14, 0, Due.SOON),
        (15, -1, Due.LATE),
        (21, -5, Due.LATE),
    ],
)
def test_age_is_held_against_ten_working_days(days_ago, left, due):
    with clock.at(NOW):
        found = expected(sent(days_ago))
        assert (found.days_left, found.due) == (left, due)
        assert feedback_time.limits().due(sent(days_ago).date()) == due


def test_what_was_due_on_friday_is_late_on_saturday():
    with clock.at(NOW + timedelta(days=1)):
        assert expected(sent(14)).due == Due.LATE


def test_a_piece_that_is_sent_before_midnight_counts_from_that_day_in_london():
    late = datetime(2026, 7, 10, 23, 30, tzinfo=LONDON)
    assert expected(late).on == expected(late.replace(hour=9)).on


@pytest.fixture
def queue(world):
    """One that was sent today, one that is due soon, two that are late."""
    for number, days_ago in enumerate((0, 11, 20, 30)):
        with clock.at(sent(days_ago)):
            world.submitted("K1", title=f"Piece {number}")
    return world


@pytest.mark.parametrize("who", ["assessor", "admin", "iqa"])
def test_the_queue_shows_what_is_due_soon_and_late_at_a_glance(client, queue, who):
    with clock.at(NOW):
        client.force_login(queue.people[who])
        page = client.get(reverse("pages:queue")).content.decode()
        assert [int(n) for n in re.findall(r"<strong>(\d+)</strong>", page)] == [4, 1, 2]
        assert "Due in 1 working day<" in page
        assert "5 working days late" in page
        assert day(expected(NOW).on) in page
        for due, titles in (
            ("soon", {"Piece 1"}),
            ("late", {"Piece 2", "Piece 3"}),
            ("?", {f"Piece {n}" for n in range(4)}),
        ):
            page = client.get(reverse("pages:queue"), {"due": due}).content.decode()
            assert set(re.findall(r">(Piece \d)</a>", page)) == titles


def test_an_empty_list_of_late_pieces_says_so(client, world):
    world.submitted("K1")
    client.force_login(world.assessor)
    assert "Nothing is late." in client.get(reverse("pages:queue"), {"due": "late"}).content.decode()


def test_the_apprentice_sees_by_when_feedback_is_due(client, world):
    piece = world.draft("K1")
    client.force_login(world.apprentice)
    with clock.at(NOW):
        address = reverse("pages:evidence-submit", args=[piece.pk])
        page = client.post(address, OWN_WORK_FORM, follow=True).content.decode()
        assert page.count(f"Feedback is due by {day(expected(NOW).on)}.") == 2
    with clock.at(NOW + timedelta(days=20)):
        client.force_login(world.apprentice)
        page = client.get(reverse("pages:evidence", args=[piece.pk])).content.decode()
        assert f"Feedback was due by {day(expected(NOW).on)}, and is late." in page


def test_what_was_reviewed_is_no_longer_expected(client, world):
    submission = world.judged({"K1": "met"})
    client.force_login(world.apprentice)
    page = client.get(reverse("pages:evidence", args=[submission.evidence_id])).content.decode()
    assert "Feedback is due" not in page
