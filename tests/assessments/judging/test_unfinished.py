"""What an assessor writes of a review is kept until it is finished, for them alone."""

import pytest
from django.urls import reverse

from apprenticeships import workflow as enrolling
from assessments import workflow
from assessments.models import Decision, ReviewDraft, Submission
from audit.models import Entry
from core.errors import NotAllowed, OutOfTurn
from tests.world import OWN_WORK, acting, claim_words, feedback_form

SO_FAR = {"K1": claim_words("met", "A long and thoughtful remark.", signs_off=True)}


def keep(submission, who, revision=0, claims=SO_FAR):
    return workflow.keep_review(submission.pk, acting(who), revision=revision, claims=claims)


def form(**fields):
    return {"revision": "0", "outcome_K1": "met", **feedback_form("K1", "A long and thoughtful remark.")} | fields


def reassign(world):
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They take over."
    )


def test_the_first_words_begin_the_review_and_stand_in_no_record(world):
    submission = world.submitted("K1")
    keep(submission, world.assessor)
    submission.refresh_from_db()
    assert submission.review_started_by == world.assessor
    entries = Entry.objects.count()
    keep(
        submission,
        world.assessor,
        revision=1,
        claims={"K1": claim_words("not_yet", "On second thoughts.")},
    )
    assert Entry.objects.count() == entries


def test_a_review_opens_again_with_what_was_written(client, world):
    submission = world.submitted("K1", "S1")
    client.force_login(world.assessor)
    answer = client.post(reverse("pages:review-words", args=[submission.pk]), form(sign_off_K1="on", missing_S1=""))
    assert answer.json()["state"] == "saved"
    page = client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    assert "A long and thoughtful remark." in page
    assert page.count(" checked") == 2
    assert 'name="revision" value="1"' in page


@pytest.mark.parametrize("who", ["apprentice", "second_assessor", "iqa", "admin", "viewer", "mentor"])
def test_only_its_author_reads_an_unfinished_review(client, world, who):
    submission = world.submitted("K1")
    keep(submission, world.assessor)
    assert not ReviewDraft.objects.visible_to(acting(world.people[who])).exists()
    client.force_login(world.people[who])
    page = client.get(reverse("pages:review", args=[submission.pk]))
    assert "thoughtful" not in page.content.decode()
    assert "thoughtful" not in client.get(reverse("pages:review-words", args=[submission.pk])).content.decode()


@pytest.mark.parametrize("who", ["apprentice", "second_assessor", "iqa", "admin", "other_assessor"])
def test_only_the_assigned_assessor_can_begin_to_write(world, who):
    submission = world.submitted("K1")
    with pytest.raises(NotAllowed):
        keep(submission, world.people[who])
    assert Submission.objects.get().review_started_at is None


def test_a_finished_review_leaves_no_draft_behind(world):
    submission = world.submitted("K1")
    keep(submission, world.assessor)
    world.judge(submission, {"K1": "met"})
    assert not ReviewDraft.objects.exists()
    with pytest.raises(OutOfTurn, match="Assessor finished this review on"):
        keep(submission, world.assessor)


def test_two_tabs_lose_neither_text(client, world):
    submission = world.submitted("K1")
    client.force_login(world.assessor)
    address = reverse("pages:review-words", args=[submission.pk])
    assert client.post(address, form()).status_code == 200
    answer = client.post(address, form(missing_K1="From my second tab."))
    assert (answer.status_code, answer.json()["state"]) == (409, "conflict")
    assert answer.json()["kept"]["K1"]["feedback"]["missing"] == "A long and thoughtful remark."
    answer = client.post(address, form(revision="1", missing_K1="From my second tab."))
    assert answer.json()["revision"] == 2


def test_the_same_words_again_are_no_conflict(world):
    submission = world.submitted("K1")
    assert keep(submission, world.assessor).revision == keep(submission, world.assessor).revision == 1


@pytest.mark.parametrize("odd", ["a\0b", "\ud83d", "x" * 20_000, "—“”\r\nnext"])
def test_whatever_is_typed_is_kept(client, world, odd):
    submission = world.submitted("K1")
    client.force_login(world.assessor)
    data = form(outcome_K1="perhaps", missing_K1=odd.encode("utf-8", "replace").decode(), revision="-1")
    assert client.post(reverse("pages:review-words", args=[submission.pk]), data).status_code == 200
    assert ReviewDraft.objects.get().claims["K1"].outcome == ""


