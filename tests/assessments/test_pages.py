"""The pages of judgement, as a browser meets them."""

from django.urls import reverse

from assessments import workflow
from assessments.models import Decision, SignOff
from portfolios.models import Evidence
from tests.queries import query_count
from tests.world import OWN_WORK_FORM, acting, feedback_form, make_version, make_world


def start(client, submission):
    return client.post(reverse("pages:review-start", args=[submission.pk]))


def test_the_queue_shows_the_oldest_first(client, world):
    from datetime import timedelta

    from core import clock

    with clock.at(clock.now() - timedelta(days=3)):
        world.submitted("K1", title="The older one")
    world.submitted("K2", title="The newer one")
    client.force_login(world.assessor)
    page = client.get(reverse("pages:queue")).content.decode()
    assert page.index("The older one") < page.index("The newer one")
    assert "2 pieces of evidence" in page


def test_an_empty_queue_says_so(client, world):
    client.force_login(world.assessor)
    assert "Nothing to review" in client.get(reverse("pages:queue")).content.decode()


def test_a_whole_review_with_a_sign_off_in_one_form(client, world):
    submission = world.submitted("K1", "S1")
    client.force_login(world.assessor)
    assert start(client, submission).url == reverse("pages:review", args=[submission.pk])
    answer = client.post(
        reverse("pages:review-finish", args=[submission.pk]),
        {
            "outcome_K1": "met",
            **feedback_form("K1", "Clear."),
            "sign_off_K1": "on",
            "outcome_S1": "not_yet",
            **feedback_form("S1", "Show the result."),
        },
    )
    assert answer.url == reverse("pages:queue")
    client.post(reverse("pages:review-send", args=[submission.pk]))
    assert Decision.objects.count() == 2
    assert SignOff.objects.get().ksb.code == "K1"
    assert Evidence.objects.get().state == "referred"


def test_a_refused_review_keeps_the_feedback_and_writes_nothing(client, world):
    submission = world.submitted("K1", "S1")
    client.force_login(world.assessor)
    start(client, submission)
    answer = client.post(
        reverse("pages:review-finish", args=[submission.pk]),
        {
            "outcome_K1": "met",
            **feedback_form("K1", "A long and thoughtful remark."),
            "outcome_S1": "not_yet",
            **feedback_form("S1", ""),
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A long and thoughtful remark." in page
    assert "Say what is missing for S1." in page
    assert not Decision.objects.exists()


def test_feedback_is_kept_when_the_apprentice_was_quicker(client, world):
    submission = world.submitted("K1")
    client.force_login(world.assessor)
    workflow.take_back(submission.pk, acting(world.apprentice))
    answer = client.post(
        reverse("pages:review-finish", args=[submission.pk]),
        {"outcome_K1": "met", **feedback_form("K1", "A long and thoughtful remark.")},
    )
    assert answer.status_code in {404, 409}


def test_a_second_finish_with_other_words_is_told_who_decided(client, world):
    submission = world.judged({"K1": "met"})
    client.force_login(world.assessor)
    answer = client.post(
        reverse("pages:review-finish", args=[submission.pk]),
        {"outcome_K1": "not_yet", **feedback_form("K1", "On second thoughts.")},
    )
    assert answer.status_code == 409
    assert "Assessor made a decision on K1 on" in answer.content.decode()


def test_the_apprentice_reads_the_feedback_and_revises(client, world):
    submission = world.judged({"K1": "not_yet"})
    client.force_login(world.apprentice)
    page = client.get(reverse("pages:evidence", args=[submission.evidence_id])).content.decode()
    assert "Say more." in page
    assert reverse("pages:evidence-edit", args=[submission.evidence_id]) in page


def test_an_incomplete_draft_says_what_is_missing_before_submitting(client, world):
    piece = world.draft()
    client.force_login(world.apprentice)
    url = reverse("pages:evidence-submit", args=[piece.pk])
    assert "Choose at least one KSB." in client.get(url).content.decode()
    assert client.post(url).status_code == 422


def test_submitting_twice_from_the_page_makes_one_submission(client, world):
    piece = world.draft("K1")
    client.force_login(world.apprentice)
    url = reverse("pages:evidence-submit", args=[piece.pk])
    for _ in range(2):
        assert client.post(url, OWN_WORK_FORM).status_code == 302
    assert piece.submissions.count() == 1


def test_the_history_of_a_ksb_tells_the_whole_story(client, world):
    made = world.signed_off("K1")
    workflow.withdraw_sign_off(made.pk, acting(world.assessor), "Signed the wrong one.")
    client.force_login(world.mentor)
    page = client.get(reverse("pages:ksb", args=[world.apprenticeship.pk, "K1"])).content.decode()
    for words in ("sent", "decided: met", "signed it off", "Signed the wrong one."):
        assert words in page


def test_signing_off_from_the_page_twice_says_who_and_when(client, world):
    world.judged({"K1": "met"})
    client.force_login(world.assessor)
    url = reverse("pages:sign-off", args=[world.apprenticeship.pk, "K1"])
    assert "K1 is signed off." in client.post(url, follow=True).content.decode()
    assert "Assessor signed K1 off on" in client.post(url, follow=True).content.decode()
    assert SignOff.objects.count() == 1


def test_the_queue_asks_the_same_number_of_queries_at_any_size(client, world):
    client.force_login(world.assessor)
    counts = set()
    for more in (3, 27):
        for number in range(more):
            world.submitted("K1", "K2", title=f"Piece {number}")
        counts.add(query_count(client, reverse("pages:queue")))
    assert len(counts) == 1
    assert counts.pop() <= 14


def test_a_review_asks_the_same_number_of_queries_at_any_size(client, db):
    world = make_world(make_version("ST9004", 10, 8, 2))
    codes = [ksb.code for ksb in world.version.ksbs.all()]
    client.force_login(world.assessor)
    counts = set()
    for size in (2, 15):
        submission = world.submitted(*codes[:size], title=f"With {size} claims")
        workflow.start_review(submission.pk, acting(world.assessor))
        counts.add(query_count(client, reverse("pages:review", args=[submission.pk])))
    assert len(counts) == 1
