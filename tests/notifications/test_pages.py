"""The list of notices, the number in the frame, the choice of emails, and the link that stops them."""

import re

import pytest
from django.urls import reverse

from apprenticeships import workflow as enrolling
from audit.models import AccountEvent
from notifications import outbox
from notifications.models import Choice, Notice
from tests.notifications.worker import mailed
from tests.queries import query_count
from tests.world import acting

LIST, EMAILS = "/notices/", "/notices/emails/"


def shown(client, person, address=LIST):
    client.force_login(person)
    return client.get(address).content.decode()


def count_in_frame(page):
    found = re.search(r'class="notices-count">(\d+)', page)
    return int(found[1]) if found else 0


@pytest.fixture
def news(world):
    """Two notices of the apprentice."""
    world.judged({"K1": "not_yet"}, title="Advert for a welder")
    world.signed_off("K2")
    outbox.read_all()
    return world


def test_a_person_sees_what_they_were_told_and_how_much_is_new(client, news):
    page = shown(client, news.apprentice)
    assert "Your evidence was reviewed and needs some more work." in page
    assert "K2 was signed off." in page
    assert "Advert for a welder" in page
    assert count_in_frame(page) == 3
    assert count_in_frame(shown(client, news.apprentice, reverse("pages:profile"))) == 3


def test_opening_a_notice_marks_it_as_read_and_leads_to_what_it_is_about(client, news):
    client.force_login(news.apprentice)
    notice = Notice.objects.get(news="signed_off")
    answer = client.post(reverse("pages:notice-open", args=[notice.pk]))
    assert answer["Location"] == reverse("pages:ksb", args=[news.apprenticeship.pk, "K2"])
    assert count_in_frame(shown(client, news.apprentice)) == 2


def test_looking_at_the_list_marks_nothing_as_read(client, news):
    shown(client, news.apprentice)
    assert count_in_frame(shown(client, news.apprentice)) == 3


def test_all_are_marked_as_read_at_once(client, news):
    client.force_login(news.apprentice)
    assert client.post(reverse("pages:notices-read")).status_code == 302
    assert count_in_frame(shown(client, news.apprentice)) == 0
    assert "K2 was signed off." in shown(client, news.apprentice)


def test_nobody_sees_or_opens_a_notice_about_a_learner_who_is_not_theirs_any_more(client, world):
    world.submitted("K1")
    outbox.read_all()
    notice = Notice.objects.get(person=world.assessor)
    assert "sent you evidence" in shown(client, world.assessor)
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They take over."
    )
    assert "sent you evidence" not in shown(client, world.assessor)
    assert client.post(reverse("pages:notice-open", args=[notice.pk])).status_code == 404


def test_the_list_asks_the_same_of_the_database_however_long_it_is(client, news):
    client.force_login(news.apprentice)
    few = query_count(client, LIST)
    for title in ("One", "Two", "Three"):
        news.judged({"K1": "not_yet"}, title=title)
    outbox.read_all()
    assert query_count(client, LIST) == few <= 12


def test_the_number_in_the_frame_costs_no_query(client, news):
    client.force_login(news.apprentice)
    address = reverse("pages:notices-emails")
    some = query_count(client, address)
    client.post(reverse("pages:notices-read"))
    assert query_count(client, address) == some


def test_a_person_chooses_which_emails_they_get(client, world):
    page = shown(client, world.apprentice, EMAILS)
    assert 'name="referred"' in page
    assert 'name="submitted"' not in page
    fields = re.findall(r'<select name="(\w+)"', page)
    answer = client.post(EMAILS, dict.fromkeys(fields, "daily") | {"referred": "never"})
    assert answer.status_code == 302
    assert Choice.objects.get(person=world.apprentice, kind="referred").how == "never"
    assert AccountEvent.objects.get(action="emails.chosen").data["referred"] == "never"
    assert client.post(EMAILS, dict.fromkeys(fields, "daily") | {"referred": "hourly"}).status_code == 422


def test_assessors_choose_about_what_they_are_told(client, world):
    fields = re.findall(r'<select name="(\w+)"', shown(client, world.assessor, EMAILS))
    assert fields == ["submitted", "confirmed", "declined", "checked", "gateway", "action_due", "file"]


def stop_link(person):
    (message,) = mailed(person)
    return "/notices/stop/" + message.extra_headers["List-Unsubscribe"].strip("<>").rpartition("/stop/")[2]


def test_the_link_in_a_mail_stops_such_mails_once_the_button_is_pressed(client, world):
    world.judged({"K1": "not_yet"})
    link = stop_link(world.apprentice)
    assert client.get(link).status_code == client.head(link).status_code == 200
    assert not Choice.objects.exists()
    assert "We will not email you about this any more" in client.post(link, {"which": "these"}).content.decode()
    world.judged({"K1": "not_yet"}, title="Another")
    assert len(mailed(world.apprentice)) == 1
    world.judged({"K1": "met"}, title="A third")
    assert len(mailed(world.apprentice)) == 2


def test_all_notice_mails_can_be_stopped(client, world):
    world.judged({"K1": "not_yet"})
    client.post(stop_link(world.apprentice), {"which": "all"})
    assert set(Choice.objects.values_list("how", flat=True)) == {"never"}


@pytest.mark.parametrize("token", ["x", "x.y", "W10.abc", "%00"])
def test_a_link_that_is_not_ours_stops_nothing(client, db, token):
    assert client.get(f"/notices/stop/{token}/").status_code == 404
    assert client.post(f"/notices/stop/{token}/").status_code == 404
