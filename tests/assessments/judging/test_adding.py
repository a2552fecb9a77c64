"""A KSB that the apprentice missed: the assessor adds it, it goes with the review, and is marked as theirs."""

import pytest
from django.urls import reverse

from assessments import workflow
from assessments.feedback import Feedback
from assessments.models import Decision, ReviewDraft, SignOff, SubmittedClaim
from assessments.unfinished import ClaimWords
from audit.models import Entry
from audit.verification import verify
from core.errors import Incomplete, NotAllowed, OutOfTurn
from tests.world import OWN_WORK, acting, claim_words, feedback_form


@pytest.fixture
def submission(world):
    return world.submitted("K1")


def add(world, submission, code="S1", who=None):
    return workflow.add_claim(submission.pk, acting(who or world.assessor), code)


def words(world, **said):
    return {"K1": claim_words("not_yet", "Say more."), "S1": ClaimWords("met", added=world.ksb("S1").pk, **said)}


def sent(world, submission, **said):
    workflow.finish_review(submission.pk, acting(world.assessor), words(world, **said))
    assert workflow.send_review(submission.pk, acting(world.assessor)) == ""


def state_of(world, code):
    return world.apprenticeship.progress.get(ksb__code=code).state


def test_nobody_sees_an_added_claim_until_the_review_is_sent(client, world, submission):
    add(world, submission)
    workflow.finish_review(submission.pk, acting(world.assessor), words(world))
    assert (SubmittedClaim.objects.count(), state_of(world, "S1")) == (1, "not_started")
    client.force_login(world.apprentice)
    page = client.get(reverse("pages:evidence", args=[submission.evidence_id])).content.decode()
    assert "<strong>S1</strong>" not in page
    workflow.undo_finish(submission.pk, acting(world.assessor))
    assert ReviewDraft.objects.get().added.keys() == {"S1"}


def test_it_is_met_and_marked_as_the_assessors_wherever_it_stands(client, world, submission):
    before = submission.snapshot.content
    sent(world, submission, feedback=Feedback(meets="The interview shows it."))
    submission.snapshot.refresh_from_db()
    assert submission.snapshot.content == before
    assert state_of(world, "S1") == "met"
    client.force_login(world.apprentice)
    for address in (
        reverse("pages:evidence", args=[submission.evidence_id]),
        reverse("pages:ksb", args=[world.apprenticeship.pk, "S1"]),
    ):
        page = client.get(address).content.decode()
        assert "The interview shows it." in page
        assert "dded by Assessor" in page
    assert "Assessor added it to" in page
    assert Entry.objects.filter(action="claim.added").count() == 1
    assert not list(verify())


def test_it_is_signed_off_with_the_review(world, submission):
    sent(world, submission, signs_off=True)
    assert SignOff.objects.get().ksb.code == "S1"


def test_it_is_not_asked_again_in_the_next_round(world, submission):
    sent(world, submission)
    again = workflow.submit(submission.evidence_id, acting(world.apprentice), OWN_WORK)
    assert [claim.ksb.code for claim in again.claims.all()] == ["K1"]
    assert [(claim["code"], claim["is_met"]) for claim in again.snapshot.content["claims"]] == [
        ("K1", False),
        ("S1", True),
    ]


def test_it_can_be_corrected_and_then_needs_work_like_any_other(world, submission):
    sent(world, submission)
    made = Decision.objects.get(claim__ksb__code="S1")
    workflow.correct_decision(made.pk, acting(world.assessor), "not_yet", Feedback(missing="Say how."), "Wrong KSB.")
    assert state_of(world, "S1") == "needs_work"
    assert submission.evidence.claims.get(ksb__code="S1").is_met is False


def test_only_the_assessor_adds_and_only_what_counts_and_is_not_claimed(world, submission):
    for code in ("K1", "K9", ""):
        with pytest.raises(Incomplete):
            add(world, submission, code)
    with pytest.raises(NotAllowed):
        add(world, submission, who=world.iqa)
    other = {"S1": ClaimWords("not_yet", Feedback(missing="x"), added=world.ksb("S1").pk)}
    with pytest.raises(Incomplete, match="only be added as met"):
        workflow.finish_review(submission.pk, acting(world.assessor), words(world) | other)
    forged = {"S1": ClaimWords("met", added=world.ksb("S2").pk)}
    with pytest.raises(OutOfTurn, match="S1 cannot be added"):
        workflow.finish_review(submission.pk, acting(world.assessor), words(world) | forged)


def test_nothing_is_added_to_a_review_that_was_sent(world, submission):
    workflow.finish_review(submission.pk, acting(world.assessor), {"K1": claim_words("met")})
    workflow.send_review(submission.pk, acting(world.assessor))
    with pytest.raises(OutOfTurn):
        add(world, submission)
    with pytest.raises(OutOfTurn):
        workflow.finish_review(submission.pk, acting(world.assessor), words(world) | {"K1": claim_words("met")})
    assert SubmittedClaim.objects.count() == 1


def test_it_is_added_and_removed_on_the_page_with_no_script_and_no_word_is_lost(client, world, submission):
    client.force_login(world.assessor)
    add_address = reverse("pages:review-add", args=[submission.pk])
    review = reverse("pages:review", args=[submission.pk])
    form = {"revision": "0", "outcome_K1": "met", **feedback_form("K1", meets="Half a sen")}
    assert client.post(add_address, form).url == add_address
    listed = client.get(add_address).content.decode()
    assert 'value="S1"' in listed
    assert 'value="K1"' not in listed
    assert client.post(add_address, {"ksb": "S1"}).url == f"{review}#claim-S1"
    page = client.get(review).content.decode()
    assert "Half a sen" in page
    assert "Added by you, as met." in page
    revision = ReviewDraft.objects.get().revision
    added = {"added_S1": str(world.ksb("S1").pk), "outcome_S1": "met", **feedback_form("S1", meets="Kept?")}
    drop = reverse("pages:review-drop", args=[submission.pk, "S1"])
    assert client.post(drop, form | added | {"revision": str(revision)}).url == review
    assert "Added by you" not in client.get(review).content.decode()
    assert ReviewDraft.objects.get().claims["K1"].feedback.meets == "Half a sen"


def test_a_tab_from_before_it_was_added_neither_drops_it_nor_finishes_without_it(client, world, submission):
    add(world, submission)
    old = {"K1": claim_words("met")}
    workflow.keep_review(submission.pk, acting(world.assessor), revision=1, claims=old)
    assert ReviewDraft.objects.get().added.keys() == {"S1"}
    client.force_login(world.assessor)
    form = {"outcome_K1": "met", **feedback_form("K1")}
    answer = client.post(reverse("pages:review-finish", args=[submission.pk]), form)
    assert answer.status_code == 409
    assert "You added S1 in another tab." in answer.content.decode()
    assert "Added by you, as met." in answer.content.decode()
