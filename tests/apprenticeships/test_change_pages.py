"""The screens on which a provider records what happened to an apprenticeship, and what everybody reads of it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from apprenticeships.models import Apprenticeship, Assignment, Change, EnrolmentCorrection
from apprenticeships.workflow import assign, end_cover, undo_change
from assessments.workflow import take_out_sign_offs
from core import clock
from tests.access.externals import bring_in
from tests.queries import query_count
from tests.world import acting

pytestmark = pytest.mark.django_db

WHY = "Parental leave, agreed with the employer."


@pytest.fixture
def admin(client, world):
    client.force_login(world.admin)
    return client


def page(world, kind: str) -> str:
    return reverse("pages:change", args=[world.apprenticeship.pk, kind])


def history(world) -> str:
    return reverse("pages:changes", args=[world.apprenticeship.pk])


def sent(**given):
    return {"token": str(uuid4()), "effective_on": clock.today().isoformat(), "reason": WHY, **given}


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def now(world) -> Apprenticeship:
    return Apprenticeship.objects.unscoped().get(pk=world.apprenticeship.pk)


def later(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def test_every_change_that_is_offered_is_made_on_its_screen_and_stands_in_the_history(admin, world):
    bring_in(world, "K1")
    steps = [
        ("break-started", {"expected_back_on": later(60)}, "Break in learning from"),
        ("break-ended", {"planned_end_on": later(260)}, "Back from the break on"),
        ("planned-end", {"planned_end_on": later(300)}, "Planned end moved from"),
        ("employer", {"new_employer": "Quill and Rook (made up)"}, "Employer is Quill and Rook"),
        ("gateway-passed", {}, "Passed the gateway on"),
        ("achieved", {}, "Achieved on"),
    ]
    for kind, given, told in steps:
        assert page(world, kind) in text(admin.get(history(world)))
        assert admin.get(page(world, kind)).status_code == 200
        assert admin.post(page(world, kind), sent(**given)).url == history(world)
        found = text(admin.get(history(world)))
        assert told in found
        assert WHY in found
    assert now(world).status == "achieved"
    assert "This apprenticeship is over" in found


def test_the_gateway_is_recorded_by_hand_only_for_somebody_who_was_taken_over(admin, world):
    assert page(world, "gateway-passed") not in text(admin.get(history(world)))
    assert admin.get(page(world, "gateway-passed")).url == history(world)
    answer = admin.post(page(world, "gateway-passed"), sent())
    assert answer.status_code == 409
    assert "Nothing of this apprentice was imported from another provider" in text(answer)
    assert now(world).status == "on_programme"
    made = bring_in(world, "K1")
    assert page(world, "gateway-passed") in text(admin.get(history(world)))
    take_out_sign_offs(made.pk, acting(world.admin), "The wrong learner.")
    assert admin.post(page(world, "gateway-passed"), sent()).status_code == 409


def test_the_same_form_sent_twice_makes_one_change(admin, world):
    form = sent()
    for _press in range(2):
        assert admin.post(page(world, "withdrawn"), form).status_code == 302
    assert Change.objects.unscoped().count() == 1


def test_what_cannot_be_is_said_by_the_field_and_nothing_typed_is_lost(admin, world):
    bring_in(world, "K1")
    answer = admin.post(page(world, "gateway-passed"), sent(effective_on=later(5)))
    assert answer.status_code == 422
    assert "today or an earlier day" in str(answer.context["form"].errors["effective_on"])
    assert WHY in text(answer)
    answer = admin.post(page(world, "planned-end"), sent(planned_end_on=later(-190), reason=""))
    assert set(answer.context["form"].errors) == {"reason"}
    answer = admin.post(page(world, "employer"), sent())
    assert "new_employer" in answer.context["form"].errors
    assert Change.objects.unscoped().count() == 0


def test_a_form_whose_moment_has_passed_does_not_open_and_one_that_was_open_keeps_its_words(admin, world):
    world.withdrawn()
    assert admin.get(page(world, "break-started")).url == history(world)
    answer = admin.post(page(world, "break-started"), sent())
    assert answer.status_code == 409
    assert "Withdrawn" in text(answer)
    assert WHY in text(answer)


@pytest.mark.parametrize("kind", ["nonsense", "break_startedx", "0"])
def test_a_change_of_no_kind_is_not_found(admin, world, kind):
    assert admin.get(page(world, kind)).status_code == 404


def test_the_return_suggests_a_planned_end_later_by_the_length_of_the_break(admin, world):
    world.on_break(effective_on=clock.today() - timedelta(days=30))
    form = admin.get(page(world, "break-ended")).context["form"]
    assert form.fields["planned_end_on"].initial == now(world).planned_end_on + timedelta(days=30)


def test_undone_on_its_screen_it_is_as_before(admin, world):
    change = world.withdrawn()
    undo = reverse("pages:change-undo", args=[change.pk])
    assert undo in text(admin.get(history(world)))
    assert admin.post(undo, {"reason": ""}).status_code == 422
    assert admin.post(undo, {"reason": "The wrong learner."}).url == history(world)
    found = text(admin.get(history(world)))
    assert now(world).status == "on_programme"
    assert "Undone by Admin" in found
    assert undo not in found
    assert admin.get(undo).url == history(world)


def test_only_the_latest_of_the_same_can_be_undone(admin, world):
    first = world.on_break()
    world.withdrawn()
    undo = reverse("pages:change-undo", args=[first.pk])
    assert undo not in text(admin.get(history(world)))
    assert admin.get(undo).url == history(world)
    assert admin.post(undo, {"reason": "Never mind."}).status_code == 409


@pytest.mark.parametrize(
    ("who", "reads"), [("apprentice", True), ("assessor", True), ("iqa", True), ("viewer", True), ("mentor", False)]
)
def test_the_reason_is_for_the_apprentice_and_the_provider_not_for_the_employer(client, world, who, reads):
    world.on_break(reason=WHY)
    client.force_login(world.people[who])
    found = text(client.get(history(world)))
    assert "Break in learning from" in found
    assert (WHY in found) is reads
    assert page(world, "break-ended") not in found


def test_a_mistyped_year_of_the_return_is_said_by_its_field(admin, world):
    answer = admin.post(page(world, "break-started"), sent(expected_back_on="9999-12-31"))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"expected_back_on"}
    assert not Change.objects.filter(apprenticeship=world.apprenticeship).exists()


def test_a_date_that_is_missing_is_asked_for_in_words(admin, world):
    answer = admin.post(page(world, "planned-end"), {})
    assert answer.context["form"].errors["effective_on"] == ["Enter the date."]
    assert answer.context["form"].errors["planned_end_on"] == ["Enter the date."]


@pytest.mark.parametrize(
    ("who", "reads"), [("apprentice", False), ("assessor", True), ("iqa", True), ("viewer", True), ("mentor", False)]
)
def test_why_somebody_looks_after_an_apprentice_no_longer_is_for_the_provider_alone(client, world, who, reads):
    assign(world.apprenticeship.pk, acting(world.admin), cover=world.second_assessor)
    end_cover(world.apprenticeship.pk, world.second_assessor.pk, acting(world.admin), "Ill since Monday.")
    client.force_login(world.people[who])
    found = text(client.get(history(world)))
    assert "no longer covers for the assessor" in found
    assert ("Ill since Monday." in found) is reads


def test_the_history_tells_who_looked_after_the_apprentice_too(admin, world):
    assert "Assessor is the assessor in place of Former Assessor" in text(admin.get(history(world)))


def test_with_another_employer_the_mentor_of_the_one_before_is_theirs_no_longer(admin, world):
    admin.post(page(world, "employer"), sent(new_employer="Quill and Rook (made up)"))
    assert not Assignment.objects.live().filter(apprenticeship=world.apprenticeship, role="mentor").exists()
    admin.force_login(world.mentor)
    assert admin.get(history(world)).status_code == 404


@pytest.mark.parametrize(
    ("makes", "own", "others"),
    [
        ("on_break", "You have been on a break in learning since", "Apprentice has been on a break"),
        ("withdrawn", "You have been withdrawn from this apprenticeship", "Apprentice has been withdrawn"),
        ("past_gateway", "your portfolio is closed", "The portfolio is closed"),
    ],
)
def test_everybody_is_told_in_plain_words_where_it_stands(client, world, makes, own, others):
    getattr(world, makes)()
    coverage = reverse("pages:coverage", args=[world.apprenticeship.pk])
    for who, told in (("apprentice", own), ("assessor", others), ("admin", others)):
        client.force_login(world.people[who])
        found = text(client.get(coverage))
        assert told in found
        assert "rag-red" not in found


def test_a_page_of_changes_costs_the_same_however_many_there_are(admin, world):
    few = query_count(admin, history(world))
    for _turn in range(6):
        undo_change(world.withdrawn().pk, acting(world.admin), "Again.")
    assert query_count(admin, history(world)) == few <= 12


@pytest.mark.parametrize(
    ("who", "reads_reason", "reads_address"),
    [("admin", True, True), ("apprentice", True, False), ("iqa", True, False), ("mentor", False, False)],
)
def test_corrections_of_the_enrolment_stand_in_the_same_history(client, world, who, reads_reason, reads_address):
    EnrolmentCorrection.objects.create(
        apprenticeship=world.apprenticeship,
        provider=world.provider,
        number=1,
        kind="corrected",
        before={"planned_end_on": "3 March 2027", "email": "wrong@example.test"},
        after={"planned_end_on": "3 April 2027", "email": "right@example.test"},
        reason=WHY,
        by=world.admin,
    )
    client.force_login(world.people[who])
    found = text(client.get(history(world)))
    assert re.search("Enrolment corrected. Email address.*; Planned end: 3 March 2027 is now 3 April 2027", found)
    assert (WHY in found) is reads_reason
    assert ("wrong@example.test" in found) is reads_address