def test_a_refused_finish_shows_what_was_written(client, world):
    submission = world.judged({"K1": "met"})
    client.force_login(world.assessor)
    answer = client.post(reverse("pages:review-finish", args=[submission.pk]), form(outcome_K1="not_yet"))
    assert answer.status_code == 409
    assert "A long and thoughtful remark." in answer.content.decode()
    assert Decision.objects.get().outcome == "met"


@pytest.mark.parametrize("how", ["page", "start", "finish"])
def test_an_old_tab_is_told_that_the_piece_was_unsent_and_where_the_new_version_is(client, world, how):
    submission = world.submitted("K1")
    workflow.take_back(submission.pk, acting(world.apprentice))
    newer = workflow.submit(submission.evidence_id, acting(world.apprentice), OWN_WORK)
    client.force_login(world.assessor)
    answer = open_old_tab(client, submission, how)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Apprentice unsent this on" in page
    assert reverse("pages:review", args=[newer.pk]) in page
    assert ("A long and thoughtful remark." in page) == (how == "finish")


@pytest.mark.parametrize("how", ["page", "start", "finish"])
def test_an_old_tab_is_told_who_the_assessor_is_now(client, world, how):
    submission = world.submitted("K1")
    keep(submission, world.assessor)
    reassign(world)
    client.force_login(world.assessor)
    answer = open_old_tab(client, submission, how)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "You are no longer the assessor of Apprentice. Second Assessor is now." in page
    assert "A long and thoughtful remark." in page
    assert "Advert for a driver" not in page


def test_saving_by_itself_says_why_it_cannot_go_on(client, world):
    submission = world.submitted("K1")
    reassign(world)
    client.force_login(world.assessor)
    answer = client.post(reverse("pages:review-words", args=[submission.pk]), form())
    assert (answer.status_code, answer.json()["state"]) == (409, "closed")
    assert "Second Assessor is now." in answer.json()["message"]


def test_who_never_was_the_assessor_is_told_nothing(client, world):
    submission = world.submitted("K1")
    workflow.take_back(submission.pk, acting(world.apprentice))
    for who in ("second_assessor", "former_assessor", "other_assessor", "iqa"):
        client.force_login(world.people[who])
        for how in ("page", "start", "finish"):
            assert open_old_tab(client, submission, how).status_code == 404


def test_finish_and_open_next_shows_the_next_without_beginning_it(client, world):
    first, second = world.submitted("K1"), world.submitted("K2", title="The next one")
    client.force_login(world.assessor)
    answer = client.post(reverse("pages:review-finish", args=[first.pk]), form(next="1"), follow=True)
    assert "The next one" in answer.content.decode()
    assert 'name="missing_K2"' in answer.content.decode()
    second.refresh_from_db()
    assert second.review_started_at is None
    workflow.take_back(second.pk, acting(world.apprentice))


def open_old_tab(client, submission, how):
    if how == "page":
        return client.get(reverse("pages:review", args=[submission.pk]))
    return client.post(reverse(f"pages:review-{how}", args=[submission.pk]), form() if how == "finish" else {})


def test_a_colleague_who_stands_in_starts_with_an_empty_form(client, world):
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), cover=world.second_assessor, reason="They take over."
    )
    submission = world.submitted("K1")
    keep(submission, world.assessor)
    client.force_login(world.second_assessor)
    page = client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    assert "missing_K1" in page
    assert "thoughtful" not in page
    keep(submission, world.second_assessor)
    assert ReviewDraft.objects.count() == 2


def test_a_field_that_is_of_no_ksb_is_not_kept(client, world):
    submission = world.submitted("K1")
    client.force_login(world.assessor)
    odd = {"missing_K1\0": "Nul", "missing_<b>": "Markup", "missing_" + "K" * 51: "Long", "missing_": "Nothing"}
    assert client.post(reverse("pages:review-words", args=[submission.pk]), form(**odd)).json()["state"] == "saved"
    assert ReviewDraft.objects.get(submission=submission).claims.keys() == {"K1"}
