"""Feedback in parts: what meets a claim, what is missing, the next step and by when, the same wherever it goes."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assessments import workflow
from assessments.feedback import Feedback
from assessments.models import Decision, ReviewDraft
from assessments.unfinished import UNDO_LASTS, ClaimWords
from core import clock
from core.errors import Incomplete
from core.moments import day
from core.writing import insert
from tests.world import acting, feedback_form

PARTS = {"meets": "You name the board.", "missing": "Say <b>why</b>.", "next_step": "Ask Nina.\nThen write it down."}


def in_days(days):
    return clock.today() + timedelta(days=days)


def whole(days=7):
    return Feedback(**PARTS, by_when=in_days(days))


def finish(world, submission, feedback, outcome="not_yet"):
    workflow.finish_review(submission.pk, acting(world.assessor), {"S1": ClaimWords(outcome, feedback)})


def judged(world, feedback, **given):
    submission = world.submitted("S1", **given)
    finish(world, submission, feedback)
    workflow.send_review(submission.pk, acting(world.assessor))
    return submission


def test_every_part_reaches_the_apprentice_under_its_name(client, world):
    submission = judged(world, whole())
    client.force_login(world.apprentice)
    for address in (
        reverse("pages:evidence", args=[submission.evidence_id]),
        reverse("pages:evidence-edit", args=[submission.evidence_id]),
        reverse("pages:ksb", args=[world.apprenticeship.pk, "S1"]),
    ):
        page = client.get(address).content.decode()
        for words in ("What meets it", "You name the board.", "What is missing", "Say &lt;b&gt;why&lt;/b&gt;."):
            assert words in page
        for words in ("Next step", "Ask Nina.<br>Then write it down.", "By when", day(in_days(7))):
            assert words in page


def test_the_page_of_a_review_takes_every_part_and_keeps_it_until_it_is_sent(client, world):
    submission = world.submitted("S1")
    client.force_login(world.assessor)
    form = {"outcome_S1": "not_yet", **feedback_form("S1", **PARTS, by_when=in_days(7).isoformat())}
    assert client.post(reverse("pages:review-words", args=[submission.pk]), form).status_code == 200
    page = client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    assert '<details class="more" open>' in page
    assert f'value="{in_days(7).isoformat()}"' in page
    client.post(reverse("pages:review-finish", args=[submission.pk]), form)
    assert ReviewDraft.objects.finished().get().claims["S1"].feedback == whole()
    workflow.send_review(submission.pk, acting(world.assessor))
    assert Decision.objects.get().feedback == whole()


def test_not_yet_needs_what_is_missing_whatever_else_is_said(client, world):
    submission = world.submitted("S1")
    with pytest.raises(Incomplete) as refused:
        finish(world, submission, Feedback(meets="Good.", missing=" ", next_step="Go on.", by_when=in_days(7)))
    assert (refused.value.field, refused.value.ksb) == ("missing", "S1")


@pytest.mark.parametrize("days", [-1, 400])
def test_a_day_that_is_past_or_far_away_is_refused_by_its_field(client, world, days):
    submission = world.submitted("S1")
    client.force_login(world.assessor)
    form = {"outcome_S1": "not_yet", **feedback_form("S1", "Why?", by_when=in_days(days).isoformat())}
    answer = client.post(reverse("pages:review-finish", args=[submission.pk]), form)
    assert answer.status_code == 422
    assert "Choose a day for S1 in the next 12 months." in answer.content.decode()
    assert f'value="{in_days(days).isoformat()}"' in answer.content.decode()


def test_a_review_finished_before_midnight_is_sent_with_its_day_after_it(world):
    submission = world.submitted("S1")
    finish(world, submission, whole(days=0))
    with clock.at(clock.now() + timedelta(days=1) + UNDO_LASTS):
        assert workflow.send_review(submission.pk, acting(world.assessor)) == ""


def test_a_part_that_is_too_long_is_refused_by_its_field(world):
    with pytest.raises(Incomplete) as refused:
        finish(world, world.submitted("S1"), Feedback(meets="x" * 2001), outcome="met")
    assert (refused.value.field, refused.value.ksb) == ("meets", "S1")


def test_what_comes_first_is_what_is_asked_for_soonest(client, world):
    judged(world, whole(days=3), title="Advert for a cook")
    later = world.judged({"K1": "not_yet"}, title="Advert for a driver")
    client.force_login(world.apprentice)
    page = client.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).content.decode()
    told = page.partition('id="next-heading">')[2].partition("</section>")[0]
    assert "Advert for a cook" in told
    assert f"Send your changes by {day(in_days(3))}." in told
    assert reverse("pages:evidence", args=[later.evidence_id]) in page


def test_a_day_that_has_passed_stays_when_something_else_is_corrected(world):
    decision = judged(world, whole(days=1)).claims.get().decisions.get()
    feedback = Feedback(missing="Say when, too.", by_when=in_days(1))
    with clock.at(clock.now() + timedelta(days=5)):
        made = workflow.correct_decision(decision.pk, acting(world.assessor), "not_yet", feedback, "It was too short.")
        assert made.feedback == feedback
        other = Feedback(missing="Say when, too.", by_when=in_days(-2))
        with pytest.raises(Incomplete) as refused:
            workflow.correct_decision(made.pk, acting(world.assessor), "not_yet", other, "Another day.")
    assert refused.value.field == "by_when"


def test_feedback_of_many_decisions_is_written_at_once_as_of_one(world):
    submission = world.submitted("S1")
    made = Decision(claim=submission.claims.get(), outcome="met", feedback=whole(), by=world.assessor)
    insert([made])
    assert Decision.objects.get().feedback == whole()
