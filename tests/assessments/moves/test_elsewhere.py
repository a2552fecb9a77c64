"""What of an apprentice's evidence could count towards another standard: seen by who sees it, never a sign-off."""

import re

import pytest
from django.urls import reverse

from apprenticeships.models import KsbProgress
from assessments import workflow
from assessments.elsewhere import elsewhere
from assessments.models import Decision, SignOff
from audit.models import Entry
from occupations.models import Favourite, StandardVersion
from tests.occupations.occupations import BAKING, BREAD, CAKES, ICING, occupation
from tests.queries import query_count
from tests.world import World, acting, make_world


@pytest.fixture
def world(db: None) -> World:
    """A baker's apprentice who has shown something of everything, and a pastry chef's standard."""
    world = make_world(occupation("ST0001", "Baker", 2, BREAD, BAKING))
    occupation("ST0002", "Pastry chef", 3, CAKES, ICING)
    return world


def address(world: World, **query: str) -> str:
    return reverse("pages:elsewhere", args=[world.apprenticeship.pk], query=query)


def told(world: World, who: str = "apprentice"):
    other = StandardVersion.objects.get(standard__reference="ST0002")
    found = elsewhere(world.apprenticeship, other, acting(world.people[who]))
    return {row.ksb.code: [match.progress.ksb.code for match in row.matches] for row in found.matched}


def page(client, world: World, who: str, **query: str) -> str:
    client.force_login(world.people[who])
    answer = client.get(address(world, **query))
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_what_was_met_or_signed_off_speaks_for_another_standard(world):
    assert told(world) == {}
    world.draft("S1")
    world.submitted("K3", title="A label")
    assert told(world) == {}
    world.judged({"K2": "met", "K3": "not_yet"}, title="Yeast at work")
    assert told(world) == {"K2": ["K2"]}
    world.signed_off("S1")
    assert told(world) == {"K2": ["K2"], "S1": ["S1"]}


def test_a_withdrawn_sign_off_no_longer_counts_as_one(client, world):
    made = world.signed_off("S1")
    assert "(1 signed off)" in page(client, world, "apprentice", to="ST0002")
    workflow.withdraw_sign_off(made.pk, acting(world.assessor), "The wrong one.")
    assert "(0 signed off)" in page(client, world, "apprentice", to="ST0002")


def test_each_statement_names_its_state_and_the_evidence_it_was_met_on(client, world):
    world.judged({"K2": "not_yet"}, title="A loaf that did not rise")
    world.judged({"K2": "met"}, title="Yeast at work")
    shown = page(client, world, "apprentice", to="ST0002")
    assert "Yeast at work" in shown
    assert "A loaf that did not rise" not in shown
    assert reverse("pages:ksb", args=[world.apprenticeship.pk, "K2"]) in shown
    assert "Matches for 1 of its 8 KSBs" in shown
    assert CAKES[3] in shown


def test_everybody_who_sees_the_apprenticeship_sees_the_titles(client, world):
    world.judged({"K2": "met"}, title="Yeast at work")
    for who in ("apprentice", "assessor", "iqa", "viewer", "mentor", "admin"):
        assert "Yeast at work" in page(client, world, who, to="ST0002"), who


def test_the_title_is_the_one_that_was_judged_not_that_of_the_working_copy(client, world):
    submission = world.judged({"K2": "met", "S1": "not_yet"}, title="Yeast at work")
    submission.evidence.__class__.objects.unscoped().update(title="My private second thoughts")
    assert "My private second thoughts" not in page(client, world, "assessor", to="ST0002")


def test_nobody_else_sees_anything(client, world):
    world.judged({"K2": "met"})
    for who in ("second_apprentice", "second_assessor", "other_admin", "other_assessor", "stranger"):
        client.force_login(world.people[who])
        assert client.get(address(world, to="ST0002")).status_code == 404, who


def test_it_says_that_it_is_no_sign_off_and_writes_nothing(client, world):
    world.judged({"K2": "met"})
    page(client, world, "assessor")  # signing in is an entry of its own
    before = [model.objects.count() for model in (Entry, Favourite)]
    before += [model.objects.unscoped().count() for model in (Decision, SignOff, KsbProgress)]
    shown = client.get(address(world, to="ST0002")).content.decode()
    assert "An assessor decides what counts." in shown
    assert not re.search(r"<form[^>]*method=\"post\"[^>]*apprenticeships", shown)
    after = [model.objects.count() for model in (Entry, Favourite)]
    after += [model.objects.unscoped().count() for model in (Decision, SignOff, KsbProgress)]
    assert after == before
    assert client.post(address(world, to="ST0002")).status_code == 405


def test_standards_are_found_by_words_and_offered_from_the_progression_and_the_favourites(client, world):
    ship = occupation("ST0004", "Sailor", 3, [f"Buoy {n} of the harbour" for n in range(6)], [])
    Favourite.objects.create(user=world.apprentice, standard=ship.standard)
    shown = page(client, world, "apprentice")
    assert "Pastry chef" in shown
    assert "Sailor" in shown
    found = page(client, world, "apprentice", words="pastry")
    assert found.count("?to=ST0002") == 2
    assert "No standard has these words" in page(client, world, "apprentice", words="astronomy")
    # One's own standard is not another.
    assert "?to=ST0001" not in page(client, world, "apprentice", words="baker")


@pytest.mark.parametrize(("query", "status"), [({"to": "ST0001"}, 200), ({"to": "ST9999"}, 200), ({"to": "x"}, 422)])
def test_a_standard_that_cannot_be_chosen_leads_back_to_the_choice(client, world, query, status):
    client.force_login(world.apprentice)
    answer = client.get(address(world, **query))
    assert answer.status_code == status
    assert "Find a standard" in answer.content.decode()


@pytest.mark.parametrize("words", ["x" * 101, "nul\0byte"])
def test_words_that_cannot_be_looked_for_are_answered_by_the_field(client, world, words):
    client.force_login(world.apprentice)
    answer = client.get(address(world, words=words))
    assert answer.status_code == 422
    assert "is-invalid" in answer.content.decode()


def test_the_number_of_queries_does_not_grow_with_what_was_shown(client, world):
    client.force_login(world.apprentice)
    world.judged({"K1": "met"}, title="Flour")
    before = query_count(client, address(world, to="ST0002"))
    for number in range(4):
        world.judged({"K2": "met", "S1": "met", "S2": "met"}, title=f"Piece {number}")
    assert query_count(client, address(world, to="ST0002")) == before


def test_the_apprentices_home_leads_there(client, world):
    client.force_login(world.apprentice)
    home = client.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).content.decode()
    assert address(world) in home
    assert reverse("pages:progression", args=["ST0001"]) in home
