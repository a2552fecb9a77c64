"""Texts that differ from what is held: seen and approved by those who look after the standard, and by nobody else."""

from uuid import uuid4

import pytest
from django.urls import reverse

from audit.models import Entry
from core.errors import NotAllowed
from occupations import adoption
from occupations.importing.writing import write
from occupations.models import Revision, StandardVersion
from tests.factories.accounts import MembershipFactory
from tests.occupations.drafts import baker, large
from tests.queries import query_count
from tests.world import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return MembershipFactory(keeper=True).user


@pytest.fixture
def signed_in(client, keeper):
    client.force_login(keeper)
    return client


def revised(**told) -> Revision:
    """The baker, and a text of it that says something else."""
    write(baker())
    return write(
        baker(**(told or {"summary": "Bakes the town’s daily bread and its cakes on Sundays and holidays."}))
    ).revision


def page_of(revision: Revision) -> str:
    return reverse("pages:revision", args=[revision.pk])


def test_a_revision_waits_in_the_list(signed_in):
    assert "Nothing to review" in signed_in.get("/standards/revisions/").content.decode()
    revision = revised()
    assert page_of(revision) in signed_in.get("/standards/revisions/").content.decode()
    assert "Nothing approved yet" in signed_in.get("/standards/revisions/?show=adopted").content.decode()


def test_its_page_marks_the_words(signed_in):
    ksbs = baker().ksbs
    changed = [*ksbs[:3], type(ksbs[3])("B", 1, "Rise early and gladly", 6)]
    text = signed_in.get(page_of(revised(ksbs=changed))).content.decode()
    assert "1 reworded" in text
    assert "and gladly" in text
    assert "<ins>" in text
    assert "Flours and their uses" not in text
    assert "Flours and their uses" in signed_in.get(page_of(Revision.objects.get()) + "?show=all").content.decode()


def test_adopting_makes_the_next_correction_once(signed_in, keeper):
    revision = revised()
    address = reverse("pages:revision-adopt", args=[revision.pk])
    for _twice in range(2):
        assert signed_in.post(address).url == page_of(revision)
    version = StandardVersion.objects.get(correction=1)
    assert version.summary.startswith("Bakes the town’s daily bread")
    assert Entry.objects.filter(action="standard_version.adopted", actor_person=keeper.pk).count() == 1
    after = signed_in.get(page_of(revision)).content.decode()
    assert "Approved as correction 1" in after
    assert "daily" in after
    assert "Approve change" not in after
    assert page_of(revision) in signed_in.get("/standards/revisions/?show=adopted").content.decode()


def test_nobody_else_looks_or_adopts(client):
    revision = revised()
    client.force_login(MembershipFactory().user)
    assert client.get("/standards/revisions/").status_code == 403
    assert client.get(page_of(revision)).status_code == 403
    assert client.post(reverse("pages:revision-adopt", args=[revision.pk])).status_code == 403
    with pytest.raises(NotAllowed):
        adoption.adopt(revision.pk, acting(MembershipFactory().user))
    assert StandardVersion.objects.count() == 1


def test_a_revision_that_is_not_there_is_not_found(signed_in):
    assert signed_in.get(reverse("pages:revision", args=[uuid4()])).status_code == 404
    assert signed_in.post(reverse("pages:revision-adopt", args=[uuid4()])).status_code == 404
    assert signed_in.get(reverse("pages:revision-adopt", args=[uuid4()])).status_code == 405


def test_the_pages_take_a_fixed_number_of_queries(signed_in):
    small = revised()
    few = query_count(signed_in, "/standards/revisions/"), query_count(signed_in, page_of(small))
    for number in range(1, 20):
        write(baker(reference=f"ST02{number:02}"))
        write(baker(reference=f"ST02{number:02}", summary="Another text altogether"))
    write(large("ST0900", 120))
    big = write(large("ST0900", 121)).revision
    assert (query_count(signed_in, "/standards/revisions/"), query_count(signed_in, page_of(big))) == few
