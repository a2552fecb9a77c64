"""Cover assessor for another has the same rights while they do, and the record says who acted."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from apprenticeships.models import Assignment
from apprenticeships.workflow import assign, end_cover
from assessments.models import Submission
from assessments.unfinished import ClaimWords
from assessments.workflow import finish_review, send_review, sign_off
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.errors import Incomplete, NotAllowed
from tests.world import acting

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def covered(world):
    """The second assessor stands in for the first apprentice's for a week."""
    cover(world, until=clock.today() + WEEK)
    return world


def cover(world, person=None, until=None):
    return assign(
        world.apprenticeship.pk,
        acting(world.admin),
        cover=person or world.second_assessor,
        cover_until=until,
        reason="Away for a week.",
    )


def judge(world, by):
    submission = world.submitted("K1")
    return review(submission, acting(by))


def review(submission, by):
    finish_review(submission.pk, by, {"K1": ClaimWords("met")})
    send_review(submission.pk, by)
    submission.refresh_from_db()
    return submission


def test_who_stands_in_sees_judges_and_signs_off_as_the_assessor_does(covered):
    stand_in = acting(covered.second_assessor)
    submission = covered.submitted("K1")
    assert submission in Submission.objects.visible_to(stand_in).waiting().for_assessor(stand_in)
    review(submission, stand_in)
    made = sign_off(covered.apprenticeship.pk, covered.ksb("K1").pk, stand_in)
    assert made.by == covered.second_assessor
    assert Entry.objects.get(action="ksb.signed_off").actor_person == covered.second_assessor.pk
    assert not list(verify())


def test_the_assessor_goes_on_judging_beside_who_stands_in(covered):
    assert judge(covered, covered.assessor).finished_at


def test_rights_end_on_the_day_on_which_cover_ends(covered):
    with clock.at(clock.now() + WEEK), pytest.raises(NotAllowed):
        judge(covered, covered.second_assessor)


def test_cover_that_was_ended_gives_no_rights(covered):
    for _ in range(2):
        end_cover(covered.apprenticeship.pk, covered.second_assessor.pk, acting(covered.admin), "No longer needed.")
    assert Entry.objects.filter(action="cover.ended").count() == 1
    with pytest.raises(NotAllowed):
        judge(covered, covered.second_assessor)
    assert not list(verify())


def test_asking_again_changes_the_day_and_the_same_again_nothing(covered):
    later = clock.today() + 2 * WEEK
    for _ in range(2):
        cover(covered, until=later)
    assert [held.ended_on for held in Assignment.objects.filter(is_cover=True)] == [later]
    assert Entry.objects.filter(action="cover.appointed").count() == 2


def test_several_may_stand_in_at_once_and_one_leads(covered):
    Assignment.objects.create(apprenticeship=covered.apprenticeship, person=covered.iqa, role="assessor", is_cover=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(apprenticeship=covered.apprenticeship, person=covered.iqa, role="assessor")


def test_whoever_becomes_the_assessor_stands_in_no_longer(covered):
    assign(covered.apprenticeship.pk, acting(covered.admin), assessor=covered.second_assessor, reason="They take over.")
    live = Assignment.objects.live().filter(apprenticeship=covered.apprenticeship, role="assessor")
    assert [(held.person, held.is_cover) for held in live] == [(covered.second_assessor, False)]
    with pytest.raises(NotAllowed):
        judge(covered, covered.assessor)


@pytest.mark.parametrize(
    ("who", "until", "field"),
    [
        ("assessor", None, "cover"),
        ("iqa", None, "cover"),
        ("apprentice", None, "cover"),
        ("second_assessor", timedelta(0), "cover_until"),
        ("second_assessor", timedelta(days=4_000), "cover_until"),
    ],
)
def test_cover_that_cannot_be_is_refused_by_the_field(world, who, until, field):
    with pytest.raises(Incomplete) as refused:
        cover(world, world.people[who], until if until is None else clock.today() + until)
    assert refused.value.field == field
    assert not Assignment.objects.filter(is_cover=True).exists()


def test_only_an_admin_ends_cover(covered):
    with pytest.raises(NotAllowed):
        end_cover(covered.apprenticeship.pk, covered.second_assessor.pk, acting(covered.assessor), "No longer needed.")


def test_pages_go_on_naming_the_assessor(client, covered):
    client.force_login(covered.admin)
    for address in (
        reverse("pages:coverage", args=[covered.apprenticeship.pk]),
        reverse("pages:cohort") + "?assessor=" + str(covered.assessor.pk),
    ):
        assert "Assessor" in client.get(address).content.decode()
    page = client.get(reverse("pages:coverage", args=[covered.apprenticeship.pk])).content.decode()
    assert "Second Assessor" not in page


def test_an_admin_chooses_and_ends_cover_from_the_page(client, world):
    client.force_login(world.admin)
    address = reverse("pages:assign", args=[world.apprenticeship.pk])
    until = clock.today() + WEEK
    client.post(address, {"cover": str(world.second_assessor.pk), "cover_until": until.isoformat()})
    held = Assignment.objects.get(is_cover=True)
    assert (held.person, held.ended_on) == (world.second_assessor, until)
    ending = reverse("pages:cover-end", args=[world.apprenticeship.pk, world.second_assessor.pk])
    assert ending in client.get(address).content.decode()
    client.post(ending, {"reason": "Back at work."})
    assert ending not in client.get(address).content.decode()


@pytest.mark.parametrize("reason", [None, " ", "Back\0", "b" * 2_001], ids=["missing", "blank", "nul", "too long"])
def test_a_reason_that_cannot_be_is_said_by_its_field_and_stays_in_it(client, covered, reason):
    client.force_login(covered.admin)
    ending = reverse("pages:cover-end", args=[covered.apprenticeship.pk, covered.second_assessor.pk])
    answer = client.post(ending, {} if reason is None else {"reason": reason})
    assert answer.status_code == 422
    assert answer.context["ending"].errors.keys() == {"reason"}
    page = answer.content.decode()
    assert 'href="#cover_reason"' in page
    assert 'id="cover_reason"' in page
    assert (reason or "") in page
    assert Assignment.objects.live().filter(is_cover=True, person=covered.second_assessor).exists()


@pytest.mark.parametrize("name", ["assign", "enrol"])
def test_a_form_of_which_nothing_arrived_is_not_taken_for_a_visit(client, world, name):
    client.force_login(world.admin)
    args = [world.apprenticeship.pk] if name == "assign" else []
    answer = client.post(reverse(f"pages:{name}", args=args))
    assert answer.status_code == (302 if name == "assign" else 422)
