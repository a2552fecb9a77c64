"""Who leaves hands over whom they look after, and gets nobody back unasked."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Membership, Role
from accounts.workflow import accept_invitation, invite
from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, Assignment
from apprenticeships.workflow import assign
from assessments.leaving import what_waits
from assessments.models import ReviewDraft, Submission
from assessments.unfinished import ClaimWords
from assessments.waiting import waiting_for
from assessments.workflow import end_role, finish_review, keep_review, send_if_due, send_review
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from tests.queries import query_count
from tests.world import acting, claim_words, person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def role_of(person):
    return Membership.objects.live().get(user=person)


def end(world, to, by=None):
    """End the assessor's role; the apprentice goes to somebody, or to nobody."""
    return end_role(role_of(world.assessor).pk, acting(by or world.admin), {world.apprenticeship.pk: to})


def leads(world, apprenticeship=None):
    led = Assignment.objects.live().leading().filter(apprenticeship=apprenticeship or world.apprenticeship)
    return [held.person for held in led.filter(role="assessor")]


def half_written(world, submission, by=None):
    return keep_review(
        submission.pk,
        acting(by or world.assessor),
        revision=0,
        claims={"K1": claim_words("", "Say which board", False)},
    )


def page_of(world):
    return reverse("pages:membership-end", args=[role_of(world.assessor).pk])


def test_before_a_role_ends_the_page_says_who_and_what_waits(client, world):
    with clock.at(clock.now() - 3 * DAY):
        half_written(world, world.submitted("K1"))
    world.submitted("K1", title="Another")
    assign(world.second.pk, acting(world.admin), cover=world.assessor)
    [first, second] = what_waits(role_of(world.assessor))
    assert (first.name, first.is_cover, first.waiting, first.begun, first.half_written) == (
        "Apprentice",
        False,
        2,
        1,
        1,
    )
    assert first.oldest_at < clock.now() - 2 * DAY
    assert (second.name, second.is_cover, second.waiting) == ("Second Apprentice", True, 0)
    client.force_login(world.admin)
    page = client.get(page_of(world)).content.decode()
    assert "End Assessor’s role as assessor" in page
    assert "Who takes over?" in page
    assert "Covers only: their cover ends" in page
    assert leads(world) == [world.assessor]


def test_nobody_is_left_without_an_assessor_unless_that_was_chosen(client, world):
    client.force_login(world.admin)
    asked = client.post(page_of(world))
    assert asked.status_code == 422
    assert "Choose who takes over" in asked.content.decode()
    assert leads(world) == [world.assessor]
    assert client.post(page_of(world), {"to_all": "nobody", "reason": "They left."}).status_code == 302
    assert leads(world) == []


def test_one_choice_for_all_and_another_for_one(client, world):
    assign(world.second.pk, acting(world.admin), assessor=world.assessor, reason="They take over.")
    client.force_login(world.admin)
    page = page_of(world)
    chosen = {"reason": "They left.", "to_all": str(world.second_assessor.pk), f"to_{world.second.pk.hex}": "nobody"}
    assert client.post(page, chosen).status_code == 302
    assert leads(world) == [world.second_assessor]
    assert leads(world, world.second) == []
    assert not Membership.objects.live().filter(user=world.assessor).exists()
    assert not list(verify())


def test_what_was_half_written_is_a_note_for_whoever_takes_over(client, world):
    submission = world.submitted("K1")
    half_written(world, submission)
    end(world, world.second_assessor)
    client.force_login(world.second_assessor)
    page = client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    assert "What Assessor had written" in page
    assert "Say which board" in page
    taken_over = acting(world.second_assessor)
    finish_review(submission.pk, taken_over, {"K1": ClaimWords("met")})
    send_review(submission.pk, taken_over)
    assert not ReviewDraft.objects.exists()


@pytest.mark.parametrize(
    "who", ["apprentice", "iqa", "admin", "viewer", "mentor", "other_assessor", "second_apprentice"]
)
def test_nobody_else_reads_what_was_handed_over(client, world, who):
    submission = world.submitted("K1")
    half_written(world, submission)
    end(world, world.second_assessor)
    person = world.people[who]
    assert not ReviewDraft.objects.visible_to(acting(person)).exists()
    assert not ReviewDraft.objects.handed_over_to(acting(person)).exists()
    client.force_login(person)
    assert "Say which board" not in client.get(reverse("pages:review", args=[submission.pk])).content.decode()


