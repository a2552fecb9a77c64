"""A claim that the piece has nothing to do with goes back without a mark, and the KSB stands as it did before."""

from django.urls import reverse

from apprenticeships.models import KsbProgress
from assessments import workflow
from assessments.feedback import Feedback
from assessments.models import Decision
from audit.verification import verify
from portfolios.models import Evidence
from tests.world import OWN_WORK, acting, feedback_form

COUNTS = ("state", "waiting_count", "met_count", "newest_outcome", "newest_decided_at", "drafted_count")


def counts(world, code):
    return KsbProgress.objects.filter(apprenticeship=world.apprenticeship, ksb__code=code).values(*COUNTS).get()


def test_a_claim_that_is_not_judged_leaves_the_ksb_as_it_was(world):
    piece = world.draft("K1", "S1")
    before = counts(world, "S1")
    submission = workflow.submit(piece.pk, acting(world.apprentice), OWN_WORK)
    world.judge(submission, {"K1": "met", "S1": "not_judged"})
    assert counts(world, "S1") == before
    assert counts(world, "K1")["state"] == "met"
    assert not list(verify())


def test_a_ksb_that_was_met_or_needs_work_stays_so(world):
    world.judged({"K1": "met", "S1": "not_yet"})
    before = [counts(world, code) for code in ("K1", "S1")]
    world.judged({"K1": "not_judged", "S1": "not_judged"}, title="Another")
    after = [counts(world, code) for code in ("K1", "S1")]
    for row in (*before, *after):
        row.pop("drafted_count")
    assert after == before


def test_the_claim_goes_back_and_may_be_dropped_or_sent_again(client, world):
    submission = world.judged({"K1": "met", "S1": "not_judged"})
    assert Evidence.objects.get().state == "referred"
    client.force_login(world.apprentice)
    page = client.get(reverse("pages:evidence", args=[submission.evidence_id])).content.decode()
    assert "Not assessed" in page
    assert "nothing to do with S1" in page
    again = workflow.submit(submission.evidence_id, acting(world.apprentice), OWN_WORK)
    assert [claim.ksb.code for claim in again.claims.select_related("ksb")] == ["S1"]


def test_no_feedback_is_needed_and_no_other_piece_is_signed_off_on_it(client, world):
    submission = world.submitted("K1")
    client.force_login(world.assessor)
    form = {"outcome_K1": "not_judged", **feedback_form("K1", "")}
    assert client.post(reverse("pages:review-finish", args=[submission.pk]), form).status_code == 302
    client.post(reverse("pages:review-undo", args=[submission.pk]))
    answer = client.post(reverse("pages:review-finish", args=[submission.pk]), form | {"sign_off_K1": "on"})
    assert answer.status_code == 409
    assert "K1 is submitted" not in answer.content.decode()
    assert not Decision.objects.exists()


def test_a_decision_that_should_not_have_been_made_is_corrected_to_not_judged(world):
    world.judged({"K1": "not_yet"})
    made = Decision.objects.get()
    by = acting(world.assessor)
    workflow.correct_decision(made.pk, by, "not_judged", Feedback(), "It is about something else.")
    assert counts(world, "K1")["newest_outcome"] == ""
    assert counts(world, "K1")["state"] == "in_progress"
    workflow.correct_decision(Decision.objects.standing().get().pk, by, "met", Feedback(), "It is there, on page 2.")
    assert counts(world, "K1")["state"] == "met"


def test_the_history_says_that_it_was_not_assessed(client, world):
    world.judged({"K1": "not_judged"})
    client.force_login(world.mentor)
    page = client.get(reverse("pages:ksb", args=[world.apprenticeship.pk, "K1"])).content.decode()
    assert "decided: not assessed" in page
