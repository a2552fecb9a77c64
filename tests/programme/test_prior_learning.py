"""Prior learning: what it takes off is shown before anybody agrees, and taken off once all three have."""

import re

import pytest
from django.urls import reverse

from apprenticeships.models import Apprenticeship
from core.errors import Incomplete, NotAllowed, OutOfTurn
from programme import workflow
from programme.models import SignedVersion
from programme.scanning.recognition import effect_of, in_words, mark_of
from signing import workflow as signing
from signing.receipts import token_of
from tests.programme.planning import keep
from tests.programme.reviewing import ask, sign, sign_by_link
from tests.programme.scanning import hand_in, learner
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def agreed(world: World, hours: int = 500) -> None:
    Apprenticeship.objects.unscoped().filter(pk=world.apprenticeship.pk).update(planned_hours=hours)


def propose(world: World, *codes: str, by: object = None, **given: object) -> SignedVersion:
    told = {"hours": 50, "pounds": 500, "price": 9_000, "why": "Two years in a call centre.", **given}
    effect = effect_of(learner(world), told["hours"], told["pounds"], told["price"])
    shown = told.pop("shown", mark_of(list(codes), effect))
    by = acting(by or world.assessor)
    return workflow.propose_prior_learning(world.apprenticeship.pk, by, codes=codes, shown=shown, **told)


def facts(world: World) -> tuple[object, ...]:
    names = ("planned_hours", "prior_learning_hours", "price_pounds", "prior_learning_pounds")
    return Apprenticeship.objects.unscoped().values_list(*names).get(pk=world.apprenticeship.pk)


def test_it_is_taken_off_once_all_three_have_signed(world: World):
    agreed(world)
    with pytest.raises(OutOfTurn, match="rates themselves"):
        propose(world)
    hand_in(world, K1="alone", K2="teaches")
    with pytest.raises(NotAllowed):
        propose(world, "K1", by=world.apprentice)
    for wrong in ({"codes": ("S1",)}, {"codes": ()}, {"why": " "}, {"hours": 500}, {"shown": "something else"}):
        with pytest.raises(Incomplete):
            propose(world, *wrong.pop("codes", ("K1",)), **wrong)
    version = propose(world, "K1", "K2")
    assert propose(world, "K1", "K2") == version
    sign(world, version, "apprentice")
    assert facts(world) == (500, 0, None, 0)
    sign_by_link(ask(world, version))
    assert facts(world) == (450, 50, 8_500, 500)
    with pytest.raises(Incomplete, match="not taught again"):
        keep(world, ksbs=("K1", "S1"))
    keep(world, ksbs=("S1",), hours=450)
    plan = workflow.offer_plan(world.apprenticeship.pk, acting(world.assessor))
    assert (plan.shared["recognised"], plan.shared["prior_learning_hours"]) == (["K1", "K2"], 50)


def test_a_signature_that_was_not_theirs_has_to_be_given_again_and_the_page_says_so(client, world: World):
    agreed(world)
    hand_in(world, K1="alone")
    version = propose(world, "K1")
    sign(world, version, "apprentice")
    made = sign_by_link(ask(world, version))
    client.force_login(world.admin)
    address = reverse("pages:prior-learning", args=[world.apprenticeship.pk])
    assert "has to be agreed again" not in client.get(address).content.decode()
    signing.disown(token_of(made))
    # A link alone changes nobody's figures.
    assert facts(world) == (450, 50, 8_500, 500)
    page = client.get(address).content.decode()
    assert "This has to be agreed again." in page
    assert reverse("pages:changes", args=[world.apprenticeship.pk]) in page
    sign(world, version, "employer")
    assert "has to be agreed again" not in client.get(address).content.decode()
    assert facts(world) == (450, 50, 8_500, 500)


def test_nothing_is_signed_of_hours_that_have_changed_since(world: World):
    agreed(world)
    hand_in(world, K1="alone")
    version = propose(world, "K1")
    sign(world, version, "apprentice")
    agreed(world, 600)
    with pytest.raises(OutOfTurn, match="have changed since"):
        sign(world, version, "employer")
    assert facts(world) == (600, 0, None, 0)


def test_the_arithmetic_is_said_in_words(world: World):
    agreed(world)
    said = " ".join(in_words(effect_of(learner(world), 50, 500, 9_000)))
    assert "500 without prior learning, 450 with 50 hours taken off" in said
    assert "50 of 500 hours are 10%. The price falls by at least half of that, 5%: £450 of £9,000." in said
    assert "£500 are taken off the price, which leaves £8,500." in said
    low = effect_of(learner(world), 400, 0, 9_000)
    assert (low.planned_hours, low.least_pounds) == (187, 3_600)
    assert [one.is_warning for one in low.problems] == [True], "the price should fall"
    assert effect_of(learner(world), 0, 0, None).problems == []


def test_the_page_shows_the_effect_before_it_can_be_sent(client, world: World):
    agreed(world)
    hand_in(world, K1="alone")
    client.force_login(world.assessor)
    address = reverse("pages:prior-learning", args=[world.apprenticeship.pk])
    assert "K1 (apprentice: on my own)" in client.get(address).content.decode()
    told = {"codes": ["K1"], "hours": "50", "price": "9000", "pounds": "500", "why": "A course."}
    assert client.post(address, told | {"sign": "1", "shown": ""}).status_code == 422
    assert client.post(address, told | {"price": ""}).status_code == 422
    page = client.post(address, told).content.decode()
    assert "50 of 500 hours are 10%" in page
    shown = re.search(r'name="shown" value="(\w+)"', page)[1]
    other = client.post(address, told | {"hours": "60", "sign": "1", "shown": shown})
    assert other.status_code == 422
    assert "60 of 500 hours are 12%" in other.content.decode()
    assert client.post(address, told | {"sign": "1", "shown": shown}).status_code == 302
    client.force_login(world.apprentice)
    assert "This is what I knew and could do at the start." in client.get(address).content.decode()
