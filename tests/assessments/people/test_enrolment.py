"""A mistaken enrolment is corrected, or undone and restored, while nothing was submitted."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Invitation, Organisation, User
from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, Assignment, EnrolmentCorrection, KsbProgress
from apprenticeships.workflow import AlreadyEnrolled
from assessments.workflow import correct_enrolment, restore_enrolment, submit, take_back, undo_enrolment
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from core.moments import day
from portfolios.models import Evidence
from tests.apprenticeships.test_enrolling import NEW, enrol, links, token_of
from tests.world import OWN_WORK, acting, later_version, make_version

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def correct(world, made, by=None, **given):
    same = {
        "started_on": made.started_on,
        "planned_end_on": made.planned_end_on,
        "employer": None,
        "standard_version": made.standard_version,
        "reason": "Typed wrongly.",
    }
    return correct_enrolment(made.pk, acting(by or world.admin), **(same | given))


def undo(world, made, by=None, **given):
    return undo_enrolment(made.pk, acting(by or world.admin), "The wrong person.", **given)


def restore(world, made):
    return restore_enrolment(made.pk, acting(world.admin), "It was right.")


def form_of(made, **given):
    return {
        "name": made.apprentice.name,
        "standard_version": str(made.standard_version_id),
        "started_on": made.started_on.isoformat(),
        "planned_end_on": made.planned_end_on.isoformat(),
        "reason": "Typed wrongly.",
    } | given


def test_name_address_dates_and_employer_are_corrected_and_kept_with_before_and_after(client, world):
    made = enrol(world, "wrong@example.test")
    client.force_login(world.admin)
    page = reverse("pages:enrolment", args=[made.pk])
    later = made.started_on + DAY
    given = {"name": "Sam Correct", "email": "right@example.test", "new_employer": "Other Works (made up)"}
    answer = client.post(page, form_of(made, started_on=later.isoformat(), **given))
    assert answer.status_code == 302
    made = Apprenticeship.objects.unscoped().get(pk=made.pk)
    assert (made.apprentice.name, made.started_on, str(made.employer)) == (
        "Sam Correct",
        later,
        "Other Works (made up)",
    )
    kept = EnrolmentCorrection.objects.get(apprenticeship=made)
    assert kept.before["name"] == "Sam Typed"
    assert kept.after["name"] == "Sam Correct"
    assert (kept.before["email"], kept.after["email"]) == ("wrong@example.test", "right@example.test")
    assert kept.by == world.admin
    shown = client.get(page).content.decode()
    assert "Sam Typed is now Sam Correct" in shown
    assert f"is now {day(later)}" in shown
    assert "Typed wrongly." in shown
    assert not list(verify())


def test_the_record_says_what_was_corrected_and_names_nobody(world):
    made = enrol(world, "wrong@example.test")
    correct(world, made, name="Sam Correct", email="right@example.test")
    entry = Entry.objects.get(action="enrolment.corrected")
    assert entry.data["fields"] == ["email", "name"]
    assert "Sam" not in str(entry.data)
    assert "example.test" not in str(entry.data)


def test_a_mistaken_address_never_gets_in_after_it_was_corrected(world):
    made = enrol(world, "wrong@example.test")
    [wrong] = links()
    correct(world, made, email="right@example.test")
    right = links()[-1]
    with pytest.raises(OutOfTurn):
        enrolling.accept_and_take_up(token_of(wrong), NEW)
    assert enrolling.accept_and_take_up(token_of(right), NEW).email == "right@example.test"
    assert not User.objects.filter(email="wrong@example.test").exists()


def test_a_corrected_name_is_the_one_that_the_invitation_greets(client, world):
    made = enrol(world)
    correct(world, made, name="Sam Correct")
    [link] = links()
    page = client.get(link).content.decode()
    assert "Welcome, Sam Correct" in page
    assert "Sam Typed" not in page


def test_whoever_accepted_keeps_their_own_name_and_address(world):
    made = enrol(world)
    enrolling.accept_and_take_up(token_of(links()[0]), NEW)
    made.refresh_from_db()
    for given in ({"name": "Somebody Else"}, {"email": "else@example.test"}):
        with pytest.raises(OutOfTurn, match="theirs to change"):
            correct(world, made, **given)
    assert not EnrolmentCorrection.objects.exists()


def test_what_stays_the_same_is_no_correction_and_needs_no_reason(world):
    made = enrol(world)
    correct(world, made, name="Sam Typed", email="sam@example.test", reason="")
    assert not EnrolmentCorrection.objects.exists()
    assert Invitation.objects.filter(person=made.apprentice_id).count() == 1


def test_a_correction_says_why(client, world):
    made = enrol(world)
    client.force_login(world.admin)
    refused = client.post(reverse("pages:enrolment", args=[made.pk]), form_of(made, name="Other", reason=" "))
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"reason"}
    with pytest.raises(Incomplete):
        correct(world, made, name="Other", reason="")


def test_dates_are_held_against_the_rules_as_when_enrolling(world):
    made = enrol(world)
    with pytest.raises(Incomplete) as refused:
        correct(world, made, planned_end_on=made.started_on + DAY)
    assert refused.value.field == "planned_end_on"
    made.refresh_from_db()
    assert made.planned_end_on > made.started_on + DAY


def test_another_standard_brings_its_own_ksbs(client, world):
    made = enrol(world)
    other = make_version("ST9002", knowledge=3)
    client.force_login(world.admin)
    client.post(reverse("pages:enrolment", args=[made.pk]), form_of(made, standard_version=str(other.pk)))
    made.refresh_from_db()
    assert made.standard_version == other
    progress = KsbProgress.objects.unscoped().filter(apprenticeship=made)
    assert set(progress.values_list("ksb__version", flat=True)) == {other.pk}
    assert made.ksb_count == 6
    assert not list(verify())


def test_drafts_keep_their_words_on_another_standard_and_whoever_corrects_knows_of_them(client, world):
    piece = world.draft("K1")
    made = world.apprenticeship
    other = make_version("ST9002")
    with pytest.raises(Incomplete) as refused:
        correct(world, made, standard_version=other)
    assert refused.value.field == "knows_of_drafts"
    client.force_login(world.admin)
    page = reverse("pages:enrolment", args=[made.pk])
    assert "There is 1 draft." in client.get(page).content.decode()
    sent = form_of(made, standard_version=str(other.pk), knows_of_drafts="on")
    assert client.post(page, sent).status_code == 302
    piece.refresh_from_db()
    assert piece.narrative.startswith("I wrote the advert")
    made.refresh_from_db()
    assert made.in_progress_count == 0
    client.force_login(world.apprentice)
    assert client.get(reverse("pages:evidence", args=[piece.pk])).status_code == 200


def test_drafts_follow_to_another_version_of_the_same_standard(world):
    piece = world.draft("K1")
    later = later_version(world.version, {"K1": "Statement of K1", "K2": "Something else"})
    correct(world, world.apprenticeship, standard_version=later)
    assert [claim.ksb.version for claim in piece.claims.select_related("ksb__version")] == [later]


def test_a_mentor_at_the_former_employer_is_taken_off(world):
    elsewhere = Organisation.objects.create(kind="employer", name="Elsewhere (made up)")
    correct(world, world.apprenticeship, employer=elsewhere)
    assert not Assignment.objects.live().filter(apprenticeship=world.apprenticeship, role="mentor").exists()
    assert world.apprenticeship not in Apprenticeship.objects.visible_to(acting(world.mentor))


def test_nothing_is_corrected_or_undone_once_something_was_submitted(client, world):
    submission = world.submitted("K1")
    take_back(submission.pk, acting(world.apprentice))
    for act in (
        lambda: correct(world, world.apprenticeship, started_on=clock.today()),
        lambda: undo(world, world.apprenticeship),
    ):
        with pytest.raises(OutOfTurn, match="sent for review"):
            act()
    client.force_login(world.admin)
    for address in ("pages:enrolment", "pages:enrolment-undo"):
        page = client.get(reverse(address, args=[world.apprenticeship.pk])).content.decode()
        assert "Evidence has been sent for review" in page
        assert 'name="reason"' not in page


def test_dates_and_employer_stay_where_a_change_was_recorded(world):
    world.on_break()
    world.apprenticeship.refresh_from_db()
    with pytest.raises(OutOfTurn, match="recorded since"):
        correct(world, world.apprenticeship, started_on=world.apprenticeship.started_on + DAY)


def test_correcting_somebody_into_a_second_enrolment_is_asked_about(client, world):
    first = enrol(world, "sam@example.test")
    second = enrol(world, "wrong@example.test", name="Sam Again")
    with pytest.raises(AlreadyEnrolled):
        correct(world, second, email="sam@example.test")
    client.force_login(world.admin)
    page = reverse("pages:enrolment", args=[second.pk])
    asked = client.post(page, form_of(second, email="sam@example.test"))
    assert asked.status_code == 422
    assert reverse("pages:coverage", args=[first.pk]) in asked.content.decode()
    assert client.post(page, form_of(second, email="sam@example.test", beside=[str(first.pk)])).status_code == 302


def test_an_undone_enrolment_goes_from_every_list_and_its_record_stays(client, world):
    made = world.apprenticeship
    undo(world, made)
    for who in ("admin", "assessor", "iqa", "viewer", "mentor", "apprentice"):
        assert made not in Apprenticeship.objects.visible_to(acting(world.people[who]))
        client.force_login(world.people[who])
        assert client.get(reverse("pages:coverage", args=[made.pk])).status_code == 404
    client.force_login(world.admin)
    shown = [row["address"] for row in client.get("/cohort/").context["rows"]]
    assert reverse("pages:coverage", args=[made.pk]) not in shown
    assert "undid an enrolment" in client.get("/record/").content.decode()
    assert "Apprentice" in client.get(reverse("pages:enrolments-undone")).content.decode()
    assert not list(verify())


def test_links_to_an_undone_enrolment_stop_working(world):
    made = enrol(world, "wrong@example.test")
    [link] = links()
    undo(world, made)
    with pytest.raises(OutOfTurn):
        enrolling.accept_and_take_up(token_of(link), NEW)
    with pytest.raises(OutOfTurn, match="undone"):
        enrolling.invite_again(made.pk, "wrong@example.test", acting(world.admin))


def test_drafts_are_not_put_away_unasked_and_their_apprentice_is_told(client, world):
    piece = world.draft("K1")
    client.force_login(world.admin)
    page = reverse("pages:enrolment-undo", args=[world.apprenticeship.pk])
    assert "has written 1 draft" in client.get(page).content.decode()
    assert client.post(page, {"reason": "The wrong person."}).status_code == 422
    assert client.post(page, {"reason": "The wrong person.", "knows_of_drafts": "on"}).status_code == 302
    client.force_login(world.apprentice)
    home = client.get("/").content.decode()
    assert "undid your enrolment" in home
    assert "kept" in home
    assert client.get(reverse("pages:evidence", args=[piece.pk])).status_code == 404
    assert Evidence.objects.unscoped().filter(pk=piece.pk).exists()


def test_nothing_is_added_or_sent_on_an_undone_enrolment(world):
    piece = world.draft("K1")
    undo(world, world.apprenticeship, knows_of_drafts=True)
    with pytest.raises(NotAllowed):
        world.draft("K2")
    with pytest.raises(NotAllowed):
        submit(piece.pk, acting(world.apprentice), OWN_WORK)


def test_what_was_undone_comes_back_as_it_was(client, world):
    piece = world.draft("K1")
    undo(world, world.apprenticeship, knows_of_drafts=True)
    client.force_login(world.admin)
    page = reverse("pages:enrolment-restore", args=[world.apprenticeship.pk])
    client.post(page, {"reason": "It was right."})
    client.force_login(world.apprentice)
    assert client.get("/").url == reverse("pages:coverage", args=[world.apprenticeship.pk])
    assert client.get(reverse("pages:evidence", args=[piece.pk])).status_code == 200
    assert world.apprenticeship in Apprenticeship.objects.visible_to(acting(world.assessor))
    assert not list(verify())


def test_whoever_was_enrolled_again_meanwhile_is_not_enrolled_twice_by_restoring(world):
    made = enrol(world)
    undo(world, made)
    enrol(world)
    with pytest.raises(OutOfTurn, match="enrolled on this standard again"):
        restore(world, made)


def test_undoing_and_restoring_twice_do_it_once(world):
    for act in (undo, undo, restore, restore):
        act(world, world.second)
    kinds = EnrolmentCorrection.objects.filter(apprenticeship=world.second).order_by("number")
    assert list(kinds.values_list("kind", flat=True)) == ["undone", "restored"]


def test_only_an_admin_of_the_provider_corrects_and_undoes(world):
    for by in (world.assessor, world.iqa, world.apprentice, world.other_admin):
        with pytest.raises(NotAllowed):
            correct(world, world.apprenticeship, by=by, started_on=clock.today())
        with pytest.raises(NotAllowed):
            undo(world, world.apprenticeship, by=by)


def test_another_providers_undone_enrolments_are_not_told(client, world):
    undo(world, world.second)
    client.force_login(world.other_admin)
    assert "Second Apprentice" not in client.get(reverse("pages:enrolments-undone")).content.decode()
    assert client.get(reverse("pages:enrolment-restore", args=[world.second.pk])).status_code == 404


def test_undoing_and_restoring_twice_leads_where_the_first_press_did(client, world):
    client.force_login(world.admin)
    undoing, restoring = (
        reverse(f"pages:enrolment-{act}", args=[world.apprenticeship.pk]) for act in ("undo", "restore")
    )
    for _press in range(2):
        assert client.post(undoing, {"reason": "The wrong person."}).url == reverse("pages:enrolments-undone")
    for _press in range(2):
        answer = client.post(restoring, {"reason": "It was right."})
        assert answer.url == reverse("pages:coverage", args=[world.apprenticeship.pk])
    assert EnrolmentCorrection.objects.count() == 2
    client.force_login(world.other_admin)
    assert client.post(undoing, {"reason": "Mine."}).status_code == 404
    assert client.post(restoring, {"reason": "Mine."}).status_code == 404
