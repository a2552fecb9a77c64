"""Saved views that are mailed: to whom, when, with what, once, and until somebody stops it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from audit.models import Entry
from core import clock
from core.errors import Incomplete, NotAllowed
from jobs import schedule
from jobs.working import work_off
from reports.saving.mailing import end_mailing, is_any_due, next_after, send_due, set_mailing
from reports.saving.models import ReportMailing
from reports.saving.workflow import remove_view, save_view
from tests.world import acting

pytestmark = pytest.mark.django_db
#: A Wednesday.
NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def view(world):
    with clock.at(NOW - timedelta(days=1)):
        return save_view(world.provider.pk, acting(world.admin), "Behind", "rag=red")


def sent():
    """The reports that the workers have mailed since this was last asked, by address."""
    work_off()
    found = {letter.to[0]: letter for letter in mail.outbox if letter.subject.startswith("Your report")}
    mail.outbox.clear()
    return found


def test_a_view_is_mailed_as_a_link_in_the_morning_and_once(world, view):
    with clock.at(NOW):
        set_mailing(view.pk, acting(world.admin), "weekly", 1, [world.admin.pk, world.iqa.pk])
    monday = datetime(2026, 7, 6, 6, 0, tzinfo=UTC)
    with clock.at(monday - timedelta(minutes=1)):
        assert (is_any_due(), send_due()) == (False, 0)
    with clock.at(monday):
        assert is_any_due()
        schedule.tick()
        schedule.tick()
        letters = sent()
        assert (is_any_due(), send_due()) == (False, 0)
    assert letters.keys() == {world.admin.email, world.iqa.email}
    text = letters[world.iqa.email].body
    assert reverse("pages:saved-view", args=[view.pk]) in text
    assert "every Monday at 7:00" in text
    assert world.apprentice.name not in text
    assert [one.data["people"] for one in Entry.objects.filter(action="view.mailed")] == [2]
    with clock.at(monday + timedelta(days=20)):
        # No worker ran for weeks: it is sent once, and then on the Monday after.
        assert (send_due(), send_due()) == (2, 0)
    assert ReportMailing.objects.unscoped().get().next_at == datetime(2026, 7, 27, 6, 0, tzinfo=UTC)


def test_rights_are_asked_again_when_it_is_sent(world, view):
    with clock.at(NOW):
        set_mailing(view.pk, acting(world.admin), "monthly", 5, [world.admin.pk, world.iqa.pk, world.assessor.pk])
    Membership.objects.filter(user=world.iqa).update(ended_on=NOW.date())
    Membership.objects.filter(user=world.assessor).update(role="auditor", ended_on=NOW.date() + timedelta(days=90))
    with clock.at(NOW + timedelta(days=6)):
        assert send_due() == 1
        assert sent().keys() == {world.admin.email}


def test_it_comes_at_seven_by_the_clock_on_the_wall():
    for moment, rhythm, day, expected in (
        (datetime(2026, 10, 24, 12, tzinfo=UTC), "weekly", 7, datetime(2026, 10, 25, 7, tzinfo=UTC)),
        (datetime(2027, 3, 27, 12, tzinfo=UTC), "weekly", 7, datetime(2027, 3, 28, 6, tzinfo=UTC)),
        (datetime(2026, 7, 6, 6, tzinfo=UTC), "weekly", 1, datetime(2026, 7, 13, 6, tzinfo=UTC)),
        (datetime(2026, 1, 29, 9, tzinfo=UTC), "monthly", 28, datetime(2026, 2, 28, 7, tzinfo=UTC)),
    ):
        assert next_after(moment, rhythm, day) == expected


def test_it_goes_on_with_new_filters_of_the_same_name_and_ends_with_the_view(world, view):
    people = [world.admin.pk]
    with clock.at(NOW):
        first = set_mailing(view.pk, acting(world.admin), "weekly", 1, people)
        assert set_mailing(view.pk, acting(world.admin), "weekly", 1, people) == first
        changed = set_mailing(view.pk, acting(world.iqa), "weekly", 2, people)
        later = save_view(world.provider.pk, acting(world.admin), "Behind", "rag=amber")
    running = ReportMailing.objects.unscoped().running().get()
    assert (running.view_id, running.day) == (later.pk, changed.day)
    remove_view(later.pk, acting(world.admin))
    with clock.at(NOW + timedelta(days=30)):
        assert send_due() == 0


def test_only_members_who_see_learners_get_it_and_only_who_may_save_sets_it_up(world, view):
    by = acting(world.admin)
    for rhythm, day, people in (
        ("weekly", 8, [world.admin.pk]),
        ("monthly", 29, [world.admin.pk]),
        ("daily", 1, [world.admin.pk]),
        ("weekly", 1, []),
        ("weekly", 1, [world.apprentice.pk]),
        ("weekly", 1, [world.other_admin.pk]),
        ("weekly", 1, [world.mentor.pk]),
    ):
        with pytest.raises(Incomplete):
            set_mailing(view.pk, by, rhythm, day, people)
    for wrong in (world.other_admin, world.apprentice, world.mentor):
        with pytest.raises(NotAllowed):
            set_mailing(view.pk, acting(wrong), "weekly", 1, [world.admin.pk])
    set_mailing(view.pk, acting(world.iqa), "weekly", 1, [world.admin.pk])
    with pytest.raises(NotAllowed):
        end_mailing(view.pk, acting(world.assessor))
    for _again in range(2):
        end_mailing(view.pk, by)
    assert Entry.objects.filter(action="view.mailing_ended").count() == 1


def test_somebody_sets_it_up_sees_it_and_stops_it(world, view):
    client = Client()
    client.force_login(world.iqa)
    page = reverse("pages:saved-view-mail", args=[view.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"when": "weekly-1"}).status_code == 422
    client.post(page, {"when": "monthly-1", "people": [str(world.iqa.pk), str(world.admin.pk)]})
    shown = client.get(reverse("pages:saved-views")).content.decode()
    assert "on day 1 of every month at 7:00" in shown
    assert world.admin.name in shown
    client.post(reverse("pages:saved-view-mail-end", args=[view.pk]))
    assert "every month" not in client.get(reverse("pages:saved-views")).content.decode()