def test_a_note_that_was_left_to_nobody_is_for_whoever_takes_over_later(client, world):
    submission = world.submitted("K1")
    half_written(world, submission)
    end(world, None)
    assert not ReviewDraft.objects.handed_over_to(acting(world.second_assessor)).exists()
    assign(world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor)
    client.force_login(world.second_assessor)
    assert "Say which board" in client.get(reverse("pages:review", args=[submission.pk])).content.decode()


def test_a_note_goes_on_to_the_next_and_is_read_by_nobody_who_handed_the_learner_over(world):
    half_written(world, world.submitted("K1"))
    end(world, world.second_assessor)
    third = person("third_assessor", (world.provider, Role.ASSESSOR))
    assign(world.apprenticeship.pk, acting(world.admin), assessor=third, reason="They take over.")
    assert not ReviewDraft.objects.handed_over_to(acting(world.second_assessor)).exists()
    assert ReviewDraft.objects.handed_over_to(acting(third)).count() == 1


def test_ten_that_wait_with_who_leaves_keep_their_ages_and_notes(client, world):
    """They are in the next assessor's queue in the same order, as late as they were."""
    for number in range(10):
        with clock.at(clock.now() - (20 - number) * DAY):
            submission = world.submitted("K1", title=f"Piece {number}")
            half_written(world, submission)
    sent = list(Submission.objects.order_by("submitted_at").values_list("pk", "submitted_at"))
    end(world, world.second_assessor)
    theirs = waiting_for(acting(world.second_assessor), True).filter(apprenticeship=world.apprenticeship)
    assert list(theirs.values_list("pk", "submitted_at")) == sent
    assert ReviewDraft.objects.handed_over_to(acting(world.second_assessor)).count() == 10
    client.force_login(world.second_assessor)
    assert "days late" in client.get(reverse("pages:queue")).content.decode()


def test_the_note_is_not_taken_for_ones_own_words(client, world):
    submission = world.submitted("K1")
    half_written(world, submission)
    end(world, world.second_assessor)
    client.force_login(world.second_assessor)
    kept = client.get(reverse("pages:review-words", args=[submission.pk])).json()
    assert kept["revision"] == 0
    half_written(world, submission, by=world.second_assessor)
    assert ReviewDraft.objects.count() == 2


def test_a_review_that_who_leaves_had_finished_is_not_sent_and_is_a_note(client, world):
    submission = world.submitted("K1")
    world.finish(submission, {"K1": "met"})
    end(world, world.second_assessor)
    with clock.at(clock.now() + timedelta(minutes=11)):
        send_if_due(ReviewDraft.objects.get().pk)
    submission.refresh_from_db()
    assert submission.is_waiting
    client.force_login(world.second_assessor)
    page = client.get(reverse("pages:review", args=[submission.pk])).content.decode()
    assert "What Assessor had written" in page
    finish_review(submission.pk, acting(world.second_assessor), {"K1": ClaimWords("met")})


def test_who_comes_back_does_not_get_their_learners_back_unasked(world):
    submission = world.submitted("K1")
    assign(world.second.pk, acting(world.admin), cover=world.assessor)
    end(world, None)
    invitation = invite(world.provider, world.assessor.email, "Assessor", Role.ASSESSOR, acting(world.admin))
    accept_invitation(invitation.link.split("/")[-2], by=acting(world.assessor))
    back = acting(world.assessor)
    assert role_of(world.assessor)
    assert not Apprenticeship.objects.visible_to(back).exists()
    assert submission not in Submission.objects.visible_to(back)
    with pytest.raises(NotAllowed):
        finish_review(submission.pk, back, {"K1": ClaimWords("met")})


def test_what_was_planned_for_who_leaves_goes_too_and_who_leads_today_goes_on(world):
    later = clock.today() + 9 * DAY
    assign(world.second.pk, acting(world.admin), assessor=world.assessor, on=later, reason="From January.")
    hand_over = {world.apprenticeship.pk: None, world.second.pk: None}
    end_role(role_of(world.assessor).pk, acting(world.admin), hand_over)
    with clock.at(clock.now() + 20 * DAY):
        assert leads(world, world.second) == [world.second_assessor]


def test_who_was_planned_after_the_leaver_still_follows(world):
    later = clock.today() + 9 * DAY
    assign(world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, on=later, reason="From then.")
    end(world, None)
    assert leads(world) == []
    with clock.at(clock.now() + 9 * DAY):
        assert leads(world) == [world.second_assessor]


