"""The rules of evidence: a checklist that a provider sets, ticked with a review, and kept with it."""

import pytest
from django.urls import reverse

from assessments import workflow
from assessments.checking.rules import Asked, EvidenceRules
from assessments.checking.workflow import set_rules
from assessments.models import ReviewDraft, Submission
from audit.verification import verify
from core.errors import Incomplete, NotAllowed
from tests.world import acting, claim_words, feedback_form

ASKED = [Asked("valid", "It shows what the KSBs ask for.", True), Asked("current", "Less than a year old.", False)]


@pytest.fixture
def asked(world):
    return set_rules(world.provider.pk, acting(world.admin), ASKED)


def form(*ticks):
    return {"outcome_K1": "met", **feedback_form("K1"), "rules": ticks}


def test_a_provider_that_sets_none_asks_for_none(client, world):
    client.force_login(world.assessor)
    submission = world.submitted("K1")
    assert "Rules of evidence" not in client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    world.judge(submission, {"K1": "met"})
    assert submission.checks == []


def test_what_has_to_be_ticked_is_asked_for_before_finish_and_nothing_is_lost(client, world, asked):
    submission = world.submitted("K1")
    client.force_login(world.assessor)
    answer = client.post(reverse("pages:review-finish", args=[submission.pk]), form("current"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tick what has to be true of the evidence: Valid." in page
    assert 'value="current" id="id_rules_current" checked' in " ".join(page.split())
    assert client.post(reverse("pages:review-finish", args=[submission.pk]), form("valid")).status_code == 302


def test_ticks_are_kept_while_the_review_is_written(client, world, asked):
    submission = world.submitted("K1")
    client.force_login(world.assessor)
    client.post(reverse("pages:review-words", args=[submission.pk]), {"revision": "0", **form("valid", "nonsense")})
    page = " ".join(client.get(reverse("pages:review", args=[submission.pk])).content.decode().split())
    assert 'id="id_rules_valid" checked' in page
    assert 'id="id_rules_current" checked' not in page
    workflow.add_claim(submission.pk, acting(world.assessor), "S1")
    assert [check["is_ticked"] for check in ReviewDraft.objects.get().checks] == [True, False]


def test_what_was_ticked_is_kept_in_the_words_of_that_day_and_iqa_sees_it(client, world, asked):
    submission = world.submitted("K1")
    workflow.finish_review(submission.pk, acting(world.assessor), {"K1": claim_words("met")}, ["valid"])
    set_rules(world.provider.pk, acting(world.admin), [Asked("valid", "Something else.", True)])
    assert workflow.send_review(submission.pk, acting(world.assessor)) == ""
    submission = Submission.objects.get()
    assert [(check["rule"], check["is_ticked"]) for check in submission.checks] == [("valid", True), ("current", False)]
    client.force_login(world.iqa)
    page = " ".join(client.get(reverse("pages:review", args=[submission.pk])).content.decode().split())
    assert "It shows what the KSBs ask for. Ticked" in page
    assert "Less than a year old. Not ticked" in page
    client.force_login(world.apprentice)
    assert "Less than a year old." not in client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    assert not list(verify())


def test_an_admin_sets_them_on_the_page(client, world):
    client.force_login(world.admin)
    rules = ("valid", "authentic", "current", "sufficient", "reliable")
    sent = {f"use_{rule}": "off" for rule in rules} | {f"wording_{rule}": "" for rule in rules}
    address = reverse("pages:evidence-rules")
    answer = client.post(address, sent | {"use_current": "on"})
    assert answer.status_code == 422
    assert "Say what this means, or do not use it." in answer.content.decode()
    assert client.post(address, sent | {"use_current": "required", "wording_current": "New."}).status_code == 302
    assert EvidenceRules.objects.unscoped().get().rules == [Asked("current", "New.", True)]


def test_nobody_else_sets_them(world):
    for who in (world.assessor, world.iqa, world.apprentice, world.other_admin):
        with pytest.raises(NotAllowed):
            set_rules(world.provider.pk, acting(who), ASKED)
    with pytest.raises(Incomplete):
        set_rules(world.provider.pk, acting(world.admin), [Asked("valid", "x" * 201, False)])
