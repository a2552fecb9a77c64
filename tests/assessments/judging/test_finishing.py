"""A finished review is sent after ten minutes, or by “Send now”; until then it is undone freely and nobody sees it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import workflow as people
from accounts.models import Membership
from apprenticeships import workflow as enrolling
from apprenticeships.models import KsbProgress
from assessments import workflow
from assessments.models import Decision, ReviewDraft, SignOff, Submission
from assessments.unfinished import UNDO_LASTS, ClaimWords
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn, WorkflowError
from core.moments import day
from jobs import schedule
from jobs.working import work_off
from pages.judging.finished import sent_in_words
from portfolios.models import Evidence
from tests.world import acting, claim_words, feedback_form

WORDS = {
    "K1": claim_words("met", "Thoughtful praise.", signs_off=True),
    "S1": claim_words("not_yet", "Say more."),
}
LATER = UNDO_LASTS + timedelta(seconds=30)


@pytest.fixture
def submission(world):
    return world.submitted("K1", "S1")


def finish(submission, who, words=None):
    return workflow.finish_review(submission.pk, acting(who), words or WORDS)


def send(submission, who):
    return workflow.send_review(submission.pk, acting(who))


def undo(submission, who):
    return workflow.undo_finish(submission.pk, acting(who))


def worker_runs(after=LATER):
    with clock.at(clock.now() + after):
        schedule.tick()
        work_off()


def reassign(world):
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They take over."
    )


def stand_in(world):
    enrolling.assign(
        world.apprenticeship.pk,
        acting(world.admin),
        cover=world.second_assessor,
        cover_until=clock.today() + timedelta(days=7),
    )


def form(**fields):
    return {
        "outcome_K1": "met",
        **feedback_form("K1", "Thoughtful praise."),
        "sign_off_K1": "on",
        "outcome_S1": "not_yet",
        **feedback_form("S1", "Say more."),
    } | fields


# Until it is sent -----------------------------------------------------------------------------------------------------
def test_the_apprentice_sees_nothing_of_a_finished_review(client, world, submission):
    before = list(KsbProgress.objects.order_by("pk").values_list("pk", "state", "waiting_count"))
    finish(submission, world.assessor)
    assert not Decision.objects.exists()
    assert not SignOff.objects.exists()
    assert Evidence.objects.get().state == "submitted"
    assert list(KsbProgress.objects.order_by("pk").values_list("pk", "state", "waiting_count")) == before
    for who in ("apprentice", "mentor", "iqa", "admin", "viewer"):
        client.force_login(world.people[who])
        for address in (
            reverse("pages:evidence", args=[submission.evidence_id]),
            reverse("pages:review", args=[submission.pk]),
            reverse("pages:ksb", args=[world.apprenticeship.pk, "K1"]),
            reverse("pages:coverage", args=[world.apprenticeship.pk]),
        ):
            page = client.get(address).content.decode()
            assert "Thoughtful" not in page, (who, address)
            assert "sent at" not in page, (who, address)


def test_undo_opens_the_review_exactly_as_it_was(client, world, submission):
    client.force_login(world.assessor)
    client.post(reverse("pages:review-finish", args=[submission.pk]), form(missing_S1="  Say more.\r\n\r\nAnd when. "))
    answer = client.post(reverse("pages:review-undo", args=[submission.pk]))
    assert answer.url == reverse("pages:review", args=[submission.pk])
    page = client.get(answer.url).content.decode()
    assert "  Say more.\n\nAnd when. </textarea>" in page
    assert page.count(" checked") == 3
    worker_runs()
    assert not Decision.objects.exists()


def test_finishing_undoing_and_sending_are_on_the_record(world, submission):
    finish(submission, world.assessor)
    undo(submission, world.assessor)
    finish(submission, world.assessor)
    send(submission, world.assessor)
    done = Entry.objects.filter(subject=str(submission.pk), action__startswith="review.").order_by("sequence")
    assert list(done.values_list("action", flat=True)) == [
        "review.started",
        "review.finished",
        "review.finish_undone",
        "review.finished",
    ]
    assert Entry.objects.filter(action="submission.judged").count() == 1
    assert not list(verify())


def test_a_finished_review_cannot_be_unsent_by_the_apprentice(world, submission):
    finish(submission, world.assessor)
    with pytest.raises(OutOfTurn, match="started reviewing"):
        workflow.take_back(submission.pk, acting(world.apprentice))


def test_what_cannot_be_sent_is_refused_at_once_by_ksb_and_field(world, submission):
    for words, field, ksb in (
        ({"K1": ClaimWords("met")}, "outcome", "S1"),
        ({"K1": ClaimWords("met"), "S1": claim_words("not_yet", " ")}, "missing", "S1"),
    ):
        with pytest.raises(Incomplete) as refused:
            finish(submission, world.assessor, words)
        assert (refused.value.field, refused.value.ksb) == (field, ksb)
    with pytest.raises(OutOfTurn, match="S1 is needs work"):
        finish(
            submission,
            world.assessor,
            WORDS | {"S1": claim_words("not_yet", "Say more.", signs_off=True)},
        )
    assert not ReviewDraft.objects.finished().exists()
    assert not Entry.objects.filter(action__in=["review.finished", "claim.decided"]).exists()


@pytest.mark.parametrize("who", ["apprentice", "second_assessor", "former_assessor", "iqa", "admin", "other_assessor"])
def test_only_its_assessor_finishes_undoes_and_sends(world, submission, who):
    with pytest.raises(NotAllowed):
        finish(submission, world.people[who])
    finish(submission, world.assessor)
    for act in (undo, send):
        with pytest.raises(NotAllowed):
            act(submission, world.people[who])
    assert ReviewDraft.objects.finished().exists()


# Sending --------------------------------------------------------------------------------------------------------------
def test_a_finished_review_is_sent_after_ten_minutes(world, submission):
    finish(submission, world.assessor)
    worker_runs(after=timedelta(minutes=9))
    assert not Decision.objects.exists()
    worker_runs()
    assert set(Decision.objects.values_list("claim__ksb__code", "outcome", "by")) == {
        ("K1", "met", world.assessor.pk),
        ("S1", "not_yet", world.assessor.pk),
    }
    assert SignOff.objects.get().ksb.code == "K1"
    assert Evidence.objects.get().state == "referred"
    assert not ReviewDraft.objects.exists()
    assert not list(verify())


def test_what_was_due_while_no_worker_ran_is_sent_when_one_does(world, submission):
    finish(submission, world.assessor)
    worker_runs(after=timedelta(days=3))
    assert Decision.objects.count() == 2


def test_a_review_finished_again_is_sent_ten_minutes_after_that(world, submission):
    finish(submission, world.assessor)
    undo(submission, world.assessor)
    with clock.at(clock.now() + timedelta(minutes=5)):
        finish(submission, world.assessor)
    worker_runs()
    assert not Decision.objects.exists()
    worker_runs(after=timedelta(minutes=16))
    assert Decision.objects.count() == 2


def test_send_now_sends_at_once_and_only_once(world, submission):
    finish(submission, world.assessor)
    assert send(submission, world.assessor) == send(submission, world.assessor) == ""
    worker_runs()
    assert Decision.objects.count() == 2
    assert Entry.objects.filter(action="submission.judged").count() == 1


def test_finishing_twice_changes_nothing_and_other_words_are_told(world, submission):
    finish(submission, world.assessor)
    due = ReviewDraft.objects.get().send_at
    entries = Entry.objects.count()
    with clock.at(clock.now() + timedelta(minutes=2)):
        finish(submission, world.assessor)
    assert (ReviewDraft.objects.get().send_at, Entry.objects.count()) == (due, entries)
    with pytest.raises(OutOfTurn, match="already finished"):
        finish(submission, world.assessor, WORDS | {"S1": ClaimWords("met")})
    with pytest.raises(OutOfTurn, match="already finished"):
        workflow.keep_review(submission.pk, acting(world.assessor), revision=1, claims={"K1": ClaimWords("not_yet")})


def test_what_was_sent_is_not_undone_but_corrected(world, submission):
    finish(submission, world.assessor)
    send(submission, world.assessor)
    with pytest.raises(OutOfTurn, match=r"Assessor finished this review on .*correct it"):
        undo(submission, world.assessor)
    assert Decision.objects.count() == 2


def test_one_that_fails_keeps_no_other_from_being_sent(world, monkeypatch):
    first, second = world.submitted("K1"), world.submitted("K2", title="Another")
    for one in (first, second):
        world.finish(one, {"K1": "met", "K2": "met"})
    due = ReviewDraft.objects.get(submission=first).pk
    send_one = workflow.send_if_due
    monkeypatch.setattr(workflow, "send_if_due", lambda pk: 1 / 0 if pk == due else send_one(pk))
    worker_runs()
    assert Submission.objects.get(finished_at__isnull=False) == second
    monkeypatch.undo()
    worker_runs(after=timedelta(minutes=12))
    assert Submission.objects.filter(finished_at__isnull=False).count() == 2


# What changed in the meantime -----------------------------------------------------------------------------------------
def test_a_review_of_somebody_who_is_no_longer_the_assessor_comes_back_with_its_words(client, world, submission):
    finish(submission, world.assessor)
    reassign(world)
    worker_runs()
    assert not Decision.objects.exists()
    client.force_login(world.assessor)
    assert "You are no longer the assessor of Apprentice." in client.get(reverse("pages:queue")).content.decode()
    page = client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    assert "Second Assessor is now." in page
    assert "Thoughtful praise." in page
    client.force_login(world.second_assessor)
    assert "Advert for a driver" in client.get(reverse("pages:queue")).content.decode()
    assert "Thoughtful praise." not in client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    assert not list(verify())


def test_the_next_assessor_need_not_wait_for_what_cannot_be_sent(client, world, submission):
    finish(submission, world.assessor)
    reassign(world)
    client.force_login(world.second_assessor)
    assert 'name="missing_K1"' in client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    finish(submission, world.second_assessor, {"K1": claim_words("met", "Mine."), "S1": ClaimWords("met")})
    send(submission, world.second_assessor)
    assert set(Decision.objects.values_list("by", flat=True)) == {world.second_assessor.pk}
    back = ReviewDraft.objects.get()
    assert (back.by, back.claims["K1"].feedback.missing) == (world.assessor, "Thoughtful praise.")


def test_a_review_of_somebody_whose_role_ended_is_not_sent(world, submission):
    finish(submission, world.assessor)
    membership = Membership.objects.get(user=world.assessor)
    people.end_membership(membership.pk, acting(world.admin))
    worker_runs()
    assert not Decision.objects.exists()
    assert ReviewDraft.objects.get().claims["K1"].feedback.missing == "Thoughtful praise."


def test_what_somebody_who_left_had_finished_is_a_note_for_whoever_takes_over(client, world, submission):
    finish(submission, world.assessor)
    membership = Membership.objects.get(user=world.assessor)
    workflow.end_role(membership.pk, acting(world.admin), {world.apprenticeship.pk: world.second_assessor})
    worker_runs()
    client.force_login(world.second_assessor)
    assert "Thoughtful praise." in client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    finish(submission, world.second_assessor, {"K1": claim_words("met", "Mine."), "S1": ClaimWords("met")})
    send(submission, world.second_assessor)
    assert not ReviewDraft.objects.exists()


def test_a_colleague_who_stands_in_is_told_that_it_is_finished(client, world, submission):
    stand_in(world)
    finish(submission, world.assessor)
    client.force_login(world.second_assessor)
    page = client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    assert "Assessor finished this review. It will be sent on" in page
    assert "Thoughtful praise." not in page
    for act in (finish, undo, send):
        with pytest.raises(OutOfTurn):
            act(submission, world.second_assessor)
    with pytest.raises(OutOfTurn, match="Assessor finished this review"):
        workflow.start_review(submission.pk, acting(world.second_assessor))


def test_a_sign_off_that_a_colleague_made_first_sends_the_review_back(client, world, submission):
    world.judged({"K1": "met"}, title="Another")
    stand_in(world)
    finish(submission, world.assessor)
    workflow.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.second_assessor))
    client.force_login(world.assessor)
    answer = client.post(reverse("pages:review-send", args=[submission.pk]), follow=True)
    page = answer.content.decode()
    assert "Second Assessor signed off K1 on" in page
    assert "Thoughtful praise." in page
    assert Decision.objects.filter(claim__submission=submission).count() == 0
    finish(submission, world.assessor, WORDS | {"K1": claim_words("met", "Thoughtful praise.")})
    assert send(submission, world.assessor) == ""


def test_what_came_back_is_deleted_by_its_author_alone(client, world, submission):
    finish(submission, world.assessor)
    address = reverse("pages:review-discard", args=[submission.pk])
    client.force_login(world.assessor)
    client.post(address)
    assert ReviewDraft.objects.finished().exists()
    reassign(world)
    worker_runs()
    assert address in client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    client.post(address)
    assert not ReviewDraft.objects.exists()


# The pages ------------------------------------------------------------------------------------------------------------
def test_the_queue_shows_what_is_to_be_sent_and_sends_all_of_it(client, world):
    client.force_login(world.assessor)
    for number, code in enumerate(("K1", "K2", "S1")):
        with clock.at(clock.now() - timedelta(minutes=number)):
            world.finish(world.submitted(code, title=f"Piece {number}"), {code: "met"})
    world.submitted("S2", title="Still to do")
    page = client.get(reverse("pages:queue")).content.decode()
    assert "3 reviews to be sent" in page
    assert "1 piece of evidence, oldest first" in page
    assert page.count("It will be sent at") == 3
    page = client.post(reverse("pages:reviews-send"), follow=True).content.decode()
    assert "Feedback on 3 pieces sent." in page
    assert Decision.objects.count() == 3


def test_finish_and_open_next_offers_undo_on_the_next_one(client, world, submission):
    following = world.submitted("K2", title="The next one")
    client.force_login(world.assessor)
    answer = client.post(reverse("pages:review-finish", args=[submission.pk]), form(next="1"), follow=True)
    page = answer.content.decode()
    assert "The next one" in page
    assert reverse("pages:review-undo", args=[submission.pk]) in page
    answer = client.post(reverse("pages:review-send", args=[submission.pk]), {"from": str(following.pk)})
    assert answer.url == reverse("pages:review", args=[following.pk])
    assert client.post(reverse("pages:review-send", args=[submission.pk]), {"from": "x"}).url == reverse("pages:queue")


def test_the_day_is_named_where_a_review_is_not_sent_today():
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    with clock.at(midnight):
        assert sent_in_words(midnight + timedelta(minutes=10)) == "It will be sent at 00:10."
        late = sent_in_words(midnight - timedelta(minutes=5))
    with clock.at(midnight - timedelta(minutes=5)):
        assert f"at 00:00 on {day(midnight)}." in sent_in_words(midnight)
    assert f"at 23:55 on {day(midnight - timedelta(minutes=5))}, and is being sent." in late


def test_the_assessor_sees_on_the_piece_that_it_is_finished(client, world, submission):
    finish(submission, world.assessor)
    client.force_login(world.assessor)
    page = client.get(reverse("pages:evidence", args=[submission.evidence_id])).content.decode()
    assert "You finished this review. It will be sent at" in page
    page = client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    assert "Thoughtful praise." in page
    assert "signed off with it" in page
    assert 'name="missing_K1"' not in page


def test_undo_after_it_was_sent_says_so(client, world, submission):
    finish(submission, world.assessor)
    send(submission, world.assessor)
    client.force_login(world.assessor)
    answer = client.post(reverse("pages:review-undo", args=[submission.pk]))
    assert answer.status_code == 409
    assert "To change a decision, correct it." in answer.content.decode()


# At once --------------------------------------------------------------------------------------------------------------
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_number", range(3))
def test_undo_and_send_at_once_leave_it_sent_or_open_and_never_both(world, submission, round_number):
    finish(submission, world.assessor)
    ReviewDraft.objects.update(send_at=clock.now())
    draft = ReviewDraft.objects.get().pk
    done: list[str] = []
    faults: list[BaseException] = []

    def attempt(name, act):
        try:
            act()
            done.append(name)
        except WorkflowError:
            pass
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    acts = [
        ("undo", lambda: undo(submission, world.assessor)),
        ("send", lambda: send(submission, world.assessor)),
        ("send", lambda: workflow.send_if_due(draft)),
    ]
    threads = [threading.Thread(target=attempt, args=act) for act in acts[round_number:] + acts[:round_number]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    was_sent = Submission.objects.get().finished_at is not None
    assert Decision.objects.count() == (2 if was_sent else 0)
    assert ReviewDraft.objects.exists() != was_sent
    assert ReviewDraft.objects.finished().count() == 0
    assert ("undo" in done) != was_sent
    assert not list(verify())
