"""The pages of results of outcomes, as each person meets them."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from assessments.models import OutcomeResult, Sample
from assessments.results.states import ResultState
from core import clock
from tests.assessments import quality
from tests.assessments.results.marking import correct, mark, mark_again, outcome, release, released, state
from tests.notifications.worker import told
from tests.programme.declaring import checklist
from tests.queries import query_count

pytestmark = pytest.mark.django_db


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def seen(client, who, address, *ids):
    client.force_login(who)
    return text(client.get(reverse(f"pages:{address}", args=ids)))


def sent(client, who, address, *ids, **words):
    client.force_login(who)
    return client.post(reverse(f"pages:{address}", args=ids), words)


def test_an_assessor_marks_an_outcome_and_a_colleague_releases_it(world, client):
    piece = world.judged({"K1": "met"})
    whose, of = world.apprenticeship.pk, outcome(world).pk
    assert "Mark attempt 1" in seen(client, world.assessor, "outcome-results", whose)
    said = {"token": uuid4(), "assessed_on": clock.today().isoformat(), "grade": "", "feedback": "", "rests_on": ""}
    refused = sent(client, world.assessor, "outcome-mark", whose, of, **said)
    assert refused.status_code == 422
    assert "Choose the grade." in text(refused)
    said |= {"grade": "distinction", "feedback": "Well found."}
    refused = sent(client, world.assessor, "outcome-mark", whose, of, **said)
    assert "Choose the evidence that you marked" in text(refused)
    assert sent(client, world.assessor, "outcome-mark", whose, of, pieces=[piece.pk], **said).status_code == 302
    made = OutcomeResult.objects.get()
    assert "There is no result yet." in seen(client, world.apprentice, "outcome-results", whose)
    client.force_login(world.apprentice)
    assert client.get(reverse("pages:outcome-result", args=[made.pk])).status_code == 404
    page = seen(client, world.iqa, "outcome-result", made.pk)
    for words in ("Distinction", "This result has no second mark yet.", "Advert for a driver"):
        assert words in page
    assert "Release the result" not in page
    answer = sent(client, world.iqa, "outcome-mark-again", made.pk, token=uuid4(), grade="pass", words="")
    assert "Say why you would give another grade." in text(answer)
    sent(client, world.iqa, "outcome-mark-again", made.pk, token=uuid4(), grade="distinction", words="")
    assert "Release the result" in seen(client, world.admin, "outcome-result", made.pk)
    assert "Release the result" not in seen(client, world.assessor, "outcome-result", made.pk)
    assert sent(client, world.admin, "outcome-result-release", made.pk).status_code == 302
    page = seen(client, world.apprentice, "outcome-result", made.pk)
    assert "Distinction" in page
    assert "Well found." in page
    assert "Second marks" not in page
    assert "Distinction" in seen(client, world.mentor, "outcome-results", whose)


def test_what_cannot_be_released_says_why(world, client):
    made = mark(world)
    answer = sent(client, world.admin, "outcome-result-release", made.pk)
    assert answer.status_code == 409
    assert "no second mark yet" in text(answer)
    # Where there is no reviewed evidence, what else was marked has to be said.
    mark_again(world, made)
    release(world, made)
    said = {"token": uuid4(), "assessed_on": clock.today().isoformat(), "grade": "merit", "feedback": "x"}
    answer = sent(client, world.assessor, "outcome-result-correct", made.pk, rests_on="", reason="A page.", **said)
    assert answer.status_code == 422


def test_a_corrected_result_is_shown_with_what_was_there_before(world, client):
    first = released(world)
    second = correct(world, first)
    assert "corrected this" not in seen(client, world.apprentice, "outcome-result", first.pk)
    assert "Corrected" not in seen(client, world.apprentice, "outcome-results", world.apprenticeship.pk)
    assert "corrected this: I had missed a page." in seen(client, world.assessor, "outcome-result", first.pk)
    mark_again(world, second)
    release(world, second)
    assert "corrected this: I had missed a page." in seen(client, world.apprentice, "outcome-result", first.pk)
    page = seen(client, world.apprentice, "outcome-results", world.apprenticeship.pk)
    assert "Merit" in page
    assert "Corrected" in page


def test_quality_assurance_checks_a_result_on_its_pages(world, client):
    made = mark(world)
    plan = quality.plan(world)
    sample = Sample.objects.get()
    for address, ids in (("quality", ()), ("sampling-plan", (plan.pk,)), ("sample", (sample.pk,))):
        page = seen(client, world.iqa, address, *ids)
        assert "AO1" in page, address
        assert "Pass" in page, address
    assert "See the result and what it rests on" in page
    found = {
        "token": uuid4(),
        "result": "action",
        "feedback": "No date.",
        "action": "Add it.",
        "owner": world.assessor.pk,
    }
    assert sent(client, world.iqa, "sample", sample.pk, due_on=clock.today().isoformat(), **found).status_code == 302
    assert state(made) == ResultState.SENT_BACK
    assert "AO1" in seen(client, world.assessor, "quality")
    assert "the action is still open" in seen(client, world.assessor, "outcome-result", made.pk)
    told(world.assessor)
    assert "act on AO1 for Apprentice" in seen(client, world.assessor, "notices")


def test_a_result_that_was_not_drawn_is_added_on_its_page(world, client):
    from assessments.workflow import Rates

    made = mark(world)
    plan = quality.plan(world, Rates(0, 0, 0, 0))
    assert "Assessor decided about Apprentice: Pass" in seen(client, world.iqa, "sample-add", plan.pk, made.pk)
    assert sent(client, world.iqa, "sample-add", plan.pk, made.pk, reason="Her first.").status_code == 302
    assert "Her first." in seen(client, world.iqa, "sampling-plan", plan.pk)


def test_completion_waits_for_what_the_provider_marked(world):
    def line():
        return next(one for one in checklist(world).lines if one.key == "results")

    assert not [one for one in checklist(world).lines if one.key == "results"]
    outcome(world)
    assert line().state.value == "not_needed"
    first = mark(world, grade="fail")
    assert (line().state.value, line().figure) == ("not_done", "0 of 1")
    assert line().why == f"{first.outcome}: the result of attempt 1 is not released yet"
    mark_again(world, first)
    release(world, first)
    assert line().why == f"{first.outcome}: attempt 1 was a fail, and no other has been marked since"
    released(world)
    assert (line().state.value, line().figure) == ("done", "1 of 1")


def test_the_apprentice_and_the_employer_are_told_of_a_release(world, client):
    made = mark(world)
    mark_again(world, made)
    assert not told(world.apprentice)
    release(world, made)
    assert told(world.apprentice) == told(world.mentor) == ["outcome_released"]
    assert "The result of one of your assessments" in seen(client, world.apprentice, "notices")
    assert "A result of Apprentice has been released" in seen(client, world.mentor, "notices")


def test_the_pages_cost_the_same_however_many_results_there_are(world, client):
    client.force_login(world.assessor)
    address = reverse("pages:outcome-results", args=[world.apprenticeship.pk])
    released(world, grade="fail")
    first = query_count(client, address)
    assert first <= 12
    for _ in range(3):
        released(world, grade="fail")
    assert query_count(client, address) == first
