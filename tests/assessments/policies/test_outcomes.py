"""What the outcomes of a reformed plan need, on the checklist, on the page of a KSB and on that of the rules."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.models import SignOffPolicy
from assessments.policies.outcomes import OutcomeRule, outcomes_of
from assessments.policies.preview import preview_of_outcomes
from assessments.workflow import undo_sign_off_policy
from core import clock
from core.errors import Incomplete, NotAllowed
from tests.assessments.reformed import NAME, set_outcomes, sign_off, with_outcomes
from tests.assessments.transitions import move, with_two_texts
from tests.programme.declaring import checklist
from tests.world import acting

pytestmark = pytest.mark.django_db


def line(world, key):
    return next(one for one in checklist(world).lines if one.key == key)


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def ksb_page(client, world, code):
    client.force_login(world.apprentice)
    return text(client.get(reverse("pages:ksb", args=[world.apprenticeship.pk, code])))


def test_an_outcome_needs_all_its_ksbs_until_the_provider_says_otherwise(world, client):
    with_outcomes(world)
    sign_off(world, "K1", "S1")
    assert line(world, "outcomes").why == f"{NAME} needs K2 and S2"
    assert f"The outcome “{NAME}” still needs K2 and S2." in ksb_page(client, world, "K2")
    set_outcomes(world, "K1", "K2", others=1)
    assert line(world, "outcomes").why == f"{NAME} needs K2"
    assert f"It is mandatory for the outcome “{NAME}”, which still needs K2." in ksb_page(client, world, "K2")
    # S2 may be left out, K2 and the behaviour may not.
    assert "K2, B1" in line(world, "ksbs").why
    assert "S2" not in line(world, "ksbs").why
    sign_off(world, "K2")
    assert line(world, "outcomes").state.value == "done"
    assert f"The outcome “{NAME}” has all the sign-offs it needs." in ksb_page(client, world, "S2")
    set_outcomes(world, "S1", others=2)
    assert line(world, "outcomes").state.value == "done"


def test_what_was_shown_under_an_earlier_rule_stays_shown(world):
    with_outcomes(world)
    milder = set_outcomes(world, "K1", others=1)
    sign_off(world, "K1", "S1")
    stricter = set_outcomes(world, "K1", "K2", others=2)
    assert line(world, "outcomes").state.value == "done"
    assert "K2" not in line(world, "ksbs").why
    undo_sign_off_policy(stricter.pk, acting(world.admin), "Too strict.")
    newest = SignOffPolicy.objects.unscoped().newest_first().first()
    assert (newest.mandatory_codes, newest.others) == (milder.mandatory_codes, milder.others)
    # A rule for a later day does not count yet, and an outcome never needs nothing at all.
    set_outcomes(world, others=0, from_day=clock.today() + timedelta(days=9))
    assert line(world, "outcomes").state.value == "done"


def test_a_rule_about_outcomes_is_possible_and_an_admins(world):
    with pytest.raises(Incomplete, match="no outcomes"):
        set_outcomes(world, "K1", others=1)
    with_outcomes(world)
    for mandatory, others, why in (("B1", 1, "KSBs of the outcomes"), ("K1", 5, "from 0 to 4")):
        with pytest.raises(Incomplete, match=why):
            set_outcomes(world, mandatory, others=others)
    with pytest.raises(Incomplete, match="Say why"):
        set_outcomes(world, "K1", others=1, reason=" ")
    assert set_outcomes(world, "K1", others=1) == set_outcomes(world, "K1", others=1)
    world.people["admin"] = world.assessor
    with pytest.raises(NotAllowed):
        set_outcomes(world, others=1)


def test_an_admin_sees_what_a_rule_about_outcomes_changes_before_it_is_saved(world, client):
    with_outcomes(world)
    sign_off(world, "K1", "S1")
    client.force_login(world.admin)
    rules = reverse("pages:sign-off-rules")
    assert "Each outcome needs all of its KSBs signed off." in text(client.get(rules))
    address = reverse("pages:sign-off-outcomes", args=[world.version.standard.slug])
    form = {"mandatory": ["K1"], "needs_all": "0", "from_day": clock.today().isoformat(), "reason": "As the plan says."}
    assert client.post(address, form).status_code == 422
    seen = client.post(address, form | {"others": "1"}).content.decode()
    assert "1 more outcome would count as shown." in seen
    key = re.search(r'name="is_seen" value="(\w+)"', seen)[1]
    assert client.post(address, form | {"others": "1", "is_seen": key}).status_code == 302
    said = "Each outcome needs its mandatory KSBs signed off, and 1 of the others. Mandatory: K1."
    assert said in text(client.get(rules))
    assert said in text(client.get(reverse("pages:sign-off-rules-history")))


def needs(world):
    """Which KSBs are mandatory for the first apprentice, and how many others are needed, whatever is signed off."""
    world.apprenticeship.refresh_from_db()
    (outcome,) = outcomes_of(world.apprenticeship)
    return sorted(outcome.rule.mandatory), outcome.rule.others


def test_a_new_version_takes_the_rule_over_with_the_ksbs_that_it_still_has(world, client):
    way = with_two_texts(world)
    for version in (way.before, way.after):
        with_outcomes(world, version)
    set_outcomes(world, "K1", "K2", "S1", "S2", others=1)
    assert needs(world) == (["K1", "K2", "S1", "S2"], 1)
    move(world, way)
    # S1 is S2 there, and what was S2 is gone; K2 is K2 in other words.
    assert needs(world) == (["K1", "K2", "S2"], 1)
    client.force_login(world.admin)
    assert "Taken over from an earlier version." in text(client.get(reverse("pages:sign-off-rules")))
    page = reverse("pages:sign-off-outcomes", args=[way.after.standard.slug]) + f"?version={way.after.pk}"
    shown = client.get(page)
    assert "Check the mandatory ones against its plan and save." in text(shown)
    assert shown.context["form"].initial["mandatory"] == ["K1", "K2", "S2"]


def test_each_version_has_a_rule_of_its_own(world):
    way = with_two_texts(world)
    for version in (way.before, way.after):
        with_outcomes(world, version)
    set_outcomes(world, "K1", others=1)
    later = set_outcomes(world, "S1", others=0, version=way.after)
    assert needs(world) == (["K1"], 1)
    move(world, way)
    assert needs(world) == (["S1"], 0)
    undo_sign_off_policy(later.pk, acting(world.admin), "The wrong version.")
    assert needs(world) == (["K1"], 1)


def test_a_rule_of_a_later_version_says_nothing_of_an_earlier_one(world):
    way = with_two_texts(world)
    for version in (way.before, way.after):
        with_outcomes(world, version)
    set_outcomes(world, "S1", others=0, version=way.after)
    assert needs(world) == ([], None)


def test_the_preview_counts_those_on_later_versions_that_take_the_rule_over(world):
    way = with_two_texts(world)
    for version in (way.before, way.after):
        with_outcomes(world, version)
    sign_off(world, "K1")
    move(world, way)

    def would_be_shown() -> int:
        rule = OutcomeRule(frozenset({"K1"}), 0)
        asked = {"version": way.before, "applies_from": clock.now()}
        return preview_of_outcomes(world.provider.pk, rule, **asked).shown_then

    assert would_be_shown() == 1
    set_outcomes(world, "K2", others=0, version=way.after)
    assert would_be_shown() == 0
