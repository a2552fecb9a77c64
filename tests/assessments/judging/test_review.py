"""Rules of judging."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from apprenticeships import workflow as enrolling
from apprenticeships.models import KsbProgress
from assessments import workflow
from assessments.feedback import Feedback
from assessments.models import Decision, SignOff
from assessments.unfinished import ClaimWords
from audit.models import Entry
from core.canonical import digest
from core.errors import Incomplete, NotAllowed, OutOfTurn
from portfolios.models import Evidence
from tests.world import acting, claim_words


def state_of(world, code):
    return KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code=code).state


def judge(submission, by, outcome, feedback=""):
    """The claim on K1, which is the only one."""
    workflow.finish_review(submission.pk, acting(by), {"K1": claim_words(outcome, feedback)})
    workflow.send_review(submission.pk, acting(by))


def test_a_met_claim_makes_the_ksb_met_and_the_piece_accepted(world):
    world.judged({"K1": "met"})
    assert state_of(world, "K1") == "met"
    assert Evidence.objects.get().state == "accepted"


def test_referred_claim_reopens_the_ksb(world):
    world.judged({"K1": "met"})
    world.judged({"K1": "not_yet"}, title="Another advert")
    assert state_of(world, "K1") == "needs_work"


def test_a_piece_with_one_claim_not_yet_needs_work(world):
    world.judged({"K1": "met", "S1": "not_yet"})
    assert Evidence.objects.get().state == "referred"
    assert (state_of(world, "K1"), state_of(world, "S1")) == ("met", "needs_work")


def test_not_yet_needs_feedback(world):
    submission = world.submitted("K1")
    with pytest.raises(Incomplete) as refusal:
        judge(submission, world.assessor, "not_yet", "   ")
    assert (refusal.value.field, refusal.value.ksb) == ("missing", "K1")
    assert not Decision.objects.exists()


def test_the_database_itself_refuses_not_yet_without_feedback(world):
    claim = world.submitted("K1").claims.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            claim=claim, outcome="not_yet", feedback=Feedback(), by=world.assessor, snapshot_sha256="0" * 64
        )


@pytest.mark.parametrize(
    "who",
    [
        "apprentice",
        "admin",
        "iqa",
        "viewer",
        "mentor",
        "second_assessor",
        "former_assessor",
        "other_assessor",
        "other_admin",
        "stranger",
    ],
)
def test_only_the_assigned_assessor_judges(world, who):
    submission = world.submitted("K1")
    with pytest.raises(NotAllowed):
        judge(submission, world.people[who], "met")
    with pytest.raises(NotAllowed):
        workflow.start_review(submission.pk, acting(world.people[who]))


def test_judging_again_with_the_same_words_changes_nothing(world):
    submission = world.submitted("K1")
    judge(submission, world.assessor, "met", "Clear and complete.")
    entries = Entry.objects.count()
    judge(submission, world.assessor, "met", "Clear and complete.")
    assert Decision.objects.count() == 1
    assert Entry.objects.count() == entries


def test_judging_otherwise_later_is_told_who_decided(world):
    submission = world.submitted("K1")
    judge(submission, world.assessor, "met")
    with pytest.raises(OutOfTurn, match="Assessor made a decision on K1 on .*: met"):
        judge(submission, world.assessor, "not_yet", "On second thoughts.")


def test_what_an_assessor_has_begun_to_judge_shows_no_decision_before_it_is_finished(client, world):
    submission = world.submitted("K1", "S1")
    workflow.start_review(submission.pk, acting(world.assessor))
    with pytest.raises(Incomplete):
        workflow.finish_review(submission.pk, acting(world.assessor), {"K1": claim_words("met", "Fine.")})
    assert state_of(world, "K1") == "submitted"
    client.force_login(world.apprentice)
    for address in (
        reverse("pages:evidence", args=[submission.evidence_id]),
        reverse("pages:ksb", args=[world.apprenticeship.pk, "K1"]),
    ):
        assert "Fine." not in client.get(address).content.decode()


def test_an_assessor_who_is_replaced_can_no_longer_judge(world):
    submission = world.submitted("K1")
    workflow.start_review(submission.pk, acting(world.assessor))
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They take over."
    )
    with pytest.raises(NotAllowed):
        judge(submission, world.assessor, "met")
    judge(submission, world.second_assessor, "met")
    assert state_of(world, "K1") == "met"


def test_a_review_with_one_claim_unanswered_writes_nothing(world):
    submission = world.submitted("K1", "S1")
    with pytest.raises(Incomplete) as refusal:
        workflow.finish_review(submission.pk, acting(world.assessor), {"K1": ClaimWords("met")})
    assert (refusal.value.field, refusal.value.ksb) == ("outcome", "S1")
    assert not Decision.objects.exists()


def test_a_review_whose_sign_off_is_refused_judges_nothing(world):
    submission = world.submitted("K1", "S1")
    said = {
        "K1": ClaimWords("met", signs_off=True),
        "S1": claim_words("not_yet", "Say more.", signs_off=True),
    }
    with pytest.raises(OutOfTurn, match="S1 is needs work"):
        workflow.finish_review(submission.pk, acting(world.assessor), said)
    assert not Decision.objects.exists()
    assert not SignOff.objects.unscoped().exists()
    assert state_of(world, "K1") == "submitted"


def test_a_submission_taken_back_cannot_be_judged(world):
    submission = world.submitted("K1")
    workflow.take_back(submission.pk, acting(world.apprentice))
    with pytest.raises(OutOfTurn, match="unsent this on"):
        judge(submission, world.assessor, "met")


def test_a_decision_carries_the_hash_of_what_was_judged(world):
    submission = world.judged({"K1": "met"})
    assert Decision.objects.get().snapshot_sha256 == submission.snapshot.sha256 == digest(submission.snapshot.content)
