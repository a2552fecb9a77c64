"""A provider's private standards: its own people see them, nobody else learns that they exist, and only its admins and
the catalogue's keepers change what is theirs to change."""

import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from apprenticeships import workflow as enrolling
from audit.models import Entry
from core import clock
from core.errors import NotAllowed
from occupations import adoption, listing, uploads
from occupations.importing.onward import link_onward
from occupations.importing.preview import Source, preview
from occupations.importing.writing import write
from occupations.matching import catalogue
from occupations.models import ProgressionLink, Revision, Standard, StandardVersion
from occupations.progression import progression
from occupations.querysets import private_standards_of
from tests.occupations.drafts import baker
from tests.occupations.pages import SEED, SEED_BYTES
from tests.world import World, acting, make_world

pytestmark = pytest.mark.django_db

OWN = "ST0123-10000001"
PAGES = [
    ("standard", {"version": "1.0"}),
    ("duty", {"version": "1.0", "number": 1}),
    ("duty-lens", {"version": "1.0"}),
    ("compare", {}),
    ("progression", {}),
    ("carries-over", {"to": "ST9001"}),
]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def private(world) -> StandardVersion:
    """A baker of the first provider's own."""
    return write(baker(), acting(world.admin), world.provider).version


def page(client, world, who: str, address: str, **kwargs):
    client.force_login(world.people[who])
    return client.get(reverse(f"pages:{address}", kwargs=kwargs))


@pytest.mark.parametrize(("address", "kwargs"), PAGES, ids=[name for name, _ in PAGES])
def test_another_provider_is_told_of_a_private_standard_what_it_is_told_of_none(
    client, world, private, address, kwargs
):
    for who in ("other_admin", "other_assessor", "other_apprentice", "keeper", "stranger", "apprentice"):
        answers = [page(client, world, who, address, reference=slug, **kwargs) for slug in (OWN, "ST0124-10000001")]
        assert {answer.status_code for answer in answers} == {404}
        told = {re.sub(rb"[A-Za-z0-9]{64}|ST012[34]", b"", answer.content) for answer in answers}
        assert len(told) == 1


@pytest.mark.parametrize(("address", "kwargs"), PAGES, ids=[name for name, _ in PAGES])
def test_the_providers_people_read_it(client, world, private, address, kwargs):
    for who in ("admin", "assessor", "iqa", "viewer"):
        assert page(client, world, who, address, reference=OWN, **kwargs).status_code == 200
    assert page(client, world, "former_assessor", address, reference=OWN, **kwargs).status_code == 404


def test_a_private_standard_is_starred_by_its_providers_people_alone(client, world, private):
    star = reverse("pages:favourite", args=[OWN])
    for who, status in (("admin", 302), ("other_admin", 404)):
        client.force_login(world.people[who])
        assert client.post(star, {"on": "1"}).status_code == status
    assert private.standard.favourites.count() == 1


def test_the_list_its_filters_and_its_search_leave_out_what_is_not_theirs(client, world, private):
    for who, is_seen in (("admin", True), ("other_admin", False), ("keeper", False)):
        text = page(client, world, who, "standards").content.decode()
        assert (OWN in text) is is_seen
        assert ("Catering and hospitality" in text) is is_seen
        for words in ("yeast", "yeast zyzzyva"):
            assert (private.pk in listing.found_by(acting(world.people[who]), {"words": words}).ids) is is_seen


def test_whoever_learns_on_it_or_looks_after_its_learners_reads_it(client, world, private):
    enrol(world, private)
    for who in ("second_apprentice", "mentor"):
        assert page(client, world, who, "standard", reference=OWN, version="1.0").status_code == 200
    assert private_standards_of(acting(world.apprentice)) == []


def enrol(world: World, version: StandardVersion, by: str = "admin", provider: str = "provider"):
    made = enrolling.enrol(
        apprenticeship_id=uuid4(),
        provider=getattr(world, provider),
        standard_version=version,
        apprentice=world.second_apprentice,
        employer=world.employer,
        started_on=clock.today(),
        planned_end_on=clock.today().replace(year=clock.today().year + 2),
        by=acting(world.people[by]),
    )
    enrolling.assign(made.pk, acting(world.people[by]), mentor=world.mentor, reason="They take over.")
    return made


def test_no_other_provider_enrols_on_it(client, world, private):
    assert str(private.pk) in page(client, world, "admin", "enrol").content.decode()
    assert str(private.pk) not in page(client, world, "other_admin", "enrol").content.decode()
    with pytest.raises(NotAllowed):
        enrol(world, private, "other_admin", "other_provider")


def test_providers_and_the_catalogue_may_use_one_reference_each_for_itself(world, private):
    others = write(baker(title="Another baker"), acting(world.other_admin), world.other_provider)
    shared = write(baker(title="The published baker"), acting(world.keeper))
    assert [others.outcome, shared.outcome] == ["created", "created"]
    assert sorted(Standard.objects.filter(reference="ST0123").values_list("slug", flat=True)) == [
        "ST0123",
        OWN,
        "ST0123-10000002",
    ]
    assert write(baker(), acting(world.admin), world.provider).outcome == "unchanged"


