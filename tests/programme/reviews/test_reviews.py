"""Progress reviews: who plans, holds and signs them, and what can be changed when."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from apprenticeships import workflow as enrolling
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from programme import workflow
from programme.models import Party, PartySignature, ProgressReview, ReviewTemplate, SignedVersion
from programme.reviewing.schedule import place_of
from programme.reviewing.sections import Section, usual
from programme.standing import carried_into
from signing import workflow as signing
from signing.models import Link
from signing.receipts import token_of as receipt_of
from signing.workflow import LinkClosed
from tests.programme.reviewing import (
    ask,
    issue,
    plan,
    review_of,
    shown_state,
    sign,
    sign_by_link,
    signed_by_all,
    token_of,
    words,
)
from tests.world import World, acting, person

pytestmark = pytest.mark.django_db
OTHERS = ["apprentice", "second_apprentice", "second_assessor", "former_assessor", "iqa", "viewer", "mentor"]
OTHERS += ["other_admin", "other_assessor", "stranger"]


# Planning and holding


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_plans_a_review_but_who_holds_it_and_admins(world: World, who):
    with pytest.raises(NotAllowed):
        plan(world, by=world.people[who])


def test_a_trainer_and_an_admin_plan_reviews_too(world: World):
    trainer = person("trainer", (world.provider, Role.TRAINER))
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), trainer=trainer, reason="They teach.")
    made = plan(world, by=trainer)
    workflow.cancel_review(made.pk, acting(world.admin), "Another day.")
    assert plan(world, by=world.admin).planned_by == world.admin


def test_a_plan_sent_twice_is_one_review_and_there_is_one_at_a_time(world: World):
    token = uuid4()
    for _time in range(2):
        workflow.plan_review(world.apprenticeship.pk, acting(world.assessor), review_id=token, planned_on=clock.today())
    with pytest.raises(OutOfTurn, match="is planned for"):
        plan(world)
    assert ProgressReview.objects.count() == 1


def test_the_database_refuses_a_second_review_in_preparation(world: World):
    made = plan(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressReview.objects.create(
            apprenticeship=made.apprenticeship, provider=made.provider, planned_on=clock.today(), planned_by=world.admin
        )


def test_a_review_is_planned_within_the_apprenticeship_and_a_year(world: World):
    for day in (world.apprenticeship.started_on - timedelta(days=1), clock.today() + timedelta(days=367)):
        with pytest.raises(Incomplete):
            plan(world, on=day)


def test_a_review_is_moved_until_it_is_held_and_cancelled_for_a_reason(world: World):
    made = plan(world)
    later = clock.today() + timedelta(days=3)
    assert workflow.move_review(made.pk, acting(world.admin), later).planned_on == later
    with pytest.raises(Incomplete):
        workflow.cancel_review(made.pk, acting(world.assessor), " ")
    for _time in range(2):
        workflow.cancel_review(made.pk, acting(world.assessor), "They were ill.")
    assert shown_state(made.pk) == "cancelled"
    with pytest.raises(OutOfTurn, match="was cancelled"):
        issue(world, made)


def test_a_review_is_held_on_a_day_that_has_come_by_people_who_are_named(world: World):
    made, by = plan(world), acting(world.assessor)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    for wrong, field in (
        ({"held_on": tomorrow}, "held_on"),
        ({"held_on": "soon"}, "held_on"),
        ({"with_apprentice": ""}, "with_apprentice"),
        ({"with_employer": ""}, "absent"),
    ):
        with pytest.raises(Incomplete) as refused:
            workflow.hold_review(made.pk, by, revision=0, words=words(**wrong))
        assert refused.value.field == field
    workflow.hold_review(made.pk, by, revision=0, words=words(with_employer="", absent="On a night shift."))
    assert shown_state(made.pk) == "held"
    with pytest.raises(OutOfTurn, match="was held on"):
        workflow.move_review(made.pk, by, clock.today())


def test_a_held_review_counts_for_the_next_even_while_nobody_has_signed(world: World):
    before = place_of(world.apprenticeship.pk)
    assert before.how_due == "overdue"
    issue(world)
    after = place_of(world.apprenticeship.pk)
    assert after.last_held_on == clock.today()
    assert after.how_due == ""


def test_nobody_on_a_break_is_due_a_review(world: World):
    world.on_break()
    assert place_of(world.apprenticeship.pk).due_on is None


# Writing up


def test_words_are_kept_as_typed_and_a_stale_page_loses_neither_text(world: World):
    made, by = plan(world), acting(world.assessor)
    notes = workflow.keep_notes(made.pk, by, revision=0, words={"section_progress": "A bit\r\n behind "})
    assert notes.words == {"section_progress": "A bit\n behind "}
    again = workflow.keep_notes(made.pk, by, revision=notes.revision, words={"section_plan": "No"})
    assert again.words == {"section_progress": "A bit\n behind ", "section_plan": "No"}
    with pytest.raises(workflow.StaleNotes) as stale:
        workflow.keep_notes(made.pk, by, revision=notes.revision, words={"section_plan": "Yes"})
    assert stale.value.kept.words["section_plan"] == "No"


@pytest.mark.parametrize("who", [*OTHERS, "admin"])
def test_nobody_writes_up_a_review_but_who_holds_it(world: World, who):
    made = plan(world)
    with pytest.raises(NotAllowed):
        workflow.keep_notes(made.pk, acting(world.people[who]), revision=0, words={})
    with pytest.raises(NotAllowed):
        workflow.issue_review(made.pk, acting(world.people[who]), revision=0, words=words())


@pytest.mark.parametrize("name", ["section_training", "section_circumstances", "section_employer"])
def test_a_review_is_not_sent_without_what_the_funding_rules_ask(world: World, name):
    with pytest.raises(Incomplete) as refused:
        issue(world, **{name: " "})
    assert refused.value.field == name


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"owner_1": ""}, "owner_1"), ({"due_1": "soon"}, "due_1"), ({"what_1": ""}, "what_1")],
)
def test_an_action_has_an_owner_and_a_day(world: World, wrong, field):
    with pytest.raises(Incomplete) as refused:
        issue(world, **wrong)
    assert refused.value.field == field


def test_a_review_freezes_what_was_signed_off_since_the_last(world: World):
    with clock.at(clock.now() - timedelta(days=20)):
        world.signed_off("K1")
    with clock.at(clock.now() - timedelta(days=10)):
        first = issue(world)
    world.signed_off("S1")
    second = issue(world)
    assert first.shared["standing"]["signed_off"] == ["K1"]
    assert second.shared["standing"]["signed_off"] == ["S1"]
    assert second.shared["standing"]["signed_off_count"] == 2
    assert second.shared["standing"]["gaps"] == ["K2", "S2", "B1"]


def test_actions_are_carried_over_until_they_are_done(world: World):
    issue(world)
    second = plan(world)
    [carried] = carried_into(second)
    assert carried["what"] == "Shadow an interview"
    with pytest.raises(Incomplete) as refused:
        issue(world, second, **{f"done_{carried['id']}": ""})
    assert refused.value.field == f"done_{carried['id']}"
    late = {f"done_{carried['id']}": "no", f"note_{carried['id']}": "No interviews in May."}
    issue(world, second, what_1="Read the guide", **late)
    assert [one["what"] for one in carried_into(plan(world))] == ["Shadow an interview", "Read the guide"]


# Signing


def test_a_review_needs_three_signatures(world: World):
    version = issue(world)
    assert shown_state(version.about) == "waiting"
    sign(world, version, Party.APPRENTICE)
    assert shown_state(version.about) == "waiting"
    sign(world, version, Party.EMPLOYER)
    assert shown_state(version.about) == "complete"
    assert {one.sha256 for one in version.signatures.all()} == {version.sha256}


@pytest.mark.parametrize(
    ("party", "who"),
    [
        ("apprentice", "assessor"),
        ("apprentice", "mentor"),
        ("employer", "apprentice"),
        ("employer", "admin"),
        ("employer", "assessor"),
        ("provider", "admin"),
        ("provider", "second_assessor"),
    ],
)
def test_nobody_signs_for_another_party(world: World, party, who):
    version = issue(world)
    with pytest.raises(NotAllowed):
        workflow.sign_version(version.pk, acting(world.people[who]), party=party, shown=version.sha256)


def test_signing_twice_is_signing_once(world: World):
    version = issue(world)
    assert sign(world, version, Party.APPRENTICE) == sign(world, version, Party.APPRENTICE)


def test_a_change_after_a_signature_is_a_new_version_that_all_sign_again(world: World):
    version = signed_by_all(world)
    with pytest.raises(Incomplete) as refused:
        issue(world, review_of(version), section_provider="Excellent progress.")
    assert refused.value.field == "reason"
    assert issue(world, review_of(version)) == version
    corrected = issue(
        world, review_of(version), section_provider="Excellent progress.", reason="I had mixed up two people."
    )
    assert (corrected.number, shown_state(version.about)) == (2, "waiting")
    assert version.signatures.count() == 3
    with pytest.raises(OutOfTurn, match="changed since"):
        sign(world, version, Party.EMPLOYER, by=_other_mentor(world))


def _other_mentor(world: World):  # type: ignore[no-untyped-def]
    other = person("other_mentor", (world.employer, Role.MENTOR))
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), mentor=other, reason="They take over.")
    return other


def test_what_stood_on_another_screen_is_not_signed(world: World):
    version = issue(world)
    with pytest.raises(OutOfTurn, match="nothing was signed"):
        workflow.sign_version(version.pk, acting(world.apprentice), party="apprentice", shown="0" * 64)


def test_a_review_that_was_signed_is_corrected_and_not_cancelled(world: World):
    with pytest.raises(OutOfTurn, match="it stays"):
        workflow.cancel_review(issue(world).about, acting(world.assessor), "Wrong one.")


# The employer’s link


def test_the_employer_signs_by_a_link_without_an_account(world: World):
    version = issue(world)
    sign(world, version, Party.APPRENTICE)
    link = ask(world, version)
    made = sign_by_link(link)
    assert shown_state(version.about) == "complete"
    theirs = version.signatures.get(party="employer")
    assert (theirs.link_signature, theirs.name, theirs.sha256) == (made, "Carla Contact", version.sha256)


def test_the_link_shows_nothing_that_is_not_for_the_employer(world: World):
    content = str(ask(world, issue(world)).content)
    assert "Very reliable." in content
    assert "Extra reading time" not in content
    assert "See the record" not in content


def test_only_a_recorded_contact_is_asked_and_one_at_a_time(world: World):
    version = issue(world)
    with pytest.raises(Incomplete) as refused:
        workflow.ask_employer_to_sign(version.pk, acting(world.assessor), contact_id=uuid4())
    assert refused.value.field == "contact"
    link = ask(world, version)
    with pytest.raises(Incomplete, match="has been asked already"):
        ask(world, version, email="second@example.test", name="Second")
    assert Link.objects.get(about=version.pk) == link


def test_a_contact_who_holds_the_reviews_cannot_sign_as_the_employer(world: World):
    with pytest.raises(Incomplete):
        ask(world, issue(world), email=world.assessor.email)


def test_whoever_signed_for_the_provider_cannot_use_the_link(world: World):
    trainer = person("trainer", (world.provider, Role.TRAINER))
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), trainer=trainer, reason="They teach.")
    review = plan(world)
    version = workflow.issue_review(review.pk, acting(trainer), revision=0, words=words())
    token = token_of(ask(world, version))
    shown = signing.start(token).edition(has_changed=False)
    with pytest.raises(NotAllowed):
        workflow.sign_version_by_link(token, shown=shown, name="Carla", role="Manager", signed_in=acting(trainer))


def test_a_correction_closes_the_link_to_what_it_said_before(world: World):
    version = issue(world)
    token = token_of(ask(world, version))
    issue(world, review_of(version), section_provider="Better.", reason="A mistake.")
    with pytest.raises(LinkClosed):
        workflow.sign_version_by_link(token, shown="x", name="Carla", role="Manager")


def test_a_mentor_who_signs_in_the_app_closes_the_link(world: World):
    version = issue(world)
    link = ask(world, version)
    sign(world, version, Party.EMPLOYER)
    link.refresh_from_db()
    assert link.revoked_at


def test_a_signature_that_was_not_theirs_counts_no_more_and_the_employer_can_sign_again(world: World):
    version = issue(world)
    sign(world, version, Party.APPRENTICE)
    made = sign_by_link(ask(world, version))
    signing.disown(receipt_of(made))
    assert shown_state(version.about) == "waiting"
    sign(world, version, Party.EMPLOYER)
    assert shown_state(version.about) == "complete"
    assert PartySignature.objects.filter(version=version, party="employer").count() == 2


def test_whoever_declines_says_why_and_can_sign_after_all(world: World):
    version = issue(world)
    told = {"party": "apprentice", "shown": version.sha256}
    with pytest.raises(Incomplete) as refused:
        workflow.decline_version(version.pk, acting(world.apprentice), reason=" ", **told)
    assert refused.value.field == "reason"
    with pytest.raises(NotAllowed):
        workflow.decline_version(version.pk, acting(world.mentor), reason="Not so.", **told)
    made = workflow.decline_version(version.pk, acting(world.apprentice), reason="We did not meet.", **told)
    assert workflow.decline_version(version.pk, acting(world.apprentice), reason="Again.", **told) == made
    assert SignedVersion.objects.with_signatures().get(pk=version.pk).is_declined
    sign(world, version, Party.APPRENTICE)
    assert not SignedVersion.objects.with_signatures().get(pk=version.pk).is_declined


# What a provider sets


def test_the_form_has_versions_and_reviews_keep_theirs(world: World):
    before = plan(world)
    by = acting(world.admin)
    sections = [*usual(), Section("careers", "Next steps", is_required=True)]
    for _time in range(2):
        made = workflow.set_template(world.provider.pk, by, sections)
    assert made is not None
    assert ReviewTemplate.objects.count() == 1
    issue(world, before)
    with pytest.raises(Incomplete) as refused:
        issue(world, plan(world))
    assert refused.value.field == "section_careers"


def test_what_the_funding_rules_ask_for_cannot_be_left_out_or_shown_to_the_employer(world: World):
    by = acting(world.admin)
    with pytest.raises(Incomplete, match="Changes to the training plan"):
        workflow.set_template(world.provider.pk, by, [one for one in usual() if one.key != "plan"])
    made = workflow.set_template(world.provider.pk, by, [one._replace(is_hidden=False, help="") for one in usual()])
    assert made is not None
    assert {one["key"] for one in made.sections if one["is_hidden"]} == {"support", "safeguarding"}


@pytest.mark.parametrize("who", ["assessor", "iqa", "other_admin", "mentor"])
def test_nobody_but_an_admin_changes_the_form(world: World, who):
    with pytest.raises(NotAllowed):
        workflow.set_template(world.provider.pk, acting(world.people[who]), usual())


def test_a_rhythm_of_ones_own_needs_its_reason_and_who_agreed(world: World):
    whose, by = world.apprenticeship.pk, acting(world.assessor)
    for given, field in (
        ({"months": 6, "reason": ""}, "reason"),
        ({"months": 6, "reason": "Block release."}, "agreed_with"),
        ({"months": 13, "reason": "Block release.", "agreed_with": "Mentor"}, "months"),
    ):
        with pytest.raises(Incomplete) as refused:
            workflow.set_review_rhythm(whose, by, **given)
        assert refused.value.field == field
    workflow.set_review_rhythm(whose, by, months=6, reason="Block release.", agreed_with="Mentor")
    assert str(place_of(whose).rhythm) == "every 6 calendar months"
    workflow.set_review_rhythm(whose, by, months=None, reason="Back to the rule.")
    assert str(place_of(whose).rhythm) == "every 3 calendar months"
