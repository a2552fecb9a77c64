"""The pages of off-the-job hours, as an apprentice, an assessor and a mentor use them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import Hours
from audit.models import Entry
from core import clock
from programme.models import OffTheJobEntry
from tests.programme import planning
from tests.programme.learning import confirm, log
from tests.world import acting

pytestmark = pytest.mark.django_db


def address(world) -> str:
    return reverse("pages:hours", args=[world.apprenticeship.pk])


def form(**given):
    return {
        "token": str(uuid4()),
        "duration": "3:30",
        "kind": "assignment",
        "note": "Read about adverts",
        "happened_on": (clock.today() - timedelta(days=1)).isoformat(),
        "in_paid_hours": "on",
        **given,
    }


def test_an_apprentice_enters_hours_in_one_form(client, world):
    client.force_login(world.apprentice)
    assert client.get(reverse("pages:own-hours")).url == address(world)
    page = client.post(address(world), form(ksbs="k1, S2", starts="08:30"), follow=True).content.decode()
    assert "Saved: 3 h 30 min." in page
    assert "Read about adverts" in page
    assert "Waiting to be confirmed" in page
    entry = OffTheJobEntry.objects.unscoped().get()
    assert set(entry.ksbs) == {str(world.ksb("K1").pk), str(world.ksb("S2").pk)}


def test_the_figures_say_what_is_required_and_who_has_left_is_not_told_what_a_week_needs(client, world):
    Apprenticeship.objects.unscoped().filter(pk=world.apprenticeship.pk).update(planned_hours=600)
    client.force_login(world.apprentice)
    page = client.get(address(world)).content.decode()
    for said in ("Required by the rules", "Needed a week to finish", "follows from the planned hours and the time"):
        assert said in page, said
    planning.stands(world)
    page = client.get(address(world)).content.decode()
    assert "what the training plan says should be done by today" in page
    assert "follows from the planned hours" not in page
    world.withdrawn()
    assert "Needed a week to finish" not in client.get(address(world)).content.decode()


def test_a_kind_that_does_not_count_is_kept_with_a_hint(client, world):
    client.force_login(world.apprentice)
    page = client.post(address(world), form(kind="portfolio"), follow=True).content.decode()
    assert "it is not new learning" in page
    assert "Not counted" in page


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"duration": "soon"}, "duration"),
        ({"duration": "25h"}, "duration"),
        ({"note": ""}, "note"),
        ({"kind": "teaching"}, "deliverer"),
        ({"kind": "\x00"}, "kind"),
        ({"happened_on": "31 February 2026"}, "happened_on"),
        ({"happened_on": (clock.today() + timedelta(days=2)).isoformat()}, "happened_on"),
        ({"in_paid_hours": ""}, "in_paid_hours"),
        ({"ksbs": "K99"}, "ksbs"),
        ({"ksbs": "the first"}, "ksbs"),
        ({"starts": "noon"}, "starts"),
        ({"token": "x"}, "token"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(client, world, given, field):
    client.force_login(world.apprentice)
    answer = client.post(address(world), form(**{"note": "What I typed"} | given))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    if "note" not in given:
        assert "What I typed" in answer.content.decode()
    assert not OffTheJobEntry.objects.unscoped().exists()


def test_hours_are_entered_from_a_piece_of_evidence(client, world):
    piece = world.draft("K1", title="My advert")
    client.force_login(world.apprentice)
    page = client.get(address(world), {"evidence": str(piece.pk)}).content.decode()
    assert 'value="My advert"' in page
    page = client.post(address(world), form(evidence=str(piece.pk)), follow=True).content.decode()
    assert "My advert" in page
    client.force_login(world.assessor)
    assert "My advert" not in client.get(address(world)).content.decode()
    for odd in ("x", str(uuid4())):
        assert client.get(address(world), {"evidence": odd}).status_code == 200


def test_an_assessor_confirms_what_is_ticked(client, world):
    entries = [log(world), log(world, minutes=30)]
    client.force_login(world.assessor)
    page = client.get(address(world)).content.decode()
    assert page.count('name="entry"') == 2
    confirmed = reverse("pages:hours-confirm", args=[world.apprenticeship.pk])
    page = client.post(confirmed, {"entry": [str(entries[0].pk)]}, follow=True).content.decode()
    assert f"Confirmed by {world.assessor.name}" in page
    assert client.post(confirmed, {"entry": ["x"]}).status_code == 404
    client.force_login(world.apprentice)
    assert client.post(confirmed, {"entry": [str(entries[1].pk)]}).status_code == 403


def test_a_correction_is_made_and_shows_what_was_said_before(client, world):
    entry = log(world)
    client.force_login(world.apprentice)
    where = reverse("pages:hours-entry", args=[entry.pk])
    assert 'value="1 h"' in client.get(where).content.decode()
    assert client.post(where, form(reason="")).status_code == 422
    assert client.post(where, form(reason="It was longer.")).status_code == 302
    made = OffTheJobEntry.objects.unscoped().standing().get()
    page = client.get(reverse("pages:hours-entry", args=[made.pk])).content.decode()
    assert "1 h on" in page
    assert "It was longer." in page
    assert client.get(where).status_code == 302
    assert client.post(where, form(reason="Again.")).status_code == 409
    gone = reverse("pages:hours-remove", args=[made.pk])
    assert client.post(gone, {"reason": ""}).status_code == 422
    assert client.post(gone, {"reason": "Twice."}).status_code == 302
    assert "No hours yet" in client.get(address(world)).content.decode()


def test_the_figures_are_shown_with_the_plan_and_on_the_page_of_progress(client, world):
    agreed = {"act": uuid4(), "effective_on": clock.today(), "reason": "Agreed.", "hours": Hours(400, 0, 2250)}
    enrolling.change_hours(world.apprenticeship.pk, acting(world.admin), **agreed)
    confirm(world, log(world, minutes=90))
    client.force_login(world.apprentice)
    page = client.get(address(world)).content.decode()
    for shown in ("1 h 30 min", "400 h", "200 h", "198 h 30 min", "13 h 57 min"):
        assert shown in page
    page = client.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).content.decode()
    assert "1 h 30 min of 400 h confirmed, 200 h expected by now." in page
    assert "KSBs are signed off. See everything that is left." in page
    assert reverse("pages:gateway", args=[world.apprenticeship.pk]) in page


def test_the_list_is_a_file_for_a_spreadsheet_and_it_is_recorded_who_took_it(client, world):
    log(world, note="=1+1", by=world.assessor)
    client.force_login(world.assessor)
    answer = client.post(reverse("pages:hours-csv", args=[world.apprenticeship.pk]))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "'=1+1" in lines[1]
    assert Entry.objects.filter(action="hours.exported").count() == 1


def test_the_page_costs_the_same_for_one_entry_and_for_many(client, world):
    client.force_login(world.assessor)
    log(world, ksbs=(world.ksb("K1").pk,))

    def statements() -> int:
        client.get(address(world))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address(world)).status_code == 200
        return len(captured)

    one = statements()
    for day in range(20):
        log(world, happened_on=clock.today() - timedelta(days=20 + day), ksbs=(world.ksb("S1").pk,))
    assert statements() == one
    assert one <= 12
    shown = [client.get(address(world), {"page": page}).content.count(b'scope="row"') for page in ("2", "99", "x")]
    assert shown == [1, 1, 20]
