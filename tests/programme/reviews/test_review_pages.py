"""The pages of progress reviews, as each person uses them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Role
from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship
from core import clock
from programme import workflow
from programme.models import ProgressReview, ReviewNotes, ReviewTemplate, SignedVersion
from programme.reviewing.schedule import Due, dues_seen_by, places_among, places_seen_by
from tests.programme.reviewing import ask, issue, plan, review_of, shown_state, sign, signed_by_all, token_of, words
from tests.queries import query_count
from tests.signing.people import contact_at, shown_on
from tests.world import World, acting, person

pytestmark = pytest.mark.django_db


def page(client, world: World, who: str, name: str, *ids: object, **query: str) -> str:
    client.force_login(world.people[who])
    return client.get(reverse(f"pages:{name}", args=ids), query).content.decode()


def test_an_assessor_plans_writes_and_sends_a_review_and_the_other_two_sign(client, world: World):
    client.force_login(world.assessor)
    assert "Overdue <strong>1</strong>" in page(client, world, "assessor", "progress-reviews")
    planned = {"token": str(uuid4()), "planned_on": clock.today().isoformat()}
    answer = client.post(reverse("pages:progress-review-plan", args=[world.apprenticeship.pk]), planned)
    review = ProgressReview.objects.get()
    assert answer.url == reverse("pages:progress-review", args=[review.pk])
    form = client.get(reverse("pages:progress-review-write", args=[review.pk])).content.decode()
    assert 'value="Mentor"' in form
    assert "Where they stand" in form
    sent = empty_form() | words() | {"revision": "0"}
    answer = client.post(reverse("pages:progress-review-write", args=[review.pk]), sent, follow=True)
    assert "The apprentice and the employer are asked to sign." in answer.content.decode()
    version = SignedVersion.objects.get()
    for who, party in (("apprentice", "apprentice"), ("mentor", "employer")):
        shown = page(client, world, who, "progress-review", review.pk)
        assert "By pressing this button you sign:" in shown
        client.post(reverse("pages:version-sign", args=[version.pk]), {"party": party, "shown": version.sha256})
    assert "Signed by all three" in page(client, world, "apprentice", "learner-reviews", world.apprenticeship.pk)


def empty_form() -> dict[str, str]:
    """The rows of the form that nobody fills in, as a browser sends them."""
    return {f"{name}_{number}": "" for name in ("what", "owner", "due") for number in range(1, 9)} | {
        "section_english_maths": ""
    }


def test_what_is_missing_is_said_by_its_field_and_nothing_typed_is_lost(client, world: World):
    review = plan(world)
    client.force_login(world.assessor)
    sent = empty_form() | words(section_plan="") | {"revision": "0"}
    answer = client.post(reverse("pages:progress-review-write", args=[review.pk]), sent)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_section_plan"' in shown
    assert "Two days on interviewing." in shown
    assert not SignedVersion.objects.exists()


def test_a_field_that_went_missing_on_the_way_is_not_taken_for_an_empty_one(client, world: World):
    review = plan(world)
    client.force_login(world.assessor)
    sent = words() | {"revision": "0"}
    answer = client.post(reverse("pages:progress-review-write", args=[review.pk]), sent)
    assert answer.status_code == 422
    assert "went missing" in answer.content.decode()


def test_what_is_typed_is_kept_on_the_server_and_a_stale_tab_is_told(client, world: World):
    review = plan(world)
    client.force_login(world.assessor)
    where = reverse("pages:progress-review-notes", args=[review.pk])
    first = client.post(where, {"revision": "0", "section_progress": "Half a sen"}).json()
    assert first["state"] == "saved"
    again = client.post(where, {"revision": first["revision"], "section_progress": "Half a sentence"}).json()
    stale = client.post(where, {"revision": first["revision"], "section_progress": "Another"})
    assert (stale.status_code, stale.json()["kept"]["section_progress"]) == (409, "Half a sentence")
    assert "Half a sentence" in page(client, world, "assessor", "progress-review-write", review.pk)
    sent = empty_form() | words(section_progress="Another") | {"revision": first["revision"]}
    answer = client.post(reverse("pages:progress-review-write", args=[review.pk]), sent)
    assert answer.status_code == 409
    assert "Half a sentence" in answer.content.decode()
    assert f'name="revision" value="{again["revision"]}"' in answer.content.decode()


def test_a_review_is_saved_as_held_before_it_is_finished(client, world: World):
    review = plan(world)
    client.force_login(world.assessor)
    sent = empty_form() | words(section_plan="") | {"revision": "0"}
    client.post(reverse("pages:progress-review-hold", args=[review.pk]), sent)
    assert shown_state(review.pk) == "held"
    assert ReviewNotes.objects.get().words["section_training"]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("apprentice", True),
        ("assessor", True),
        ("admin", True),
        ("iqa", True),
        ("mentor", False),
        ("viewer", False),
    ],
)
def test_the_employer_and_onlookers_do_not_see_support_and_safeguarding(client, world: World, who, sees):
    version = issue(world)
    shown = page(client, world, who, "progress-review", version.about)
    assert "Very reliable." in shown
    assert ("Extra reading time" in shown) == sees
    assert ("See the record of 3 March" in shown) == sees


def test_what_is_being_written_is_seen_by_nobody_else(client, world: World):
    review = plan(world)
    workflow.hold_review(review.pk, acting(world.assessor), revision=0, words=words())
    for who in ("apprentice", "mentor", "admin", "iqa"):
        assert "Very reliable." not in page(client, world, who, "progress-review", review.pk)


def test_the_employer_signs_on_one_page_without_an_account(client, world: World):
    version = issue(world)
    sign(world, version, "apprentice")
    token = token_of(ask(world, version))
    client.post(reverse("pages:link-start", args=[token]))
    shown = client.get(reverse("pages:link", args=[token])).content.decode()
    assert "Very reliable." in shown
    assert "Extra reading time" not in shown
    said = {"shown": shown_on(client, token), "name": "Carla Contact", "role": "Depot manager", "comment": ""}
    answer = client.post(reverse("pages:link-sign", args=[token]), said)
    assert answer.status_code == 302
    assert shown_state(version.about) == "complete"
    assert "by a link from an email" in page(client, world, "admin", "progress-review", version.about)


def test_a_contact_is_asked_asked_again_and_what_they_decline_is_shown(client, world: World):
    version, contact = issue(world), contact_at(world)
    client.force_login(world.assessor)
    client.post(reverse("pages:version-ask", args=[version.pk]), {"contact": str(contact.pk)})
    assert "was sent a link to sign" in page(client, world, "assessor", "progress-review", version.about)
    client.post(reverse("pages:version-link", args=[version.pk]), {"act": "withdraw"})
    client.post(reverse("pages:version-ask", args=[version.pk]), {"contact": str(contact.pk)})
    from signing import workflow as signing
    from signing.models import Link

    link = Link.objects.latest("asked_at")
    token = token_of(link)
    signing.start(token)
    signing.decline(token, reason="I was not there.")
    assert "I was not there." in page(client, world, "assessor", "progress-review", version.about)


def test_a_corrected_review_says_so_and_shows_what_was_signed_before(client, world: World):
    version = signed_by_all(world)
    issue(world, review_of(version), section_provider="Excellent.", reason="I had mixed up two people.")
    shown = page(client, world, "mentor", "progress-review", version.about)
    assert "I had mixed up two people." in shown
    assert "By pressing this button you sign:" in shown
    earlier = page(client, world, "mentor", "progress-review", version.about, version="1")
    assert "It has been corrected since." in earlier
    assert "Good progress." in earlier


def test_missing_signatures_are_waited_for_by_name(client, world: World):
    version = issue(world)
    for who in ("apprentice", "mentor", "admin"):
        shown = page(client, world, who, "waiting", kind="signature")
        assert "Apprentice, Employer" in shown
        assert reverse("pages:signed-version", args=[version.pk]) in shown
    sign(world, version, "apprentice")
    assert "Apprentice, Employer" not in page(client, world, "admin", "waiting", kind="signature")
    sign(world, version, "employer")
    assert "Nobody is waiting" in page(client, world, "admin", "waiting", kind="signature")


def test_a_provider_builds_its_form_from_sections(client, world: World):
    shown = page(client, world, "admin", "progress-review-form")
    assert 'value="Learning support"' in shown
    sent = {"rows": "11", "csrfmiddlewaretoken": ""}
    from programme.reviewing.sections import usual

    for number, section in enumerate(usual(), start=1):
        sent |= {f"key_{number}": section.key, f"title_{number}": section.title, f"help_{number}": section.help}
        sent |= {f"place_{number}": str(number)}
    sent |= {"key_11": "", "title_11": "Next steps", "help_11": "", "place_11": "1", "required_11": "on"}
    client.post(reverse("pages:progress-review-form"), sent)
    made = ReviewTemplate.objects.get()
    assert [one["title"] for one in made.sections][:2] == ["Off-the-job training and evidence", "Next steps"]
    refused = client.post(reverse("pages:progress-review-form"), sent | {"title_3": ""})
    assert refused.status_code == 422
    assert "cannot be left out" in refused.content.decode()


def test_a_cohort_reviewed_on_one_day_is_pointed_out_to_whoever_oversees_the_provider(client, world: World):
    assert "An audit would ask" not in page(client, world, "admin", "progress-reviews")
    _review_a_cohort(world, 3)
    for who in ("admin", "iqa"):
        shown = page(client, world, who, "progress-reviews")
        assert "An audit would ask about these days" in shown
        assert "3 reviews of Test occupation" in shown
    assert "An audit would ask" not in page(client, world, "assessor", "progress-reviews")


def _review_a_cohort(world: World, count: int) -> None:
    for number in range(count):
        learner = enrolling.enrol(
            apprenticeship_id=uuid4(),
            provider=world.provider,
            standard_version=world.version,
            apprentice=person(f"cohort{number}_{uuid4().hex[:6]}"),
            employer=world.employer,
            started_on=clock.today() - timedelta(days=200),
            planned_end_on=clock.today() + timedelta(days=200),
            by=acting(world.admin),
        )
        enrolling.assign(learner.pk, acting(world.admin), assessor=world.assessor, reason="Theirs.")
        review = plan(world, of=learner)
        workflow.hold_review(review.pk, acting(world.assessor), revision=0, words=words())


def test_the_list_says_of_each_learner_what_their_own_page_says(world: World):
    """Thousands are counted and put in order from less than a page shows of one."""
    issue(world)
    _review_a_cohort(world, 3)
    world.on_break()
    rows = Apprenticeship.objects.filter(apprentice__email__startswith="cohort").order_by("apprentice__email")
    workflow.set_review_rhythm(
        rows[0].pk, acting(world.assessor), months=2, agreed_with="Mentor", reason="Taught in blocks."
    )
    Apprenticeship.objects.filter(pk=rows[1].pk).update(started_on=clock.today() - timedelta(days=700))
    dues = dues_seen_by(acting(world.admin))
    places = places_seen_by(acting(world.admin))
    assert {one.apprenticeship: one for one in dues} == {
        place.apprenticeship: Due(place.apprenticeship, place.due_on, place.how_due, place.prepared is not None)
        for place in places
    }
    days = [one.due_on or date.max for one in dues]
    assert days == sorted(days)
    assert len({*days}) > 1
    backwards = [one.apprenticeship for one in reversed(dues)]
    assert [place.apprenticeship for place in places_among(acting(world.admin), backwards)] == backwards


def test_pages_ask_no_more_for_many_reviews_than_for_one(client, world: World):
    issue(world)
    client.force_login(world.admin)
    lists = [
        reverse("pages:progress-reviews") + "?show=all",
        reverse("pages:learner-reviews", args=[world.apprenticeship.pk]),
        reverse("pages:waiting") + "?kind=signature",
        reverse("pages:progress-review", args=[ProgressReview.objects.get().pk]),
    ]
    before = [query_count(client, where) for where in lists]
    _review_a_cohort(world, 3)
    for _time in range(2):
        issue(world)
    assert [query_count(client, where) for where in lists] == before
    assert max(before) <= 20, before


def test_the_form_of_a_review_runs_no_more_statements_after_many_reviews(client, world: World):
    """It reads the learner, their plan and the review before once each."""
    issue(world)
    client.force_login(world.assessor)
    second = plan(world)
    before = query_count(client, reverse("pages:progress-review-write", args=[second.pk]))
    issue(world, second)
    issue(world)
    fourth = plan(world)
    assert query_count(client, reverse("pages:progress-review-write", args=[fourth.pk])) == before <= 12


def test_a_trainer_sees_and_holds_the_reviews_of_their_learners(client, world: World):
    trainer = person("trainer", (world.provider, Role.TRAINER))
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), trainer=trainer, reason="They teach.")
    review = plan(world)
    client.force_login(trainer)
    assert client.get(reverse("pages:progress-review-write", args=[review.pk])).status_code == 200
