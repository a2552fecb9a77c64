"""The demo as it stands once it is made: seeded once, since nothing here changes it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.models import Membership, Role, User
from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from assessments.likeness.models import Investigation
from assessments.models import Submission
from audit.models import Entry
from core import clock
from demo import cast
from portfolios.models import Evidence, EvidenceFile, Quarantine
from reports.retention.models import LegalHold
from reports.retention.policy import due
from signing.models import Link, LinkState, state_of


def progress_of(email: str) -> list[str]:
    rows = KsbProgress.objects.unscoped().filter(apprenticeship__apprentice__email=email)
    return list(rows.values_list("state", flat=True))


def test_everybody_of_the_one_click_list_is_there(seeded: None) -> None:
    names = dict(User.objects.values_list("email", "name"))
    assert {person.email: person.name for person in cast.PEOPLE}.items() <= names.items()
    for person in cast.PEOPLE:
        assert User.objects.get(email=person.email).check_password(settings.DEMO_PASSWORD)


def test_as_many_apprentices_as_asked_for_are_at_the_provider(seeded: None) -> None:
    at_demo = Apprenticeship.objects.unscoped().filter(provider__ukprn=cast.DEMO.ukprn)
    today = at_demo.exclude(started_on__lt=clock.today() - timedelta(days=2_000))
    assert set(today.values_list("apprentice__name", flat=True)) == {story.name for story in cast.STORIES[:4]}
    # Of long ago there are two, whose records are due; one of them is on hold.
    old = set(at_demo.values_list("pk", flat=True)) - set(today.values_list("pk", flat=True))
    assert {one.pk for one in due(at_demo[0].provider_id)} == old
    assert LegalHold.objects.unscoped().standing().get().apprenticeship_id in old
    assert Apprenticeship.objects.unscoped().filter(provider__ukprn=cast.OTHER.ukprn).count() == 2


def test_the_first_apprentice_has_ksbs_in_every_state(seeded: None) -> None:
    assert set(progress_of(cast.STORIES[0].email)) == set(KsbState.values)


def test_english_and_maths_are_known_of_whoever_has_been_there_for_weeks(seeded: None) -> None:
    for story in cast.STORIES[:4]:
        learner = Apprenticeship.objects.unscoped().get(apprentice__email=story.email)
        assert learner.date_of_birth
        assert learner.attainments.unscoped().count() == (2 if story.started > 40 else 0), story.name


def test_each_apprentice_has_as_many_signed_off_as_their_story_says(seeded: None) -> None:
    for story in (*cast.STORIES[:4], *cast.OTHER_STORIES):
        assert progress_of(story.email).count(KsbState.SIGNED_OFF) == story.signed, story.name


def test_submissions_wait_as_long_as_the_story_says(seeded: None) -> None:
    for story in cast.STORIES[:4]:
        waiting = Submission.objects.unscoped().waiting().filter(evidence__apprenticeship__apprentice__name=story.name)
        days = sorted((clock.now() - submission.submitted_at) / timedelta(days=1) for submission in waiting)
        assert days == pytest.approx(sorted(story.waiting), abs=1), story.name


def test_some_pieces_are_shown_first_and_some_files_have_places_and_transcripts(seeded: None) -> None:
    own = Evidence.objects.unscoped().filter(apprenticeship__apprentice__email=cast.STORIES[0].email)
    assert own.filter(is_showcase=True).exists()
    assert len(set(own.values_list("kind", flat=True))) > 2
    files = EvidenceFile.objects.unscoped().filter(evidence__in=own)
    assert files.filter(markers__starts_ms__isnull=False).exclude(transcript="").exists()
    assert files.filter(markers__left__isnull=False).exists()


def test_an_investigation_and_a_hidden_file_wait_and_two_admins_can_act_together(seeded: None) -> None:
    investigation = Investigation.objects.unscoped().get(end=None)
    hidden = Quarantine.objects.unscoped().standing().get()
    for learner in (investigation.apprenticeship, hidden.evidence.apprenticeship):
        assert learner.apprentice.email != cast.STORIES[0].email
    admins = Membership.objects.live().filter(role=Role.PROVIDER_ADMIN, organisation__ukprn=cast.DEMO.ukprn)
    assert set(admins.values_list("user__email", flat=True)) == {cast.ADMIN, cast.SECOND_ADMIN}


def test_the_record_rises_in_time_and_ends_before_now(seeded: None) -> None:
    moments = list(Entry.objects.order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] < clock.now()


def test_the_record_and_the_coverage_verify(seeded: None) -> None:
    call_command("verify_audit", stdout=StringIO())
    call_command("rebuild_coverage", check=True, stdout=StringIO())


def test_every_file_is_stored_as_its_row_says(seeded: None) -> None:
    files = list(EvidenceFile.objects.unscoped())
    assert len(files) > 20
    assert [file.content_fault() for file in files if file.content_fault()] == []


def test_a_start_on_what_is_there_changes_nothing_and_says_each_step(seeded: None) -> None:
    before, out = Entry.objects.count(), StringIO()
    call_command("prepare_demo", stdout=out)
    assert Entry.objects.count() == before
    assert "tables of the database" in out.getvalue()
    assert "nothing was changed" in out.getvalue()


def test_a_second_time_adds_nothing_and_prints_who_can_sign_in(seeded: None) -> None:
    entries, out = Entry.objects.count(), StringIO()
    call_command("seed_demo", learners=4, stdout=out)
    assert Entry.objects.count() == entries
    assert "nothing was changed" in out.getvalue()
    for person in cast.PEOPLE:
        assert person.email in out.getvalue()
    assert settings.DEMO_PASSWORD in out.getvalue()


def test_the_first_apprentice_has_a_confirmation_asked_for_one_declined_and_one_made(seeded: None) -> None:
    links = Link.objects.unscoped().filter(apprenticeship__apprentice__email=cast.STORIES[0].email)
    states = {link.purpose: state_of(link) for link in links.select_related("signature")}
    assert states == {"witness": LinkState.WAITING, "expert": LinkState.DECLINED, "employer": LinkState.SIGNED}
