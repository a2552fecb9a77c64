"""What people see of the rules for sign-off, and how an admin changes one."""

import re

import pytest
from django.urls import reverse

from assessments.models import SignOffPolicy
from assessments.policies.rules import Rule
from assessments.workflow import set_sign_off_policy
from core import clock
from tests.world import acting, feedback_form

FORM = {
    "met_claims": "2",
    "pieces": "2",
    "evidence_kinds": "1",
    "signs_off_itself": "0",
    "reason": "Agreed at standardisation.",
}


def form(**given):
    return FORM | {"from_day": clock.today().isoformat()} | given


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def ksb_page(client, world, who, code="K1"):
    client.force_login(who)
    return text(client.get(reverse("pages:ksb", args=[world.apprenticeship.pk, code])))


def set_rule(world, rule):
    set_sign_off_policy(world.provider.pk, acting(world.admin), rule, reason="As agreed.")


def test_the_usual_rule_stands_on_the_page_of_a_ksb(client, world):
    assert "To be signed off: 1 met claim. An assessor then signs it off." in ksb_page(client, world, world.apprentice)


def test_the_page_says_in_one_sentence_what_is_still_missing(client, world):
    set_rule(world, Rule(met_claims=2, pieces=2, needs_employer=True))
    world.judged({"B1": "met"})
    said = ksb_page(client, world, world.apprentice, "B1")
    assert (
        "Still missing: one more met claim, from another piece of evidence, and your employer’s confirmation." in said
    )
    assert "Sign B1 off" not in ksb_page(client, world, world.assessor, "B1")


def test_a_milder_rule_lets_the_assessor_sign_off_at_once(client, world):
    set_rule(world, Rule(met_claims=2))
    world.judged({"K1": "met"})
    set_rule(world, Rule())
    said = ksb_page(client, world, world.assessor)
    assert "Only the sign-off is missing." in said
    assert "Sign K1 off" in said


def test_a_preview_says_only_what_changes(client, world):
    client.force_login(world.admin)
    said = text(client.post(reverse("pages:sign-off-rule-change"), form()))
    assert "other KSBs are not met yet and will follow this rule" in said
    assert "0 KSBs" not in said


def test_a_rule_is_saved_as_its_preview_was_seen(client, world):
    world.judged({"K1": "met"})
    client.force_login(world.admin)
    address = reverse("pages:sign-off-rule-change")
    preview = client.post(address, form())
    assert "1 KSB is met today and would need more under this rule (apprentices: 1). It stays met." in text(preview)
    assert not SignOffPolicy.objects.unscoped().exists()
    seen = preview.context["seen"]
    changed = client.post(address, form(is_seen=seen, met_claims="3"))
    assert "What this changes" in text(changed)
    assert not SignOffPolicy.objects.unscoped().exists()
    client.post(address, form(is_seen=seen))
    assert SignOffPolicy.objects.unscoped().get().met_claims == 2
    said = text(client.get(reverse("pages:sign-off-rules-history")))
    assert "2 met claims, from 2 pieces of evidence. An assessor then signs it off." in said
    assert "Agreed at standardisation." in said


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"pieces": "3"}, "pieces"), ({"from_day": "2020-01-01"}, "from_day"), ({"reason": ""}, "reason")],
)
def test_what_is_wrong_is_said_at_its_field_before_anything_is_saved(client, world, wrong, field):
    client.force_login(world.admin)
    for seen in ({}, {"is_seen": "1"}):
        answer = client.post(reverse("pages:sign-off-rule-change"), form(**wrong, **seen))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert "Agreed at standardisation." in text(answer) or field == "reason"


def test_a_tick_that_cannot_be_kept_in_a_review_is_said_beside_it(client, world):
    set_rule(world, Rule(met_claims=2))
    waiting = world.submitted("K1")
    client.force_login(world.assessor)
    answer = client.post(
        reverse("pages:review-finish", args=[waiting.pk]),
        {"outcome_K1": "met", **feedback_form("K1", meets="Good."), "sign_off_K1": "on"},
    )
    assert answer.status_code == 422
    assert "K1 still needs one more met claim." in text(answer)
