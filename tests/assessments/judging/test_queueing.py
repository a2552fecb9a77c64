"""Working through the queue: skipping a piece until a day, and two who assess the same apprentices."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship
from assessments import workflow
from assessments.models import QueuePlace, ReviewDraft, Submission
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from core.working_days import working_day_after
from occupations.models import Standard, StandardVersion
from tests.world import acting, claim_words, feedback_form, later_version


def in_days(count):
    return working_day_after(clock.today(), count)


def put_off(submission, who, until=None, claims=None):
    workflow.put_off(submission.pk, acting(who), until or in_days(2), claims=claims or {})


def queue_of(client, who):
    client.force_login(who)
    return client.get(reverse("pages:queue")).content.decode()


def stand_in(world):
    enrolling.assign(
        world.apprenticeship.pk,
        acting(world.admin),
        cover=world.second_assessor,
        cover_until=clock.today() + timedelta(days=7),
    )


# Skipping -------------------------------------------------------------------------------------------------------------
def test_a_piece_that_was_skipped_comes_back_on_its_day(client, world):
    submission = world.submitted("K1")
    put_off(submission, world.assessor)
    page = queue_of(client, world.assessor)
    assert "0 pieces of evidence" in page
    assert "Skipped for now" in page
    with clock.at(clock.now() + (in_days(2) - clock.today())):
        page = queue_of(client, world.assessor)
        assert "1 piece of evidence" in page
        assert "Skipped for now" not in page


def test_others_still_see_it_with_its_age_unchanged(client, world):
    submission = world.submitted("K1")
    stand_in(world)
    put_off(submission, world.assessor)
    submitted_at = Submission.objects.get().submitted_at
    assert submitted_at == submission.submitted_at
    for who in ("second_assessor", "admin", "iqa"):
        assert "1 piece of evidence" in queue_of(client, world.people[who])
        assert "Skipped for now" not in queue_of(client, world.people[who])


def test_opening_and_leaving_a_piece_changes_nothing_for_anybody(client, world):
    submission = world.submitted("K1")
    before = queue_of(client, world.assessor)
    client.get(reverse("pages:review", args=[submission.pk]))
    after = queue_of(client, world.assessor)
    assert "1 piece of evidence" in before
    assert "1 piece of evidence" in after
    assert "Started" not in after


def test_what_was_written_is_kept_when_it_is_skipped(client, world):
    submission = world.submitted("K1")
    client.force_login(world.assessor)
    form = {"revision": "0", "outcome_K1": "met", **feedback_form("K1", "So far."), "until": in_days(1).isoformat()}
    answer = client.post(reverse("pages:review-put-off", args=[submission.pk]), form, follow=True)
    assert "You will see it again on" in answer.content.decode()
    assert ReviewDraft.objects.get().claims["K1"] == claim_words("met", "So far.")
    assert "So far." in client.get(reverse("pages:review", args=[submission.pk])).content.decode()


def test_skipping_without_a_word_begins_nothing(client, world):
    submission = world.submitted("K1")
    client.force_login(world.assessor)
    form = {"revision": "0", **feedback_form("K1", ""), "until": in_days(1).isoformat()}
    client.post(reverse("pages:review-put-off", args=[submission.pk]), form)
    assert Submission.objects.get().review_started_at is None
    workflow.take_back(submission.pk, acting(world.apprentice))


def test_it_can_be_had_back_at_once(client, world):
    submission = world.submitted("K1")
    put_off(submission, world.assessor)
    client.force_login(world.assessor)
    page = client.post(reverse("pages:review-take-up", args=[submission.pk]), follow=True).content.decode()
    assert "1 piece of evidence" in page


@pytest.mark.parametrize("until", ["", "soon", "2020-01-01", "2999-01-01", "31/31/2026"])
def test_a_day_that_is_not_in_the_list_is_refused_and_the_words_stay(client, world, until):
    submission = world.submitted("K1")
    client.force_login(world.assessor)
    form = {"revision": "0", "outcome_K1": "met", **feedback_form("K1", "So far."), "until": until}
    answer = client.post(reverse("pages:review-put-off", args=[submission.pk]), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose a day from the list." in page
    assert "So far." in page
    assert not QueuePlace.objects.exists()


@pytest.mark.parametrize("who", ["apprentice", "second_assessor", "iqa", "admin", "other_assessor"])
def test_only_its_assessor_skips_it(world, who):
    submission = world.submitted("K1")
    with pytest.raises(NotAllowed):
        put_off(submission, world.people[who])


def test_what_was_sent_or_unsent_is_not_skipped(world):
    with pytest.raises(OutOfTurn):
        put_off(world.judged({"K1": "met"}), world.assessor)
    taken_back = world.submitted("K2")
    workflow.take_back(taken_back.pk, acting(world.apprentice))
    with pytest.raises(OutOfTurn):
        put_off(taken_back, world.assessor)


def test_too_far_a_day_is_refused(world):
    with pytest.raises(Incomplete):
        put_off(world.submitted("K1"), world.assessor, until=in_days(11))


# Two at once ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def three(world):
    """Three pieces that wait, the oldest first, for two assessors."""
    stand_in(world)
    made = []
    for number in range(3):
        with clock.at(clock.now() - timedelta(days=3 - number)):
            made.append(world.submitted("K1", title=f"Piece {number}").pk)
    return made


def test_two_assessors_are_given_different_pieces(world, three):
    assert workflow.open_next(acting(world.assessor)) == three[0]
    assert workflow.open_next(acting(world.second_assessor)) == three[1]
    assert Submission.objects.filter(review_started_at=None).count() == 3


def test_what_was_left_again_is_given_to_anybody_after_a_while(world, three):
    workflow.open_next(acting(world.assessor))
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert workflow.open_next(acting(world.second_assessor)) == three[0]


def test_what_a_colleague_has_begun_is_not_given_but_what_somebody_left_behind_is(world, three):
    workflow.start_review(three[0], acting(world.assessor))
    assert workflow.open_next(acting(world.second_assessor)) == three[1]
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They take over."
    )
    assert workflow.open_next(acting(world.second_assessor)) == three[0]


def test_finish_and_open_next_gives_the_colleague_another(client, world, three):
    for who, theirs, following in (("assessor", three[0], three[1]), ("second_assessor", three[2], None)):
        client.force_login(world.people[who])
        form = {"outcome_K1": "met", **feedback_form("K1", ""), "next": "1"}
        answer = client.post(reverse("pages:review-finish", args=[theirs]), form)
        place = reverse("pages:review", args=[following]) + "?finished=1" if following else reverse("pages:queue")
        assert answer.url.removesuffix("&more=1") == place


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_the_same_moment_are_given_different_pieces(world, three):
    given, faults = [], []

    def ask(who):
        try:
            given.append(workflow.open_next(acting(who)))
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[who]) for who in (world.assessor, world.second_assessor)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert len(set(given)) == 2


def in_order(client, who, order, *titles):
    client.force_login(who)
    page = client.get(reverse("pages:queue"), {"order": order}).content.decode()
    return sorted(titles, key=page.index), page


def test_the_queue_is_read_by_apprentice_and_by_standard_each_with_the_oldest_first(client, world):
    titles = ("Of the second, late", "Of the first, early", "Of the second, early")
    for days, (title, whose) in zip(
        (1, 3, 2), zip(titles, (world.second, world.apprenticeship, world.second), strict=True), strict=True
    ):
        with clock.at(clock.now() - timedelta(days=days)):
            world.submitted("K1", title=title, apprenticeship=whose)
    late, first, early = titles
    assert in_order(client, world.iqa, "", *titles)[0] == [first, early, late]
    other = Standard.objects.create(reference="ST9998", title="Aaa work", slug="ST9998")
    text = later_version(world.version, {"K1": "The law on fair hiring"})
    StandardVersion.objects.filter(pk=text.pk).update(standard=other)
    Apprenticeship.objects.filter(pk=world.second.pk).update(standard_version=text)
    found, page = in_order(client, world.iqa, "standard", *titles)
    assert found == [early, late, first]
    assert "Aaa work" in page
    world.second_apprentice.name, world.apprentice.name = "Aaron", "Zoe"
    for person in (world.second_apprentice, world.apprentice):
        person.save(update_fields=["name"])
    assert in_order(client, world.iqa, "learner", *titles)[0] == [early, late, first]
    assert in_order(client, world.iqa, "no such order", *titles)[0] == [first, early, late]