def test_a_learner_who_was_given_to_them_meanwhile_is_asked_about(world):
    assign(world.second.pk, acting(world.admin), assessor=world.assessor, reason="They take over.")
    with pytest.raises(OutOfTurn, match="another learner since you opened the page"):
        end(world, None)
    assert leads(world) == [world.assessor]
    assert role_of(world.assessor)


def test_a_hand_over_to_somebody_who_is_no_assessor_leaves_everything_as_it_was(world):
    for nobody_to_hand_over_to in (world.iqa, world.apprentice, world.other_assessor, world.assessor):
        with pytest.raises((Incomplete, OutOfTurn)):
            end(world, nobody_to_hand_over_to)
    assert leads(world) == [world.assessor]
    assert role_of(world.assessor)


def test_ending_twice_ends_once(world):
    membership = role_of(world.assessor)
    for _ in range(2):
        end_role(membership.pk, acting(world.admin), {world.apprenticeship.pk: world.second_assessor})
    assert Entry.objects.filter(action="membership.ended").exclude(actor_person=None).count() == 1
    assert leads(world) == [world.second_assessor]


def test_only_an_admin_of_the_provider_ends_a_role_and_hands_over(world):
    for by in (world.assessor, world.iqa, world.other_admin):
        with pytest.raises(NotAllowed):
            end(world, None, by=by)
    assert leads(world) == [world.assessor]


def test_the_learner_is_told_who_is_missing(client, world):
    end(world, None)
    client.force_login(world.apprentice)
    page = client.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).content.decode()
    assert "You have no assessor at the moment" in page


def test_a_role_without_learners_ends_with_one_press(client, world):
    client.force_login(world.admin)
    page = reverse("pages:membership-end", args=[role_of(world.iqa).pk])
    assert "Who takes over" not in client.get(page).content.decode()
    assert client.post(page, {"reason": "They left."}).status_code == 302
    assert not Membership.objects.live().filter(user=world.iqa).exists()


def test_of_a_trainer_nothing_is_said_about_reviews(client, world):
    """Seen: half-written reviews, and learners without an assessor, on the page that ends a trainer's role."""
    trainer = person("trainer", (world.provider, Role.TRAINER))
    assign(world.apprenticeship.pk, acting(world.admin), trainer=trainer)
    client.force_login(world.admin)
    page = client.get(reverse("pages:membership-end", args=[role_of(trainer).pk])).content.decode()
    assert "Who takes over Apprentice?" in page
    assert "alf-written" not in page
    assert "without an assessor" not in page


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_nobody_is_assigned_to_somebody_whose_role_ends_in_the_same_moment(world):
    membership, faults = role_of(world.second_assessor), []

    def give():
        return assign(world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="Now.")

    def leave():
        return end_role(membership.pk, acting(world.admin), {world.second.pk: None})

    def press(act):
        try:
            act()
        except (Incomplete, OutOfTurn):
            pass
        except Exception as fault:  # noqa: BLE001  (any fault but these fails the test)
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[act]) for act in (give, leave, give, leave)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    if not Membership.objects.live().filter(pk=membership.pk).exists():
        assert not Assignment.objects.live().filter(person=world.second_assessor).exists()


def test_the_page_asks_no_more_for_more_learners(client, world):
    client.force_login(world.admin)
    few = query_count(client, page_of(world))
    for number in range(6):
        made = enrolling.enrol(
            apprenticeship_id=uuid4(),
            provider=world.provider,
            standard_version=world.version,
            apprentice=person(f"more_{number}"),
            employer=None,
            started_on=clock.today(),
            planned_end_on=clock.today() + timedelta(days=400),
            by=acting(world.admin),
        )
        assign(made.pk, acting(world.admin), assessor=world.assessor)
    assert query_count(client, page_of(world)) == few
    assert few <= 12


def test_a_role_is_ended_for_a_reason_that_admins_read(client, world):
    client.force_login(world.admin)
    page = reverse("pages:membership-end", args=[role_of(world.iqa).pk])
    refused = client.post(page, {"reason": ""})
    assert refused.status_code == 422
    assert "Say why." in refused.content.decode()
    shown = client.post(page, {"reason": "Moved to another provider."}, follow=True).content.decode()
    assert "Moved to another provider." in shown
