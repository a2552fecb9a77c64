"""Rules of an assessor's caseload, of a mentor's page, and of saved views."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apprenticeships.models import Apprenticeship
from core import clock
from core.errors import Incomplete, NotAllowed
from reports.saving.models import SavedView
from reports.saving.workflow import remove_view, save_view
from tests.programme.reviewing import issue, sign
from tests.queries import query_count
from tests.reports.test_cohort import more_learners, names_on
from tests.signing.people import ask_employer, contact_at
from tests.world import acting

pytestmark = pytest.mark.django_db
CASELOAD, PEOPLE, VIEWS = "/caseload/", "/my-people/", "/cohort/views/"


@pytest.fixture
def assessor(client, world):
    client.force_login(world.assessor)
    return client


def test_the_two_ratios_are_those_of_the_rows(assessor, world):
    page = assessor.get(CASELOAD)
    assert (page.context["on_track"].count, page.context["on_track"].of) == (0, 1)
    assert (page.context["attention"].count, page.context["attention"].of) == (1, 1)
    Apprenticeship.objects.filter(pk=world.apprenticeship.pk).update(signed_off_count=3, last_activity_at=clock.now())
    page = assessor.get(CASELOAD)
    assert (page.context["on_track"].count, page.context["attention"].count) == (1, 0)


def test_what_needs_the_assessor_is_counted_with_what_is_late(assessor, world):
    with clock.at(clock.now() - timedelta(days=28)):
        world.submitted("K1")
    world.submitted("K2", title="Another")
    world.judged({"S1": "met"}, title="Third")
    page = assessor.get(CASELOAD)
    assert (page.context["reviews"].count, page.context["reviews"].late) == (2, 1)
    assert page.context["sign_offs"] == 1


def test_who_has_gone_quiet_is_named_with_the_days(assessor, world):
    Apprenticeship.objects.filter(pk=world.apprenticeship.pk).update(last_activity_at=clock.now() - timedelta(days=45))
    assert [(one["name"], one["days"]) for one in assessor.get(CASELOAD).context["quiet"]] == [("Apprentice", 45)]


def test_an_assessor_sees_their_own_learners_alone(assessor, world):
    assert [row["name"] for row in assessor.get(CASELOAD).context["rows"]] == ["Apprentice"]


@pytest.mark.parametrize(("who", "address"), [("assessor", CASELOAD), ("mentor", PEOPLE)])
def test_the_page_runs_few_statements(client, world, who, address):
    client.force_login(world.people[who])
    few = query_count(client, address)
    world.judged({"K1": "met", "S1": "not_yet"})
    assert query_count(client, address) == few <= 12


def test_a_mentor_begins_with_their_apprentices(client, world):
    client.force_login(world.mentor)
    assert client.get("/").url == PEOPLE
    page = client.get(PEOPLE)
    assert [one["name"] for one in page.context["people"]] == ["Apprentice"]
    assert page.context["asked"] == []


def test_a_mentor_sees_what_they_were_asked_for(client, world):
    contact = contact_at(world, email=world.mentor.email)
    ask_employer(world, contact)
    client.force_login(world.mentor)
    assert [one["name"] for one in client.get(PEOPLE).context["asked"]] == ["Apprentice"]


def test_a_mentor_sees_what_waits_for_their_signature_until_they_have_signed(client, world):
    version = issue(world)
    client.force_login(world.mentor)
    [shown] = client.get(PEOPLE).context["to_sign"]
    assert (shown["name"], client.get(shown["address"]).status_code) == ("Apprentice", 302)
    sign(world, version, "employer")
    page = client.get(PEOPLE)
    assert page.context["to_sign"] == []
    assert "Nothing is waiting for you." in page.content.decode()


def test_a_view_is_saved_shared_by_its_link_and_holds_no_name(client, world):
    client.force_login(world.admin)
    more_learners(world, 2)
    answer = client.post(VIEWS, {"name": "Second only", "query": "name=second&rag=red&page=2&sort=-apprentice"})
    view = SavedView.objects.unscoped().get()
    assert view.query == "rag=red&sort=-apprentice"
    assert answer.url == reverse("pages:saved-view", args=[view.pk])
    client.force_login(world.iqa)
    assert names_on(client.get(answer.url)) == names_on(client.get("/cohort/?rag=red&sort=-apprentice"))
    client.force_login(world.other_admin)
    assert client.get(answer.url).status_code == 404


def test_a_view_shows_each_person_their_own_learners(client, world):
    view = save_view(world.provider.pk, acting(world.admin), "All", "sort=apprentice")
    client.force_login(world.assessor)
    assert names_on(client.get(reverse("pages:saved-view", args=[view.pk]))) == ["Apprentice"]


def test_the_same_name_again_stands_for_the_new_filters(world):
    first = save_view(world.provider.pk, acting(world.admin), "Behind", "rag=red")
    assert save_view(world.provider.pk, acting(world.iqa), " Behind ", "rag=red") == first
    second = save_view(world.provider.pk, acting(world.iqa), "Behind", "rag=amber")
    assert [view.pk for view in SavedView.objects.visible_to(acting(world.admin))] == [second.pk]


def test_a_view_without_filters_or_name_is_refused(client, world):
    for name, query in (("", "rag=red"), ("All", "")):
        with pytest.raises(Incomplete):
            save_view(world.provider.pk, acting(world.admin), name, query)
    client.force_login(world.admin)
    assert client.post(VIEWS, {"name": "Ann", "query": "name=ann"}).status_code == 422


def test_only_who_saved_it_and_admins_remove_a_view(world):
    view = save_view(world.provider.pk, acting(world.iqa), "Behind", "rag=red")
    with pytest.raises(NotAllowed):
        remove_view(view.pk, acting(world.assessor))
    assert remove_view(view.pk, acting(world.admin)).removed_at == remove_view(view.pk, acting(world.iqa)).removed_at
