"""Rules of signing off several KSBs at once."""

import pytest
from django.urls import reverse

from assessments import workflow
from assessments.models import SignOff
from assessments.policies.rules import Rule
from core.errors import Incomplete, NotAllowed, OutOfTurn
from tests.access.browsers import signed_in_browser
from tests.assessments.policies.test_sign_off_rule_pages import set_rule, text
from tests.world import acting


def ids(world, *codes):
    return [world.ksb(code).pk for code in codes]


def test_several_are_signed_off_together(world):
    world.judged({"K1": "met", "S1": "met"})
    made = workflow.sign_off_several(world.apprenticeship.pk, ids(world, "K1", "S1"), acting(world.assessor))
    assert [one.ksb.code for one in made] == ["K1", "S1"]


def test_if_one_cannot_be_signed_off_none_is(world):
    world.judged({"K1": "met", "S1": "not_yet"})
    with pytest.raises(OutOfTurn, match="S1 is"):
        workflow.sign_off_several(world.apprenticeship.pk, ids(world, "K1", "S1"), acting(world.assessor))
    with pytest.raises(Incomplete):
        workflow.sign_off_several(world.apprenticeship.pk, [], acting(world.assessor))
    with pytest.raises(NotAllowed):
        workflow.sign_off_several(world.apprenticeship.pk, ids(world, "K1"), acting(world.iqa))
    assert not SignOff.objects.exists()


def test_the_page_shows_what_each_rests_on_before_it_is_signed_off(world):
    world.judged({"K1": "met", "B1": "met"}, title="Advert for a driver")
    world.judged({"S1": "not_yet"}, title="Not shown")
    set_rule(world, Rule(needs_employer=True))
    client = signed_in_browser(world, "assessor")
    address = reverse("pages:sign-offs", args=[world.apprenticeship.pk])
    said = text(client.get(address))
    assert "Advert for a driver" in said
    assert "Not shown" not in said
    assert "Still missing: the employer’s confirmation." in said
    assert client.post(address, {"ksb": "nothing of this"}).status_code == 422
    refused = client.post(address, {"ksb": [str(one) for one in ids(world, "K1", "B1")]})
    assert "B1 still needs the employer’s confirmation. Nothing was signed off." in text(refused)
    assert client.post(address, {"ksb": str(ids(world, "K1")[0])}).status_code == 302
    assert SignOff.objects.get().ksb.code == "K1"