def test_the_database_keeps_one_standard_per_reference_and_owner(world, private):
    write(baker())
    for owner in (None, world.provider):
        with pytest.raises(IntegrityError), transaction.atomic():
            Standard.objects.create(owner=owner, reference="ST0123", slug="ST0123-X" if owner else "ST0123", title="x")


def test_published_links_never_lead_to_another_providers_standard(world, private):
    shared = write(baker(reference="ST0200", title="Miller")).version
    link_onward(shared.standard, ["ST0123"], "map.txt", acting(world.keeper))
    assert not ProgressionLink.objects.exists()
    link_onward(private.standard, ["ST0200"], "map.txt", acting(world.admin))
    assert [link.slug for link in progression(shared, acting(world.admin)).back] == [OWN]
    assert progression(shared, acting(world.other_admin)).back == []


def test_computed_links_and_their_percentages_know_no_private_standard(world):
    shared = write(baker(reference="ST0200", title="Miller"))
    before = catalogue.stamp()
    write(baker(), acting(world.admin), world.provider)
    assert catalogue.stamp() == before
    assert catalogue.held().versions == [shared.version.pk]


def test_what_a_provider_imports_is_in_its_own_record_and_not_in_the_catalogues(client, world, private):
    entries = Entry.objects.filter(action__startswith="standard")
    assert {entry.chain_id for entry in entries} == {world.provider.pk}
    assert "Baker" in page(client, world, "admin", "record").content.decode()
    assert "Baker" not in page(client, world, "keeper", "catalogue-record").content.decode()
    assert "Baker" not in page(client, world, "other_admin", "record").content.decode()


# Changing -------------------------------------------------------------------------------------------------------------
def test_a_providers_admin_cannot_change_what_every_provider_uses(client, world):
    """Today's fault: any admin changed every provider's standards, and nobody's record showed it."""
    write(baker())
    seen = write(baker(summary="Another summary altogether")).revision
    with pytest.raises(NotAllowed):
        uploads.keep([Source("ST0321.txt", SEED_BYTES)], acting(world.admin), None)
    with pytest.raises(NotAllowed):
        adoption.adopt(seen.pk, acting(world.admin))
    client.force_login(world.admin)
    assert client.get(reverse("pages:revision", args=[seen.pk])).status_code == 404
    assert client.post(reverse("pages:revision-adopt", args=[seen.pk])).status_code == 404
    answer = client.post("/standards/import/", {"text": SEED, "owner": "catalogue"})
    client.post(f"{answer.url}confirm/")
    assert not StandardVersion.objects.of_owner(None).filter(standard__reference="ST0321").exists()
    assert StandardVersion.objects.of_owner(world.provider).filter(standard__reference="ST0321").exists()


def test_nobody_changes_another_providers_own(client, world, private):
    seen = write(baker(summary="Another summary altogether"), acting(world.admin), world.provider).revision
    for who in ("other_admin", "keeper", "assessor"):
        with pytest.raises(NotAllowed):
            uploads.keep([Source("ST0321.txt", SEED_BYTES)], acting(world.people[who]), world.provider)
        with pytest.raises(NotAllowed):
            adoption.adopt(seen.pk, acting(world.people[who]))
        client.force_login(world.people[who])
        assert client.post(reverse("pages:revision-adopt", args=[seen.pk])).status_code in (403, 404)
    assert adoption.adopt(seen.pk, acting(world.admin)).correction == 1


def test_each_looks_only_at_suggested_changes_they_may_approve(world, private):
    own = write(baker(summary="Our own words"), acting(world.admin), world.provider).revision
    write(baker())
    shared = write(baker(summary="The published words")).revision
    for who, found in (("admin", [own]), ("keeper", [shared]), ("other_admin", []), ("assessor", [])):
        assert list(Revision.objects.visible_to(acting(world.people[who]))) == found


def test_a_keeper_who_is_an_admin_too_chooses_who_can_use_what_they_import(client, world):
    world.admin.memberships.create(role="catalogue_keeper")
    client.force_login(world.admin)
    assert client.post("/standards/import/", {"text": SEED}).status_code == 422
    for place in ("catalogue", "own"):
        answer = client.post("/standards/import/", {"text": SEED, "owner": place})
        client.post(f"{answer.url}confirm/")
    assert sorted(Standard.objects.filter(reference="ST0321").values_list("slug", flat=True)) == [
        "ST0321",
        "ST0321-10000001",
    ]


def test_the_preview_says_that_the_catalogue_has_one_of_this_reference(client, world):
    write(baker())
    (coming,) = preview([Source("ST0321.txt", SEED_BYTES)], acting(world.admin), owner=world.provider).coming
    assert not coming.is_in_catalogue
    write(baker(reference="ST0321"))
    (coming,) = preview([Source("ST0321.txt", SEED_BYTES)], acting(world.admin), owner=world.provider).coming
    assert (coming.is_in_catalogue, coming.outcome) == (True, "created")
