"""The pages of quality assurance, from a draw to a closed action."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from assessments import workflow as assessing
from assessments.models import Appeal, Finding, Reopening, Sample, SamplingPlan
from assessments.workflow import Rates
from audit.models import Entry
from core import clock
from tests.access.quality import words
from tests.access.rules import let_in
from tests.assessments.quality import act_on, agree, appeal, plan, sample
from tests.queries import query_count
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def page(client, world: World, who: str, name: str, *ids: object, **query: str) -> str:
    client.force_login(world.people[who])
    return client.get(reverse(f"pages:{name}", args=ids), query).content.decode()


def test_a_quality_assurer_draws_and_finds_what_was_drawn_to_check(client, world: World):
    world.judged({"K1": "met"})
    new = page(client, world, "iqa", "sampling-plan-new")
    assert "New to this standard" in new
    assert "1 decision was made in these days" in new
    answer = client.post(reverse("pages:sampling-plan-new"), words(world)["pages:sampling-plan-new"], follow=True)
    shown = answer.content.decode()
    assert "1 decision drawn." in shown
    assert SamplingPlan.objects.get().seed in shown
    assert ">K1<" in page(client, world, "iqa", "quality")


def test_a_plan_shows_what_was_not_drawn_and_offers_to_add_it(client, world: World):
    world.judged({"K1": "met"})
    made = plan(world, Rates(0, 0, 0, 0))
    shown = page(client, world, "iqa", "sampling-plan", made.pk, show="left")
    assert "Not drawn at this rate" in shown
    assert "/add/" in shown
    assert "/add/" not in page(client, world, "admin", "sampling-plan", made.pk, show="left")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"low_percent": "101"}, "Low risk (%):"),
        ({"from_on": "2026-02-31"}, "Enter a date"),
        ({"until_on": "2999-01-01"}, "must not be in the future"),
        ({"token": "none"}, "already been sent"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_and_nothing_is_drawn(client, world: World, changed, said):
    world.judged({"K1": "met"})
    client.force_login(world.iqa)
    sent = words(world)["pages:sampling-plan-new"] | changed
    answer = client.post(reverse("pages:sampling-plan-new"), sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not SamplingPlan.objects.exists()


def test_a_lower_risk_without_a_reason_is_refused_by_its_field_and_keeps_what_was_typed(client, world: World):
    world.judged({"K1": "met"})
    client.force_login(world.iqa)
    risk = f"risk_{world.assessor.pk}_{world.version.standard_id}"
    sent = words(world)["pages:sampling-plan-new"] | {risk: "low", "high_percent": "73"}
    answer = client.post(reverse("pages:sampling-plan-new"), sent)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Say why you chose a lower risk." in shown
    assert 'value="73"' in shown


def test_an_action_is_shown_to_the_assessor_who_answers_it_and_is_then_closed(client, world: World):
    of = sample(world)
    client.force_login(world.iqa)
    action = {"result": "action", "action": "Ask for the date.", "feedback": "No date.", "token": str(uuid4())}
    due = {"owner": str(world.assessor.pk), "due_on": clock.today().isoformat()}
    assert client.post(reverse("pages:sample", args=[of.pk]), action | due).status_code == 302
    finding = Finding.objects.get()
    assert "Ask for the date." in page(client, world, "assessor", "quality")
    assert "No date." in page(client, world, "assessor", "sample", of.pk)
    note = reverse("pages:finding-note", args=[finding.pk])
    sent = {"answer-kind": "answer", "answer-token": str(uuid4()), "answer-words": "I asked today."}
    assert client.post(note, sent).status_code == 302
    assert "I asked today." in page(client, world, "iqa", "sample", of.pk)
    empty = {"closed-kind": "closed", "closed-token": str(uuid4()), "closed-words": ""}
    assert client.post(note, empty).status_code == 422
    assert client.post(note, empty | {"closed-words": "Done."}).status_code == 302
    assert "Action closed" in page(client, world, "iqa", "quality", show="found")
    assert "No actions are open." in page(client, world, "assessor", "quality")


def test_an_overdue_action_says_by_how_much(client, world: World):
    act_on(world, sample(world))
    with clock.at(clock.now() + timedelta(days=10)):
        assert "3 days overdue" in page(client, world, "assessor", "quality", show="overdue")


def test_a_check_without_what_has_to_be_done_comes_back_with_what_was_typed(client, world: World):
    of = sample(world)
    client.force_login(world.iqa)
    sent = {"result": "action", "action": "", "feedback": "No date anywhere.", "token": str(uuid4())}
    answer = client.post(reverse("pages:sample", args=[of.pk]), sent | {"owner": str(world.assessor.pk), "due_on": ""})
    assert answer.status_code == 422
    assert "No date anywhere." in answer.content.decode()
    assert not Finding.objects.exists()


def test_a_check_sent_by_two_is_told_who_was_first(client, world: World):
    of = sample(world)
    agree(world, of)
    client.force_login(world.iqa)
    sent = words(world)["pages:sample"]
    answer = client.post(reverse("pages:sample", args=[of.pk]), sent)
    assert answer.status_code == 409
    assert "Iqa checked this" in answer.content.decode()


def test_the_ksb_and_coverage_say_that_it_was_quality_assured(client, world: World):
    agree(world, sample(world))
    assert "Quality assured on" in page(client, world, "apprentice", "ksb", world.apprenticeship.pk, "K1")
    assert "quality assured" in page(client, world, "apprentice", "coverage", world.apprenticeship.pk)
    assert "uality assured" not in page(client, world, "apprentice", "ksb", world.apprenticeship.pk, "K2")


def test_the_history_shows_that_a_ksb_was_reopened_and_that_this_was_undone(client, world: World):
    world.signed_off("K1")
    act_on(world, plan(world).samples.get(), reopen_because="The advert has no date.")
    where = ("ksb", world.apprenticeship.pk, "K1")
    shown = page(client, world, "apprentice", *where)
    assert "of internal quality assurance reopened this" in shown
    assert "Signed off by" not in shown
    assessing.undo_reopening(Reopening.objects.get().pk, acting(world.iqa), "It is on page 2.")
    shown = page(client, world, "apprentice", *where)
    assert "Iqa reopened it: The advert has no date." in shown
    assert "Iqa undid the reopening: It is on page 2." in shown
    assert "Signed off by" in shown


@pytest.mark.parametrize(("name", "show"), [("quality", "waiting"), ("quality", "found"), ("sampling-plan", "drawn")])
def test_lists_take_at_most_twelve_statements_however_long(client, world: World, name, show):
    client.force_login(world.iqa)
    counts = []
    for codes in (["K1"], ["K2", "S1", "S2"]):
        world.judged(dict.fromkeys(codes, "met"), title="Work")
        made = plan(world)
        if show == "found":
            for one in Sample.objects.waiting():
                agree(world, one)
        where = reverse(f"pages:{name}", args=[made.pk] if name == "sampling-plan" else [])
        counts.append(query_count(client, f"{where}?show={show}"))
    assert counts[0] == counts[1] <= 12


def test_an_apprentice_appeals_from_the_ksb_and_sees_by_when_there_is_an_answer(client, world: World):
    decision = world.judged({"K1": "not_yet"}).claims.get().decisions.get()
    where = ("ksb", world.apprenticeship.pk, "K1")
    new = reverse("pages:appeal-decision", args=[decision.pk])
    assert new in page(client, world, "apprentice", *where)
    assert new not in page(client, world, "assessor", *where)
    client.force_login(world.apprentice)
    assert client.post(new, {"token": str(uuid4()), "grounds": ""}).status_code == 422
    shown = client.post(new, {"token": str(uuid4()), "grounds": "It is on page 2."}, follow=True).content.decode()
    assert "Not decided yet. You will get an answer by" in shown
    made = Appeal.objects.get()
    mine = reverse("pages:appeal", args=[made.pk])
    assert mine in page(client, world, "apprentice", *where)
    assert mine in page(client, world, "iqa", "quality", show="appeals")
    answer = {"result": "upheld", "reason": "You are right."}
    assert client.post(reverse("pages:appeal-answer", args=[made.pk]), answer).status_code == 302
    shown = page(client, world, "apprentice", "appeal", made.pk)
    assert "Upheld" in shown
    assert "You are right." in shown
    assert "Appeal upheld: You are right." in page(client, world, "apprentice", *where)


def test_an_appeal_that_should_have_been_answered_says_so(client, world: World):
    made = appeal(world)
    with clock.at(clock.now() + timedelta(days=60)):
        assert "This should have been answered by" in page(client, world, "apprentice", "appeal", made.pk)
        assert "Late" in page(client, world, "iqa", "quality", show="appeals")


def test_an_external_auditor_reads_what_was_checked_of_their_learners_and_leaves_a_trace(client, world: World):
    of = sample(world)
    act_on(world, of)
    waiting = world.judged({"S1": "met"}, title="Another")
    plan(world)
    world.people["auditor"] = let_in(world, "auditor", world.apprenticeship)
    world.people["outsider"] = let_in(world, "auditor_elsewhere", world.second)
    assert ">S1<" in page(client, world, "auditor", "quality", show="waiting")
    assert "Appeals" not in page(client, world, "auditor", "quality", show="actions")
    assert of.decision.claim.ksb.code in page(client, world, "auditor", "quality", show="found")
    before = Entry.objects.filter(action="evidence.opened").count()
    for _time in range(2):
        shown = page(client, world, "auditor", "sample", of.pk)
    assert "What was found" in shown
    for act in ("Save", "Correct this finding", "Sampling plan"):
        assert act not in shown.split("</header>")[-1]
    assert Entry.objects.filter(action="evidence.opened").count() == before + 1
    # Of another scope, and to change anything: nothing.
    client.force_login(world.outsider)
    assert client.get(reverse("pages:sample", args=[of.pk])).status_code == 404
    assert ">S1<" not in page(client, world, "outsider", "quality", show="waiting")
    client.force_login(world.auditor)
    assert client.post(reverse("pages:sample", args=[of.pk]), {}).status_code == 403
    assert client.get(reverse("pages:sampling-plan", args=[of.plan_id])).status_code == 404
    assert waiting.finished_at


def test_what_has_to_be_done_is_asked_in_a_part_of_its_own_that_a_check_which_agrees_hides(client, world: World):
    whole = page(client, world, "iqa", "sample", sample(world).pk)
    part = whole.partition('<div class="with-action">')[2].partition("</form>")[0]
    for name in ("action", "owner", "due_on"):
        assert f'name="{name}"' in part
    for name in ("result", "feedback", "token"):
        assert f'name="{name}"' in whole
        assert f'name="{name}"' not in part
