"""Who is told of progress reviews, and when that is over."""

from datetime import timedelta

import pytest
from django.test import Client

from apprenticeships.models import Apprenticeship
from core import clock
from notifications.due import note_what_is_due
from notifications.models import Notice
from notifications.outbox import read_all
from notifications.sight import still_told
from notifications.words import Told, line_of
from programme import workflow
from programme.models import SignedVersion
from tests.programme.reviewing import issue, review_of, sign
from tests.programme.scanning import hand_in
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def told(world: World, news: str) -> dict[str, bool]:
    """Who was told this, and whether they have nothing more to do about it."""
    rows = Notice.objects.filter(news=news).select_related("person")
    names = {person.pk: name for name, person in world.people.items()}
    return {names[row.person_id]: row.read_at is not None for row in rows}


def test_the_apprentice_and_the_mentor_are_asked_to_sign_until_they_have(world: World):
    version = issue(world)
    read_all()
    assert told(world, "review_to_sign") == {"apprentice": False, "mentor": False}
    sign(world, version, "apprentice")
    read_all()
    assert told(world, "review_to_sign") == {"apprentice": True, "mentor": False}
    [waiting] = Notice.objects.filter(news="review_to_sign", read_at=None).select_related("apprenticeship__apprentice")
    assert still_told(world.mentor, [waiting]) == [waiting]
    sign(world, version, "employer")
    assert still_told(world.mentor, [waiting]) == []


def test_an_apprentice_reads_your_review_and_not_their_own_name(world: World, client: Client):
    issue(world)
    read_all()
    rows = Notice.objects.filter(news="review_to_sign").select_related("person", "apprenticeship__apprentice")
    said = {row.person: line_of(Told.of(row), {}).said for row in rows}
    assert said[world.apprentice] == "Your progress review is waiting for your signature."
    assert said[world.mentor] == f"A progress review of {world.apprentice.name} is waiting for your signature."
    client.force_login(world.apprentice)
    assert "Your progress review is waiting" in client.get("/notices/").content.decode()


def test_a_correction_asks_again_and_the_earlier_request_is_over(world: World):
    version = issue(world)
    read_all()
    issue(world, review_of(version), section_plan="One more day.", reason="A mistake.")
    read_all()
    open_ = Notice.objects.filter(news="review_to_sign", read_at=None)
    assert {notice.subject for notice in open_} == {SignedVersion.objects.filter(about=version.about).last().pk}


def test_whoever_holds_the_reviews_is_told_once_that_one_is_overdue_until_it_is_held(world: World):
    agreed = {"reason": "Training in blocks.", "agreed_with": "Mentor"}
    workflow.set_review_rhythm(world.apprenticeship.pk, acting(world.assessor), months=5, **agreed)
    for _time in range(2):
        note_what_is_due()
    assert told(world, "review_late")["assessor"] is False
    issue(world)
    read_all()
    assert told(world, "review_late")["assessor"] is True


def test_who_has_not_signed_after_seven_days_is_reminded_once(world: World):
    with clock.at(clock.now() - timedelta(days=8)):
        version = issue(world)
        sign(world, version, "apprentice")
    read_all()
    for _day in range(2):
        note_what_is_due()
    assert Notice.objects.filter(news="review_to_sign", person=world.mentor).count() == 2
    assert Notice.objects.filter(news="review_to_sign", person=world.mentor, cause=f"unsigned/{version.pk}").exists()


def test_who_has_begun_lately_and_their_mentor_are_asked_to_rate_skills_until_they_have(world: World):
    note_what_is_due()
    assert told(world, "scan_to_rate") == {}
    begun = clock.today() - timedelta(days=7)
    Apprenticeship.objects.unscoped().filter(pk=world.apprenticeship.pk).update(started_on=begun)
    for _morning in range(2):
        note_what_is_due()
    assert told(world, "scan_to_rate") == {"apprentice": False, "mentor": False}
    rows = Notice.objects.filter(news="scan_to_rate").select_related("apprenticeship__apprentice")
    of = {row.person_id: row for row in rows}
    mine, theirs = of[world.apprentice.pk], of[world.mentor.pk]
    assert still_told(world.apprentice, [mine]) == [mine]
    hand_in(world)
    assert still_told(world.apprentice, [mine]) == []
    assert still_told(world.mentor, [theirs]) == [theirs]
    client = Client()
    client.force_login(world.mentor)
    assert client.get(line_of(Told.of(theirs), {}).path).status_code == 200
