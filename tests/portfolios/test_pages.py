"""Apprentice's pages, as a browser meets them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Invitation, User
from apprenticeships.models import KsbProgress
from apprenticeships.workflow import assign, enrol
from assessments.workflow import submit, take_back
from audit.models import Entry
from core import clock
from portfolios.models import Evidence, EvidenceFile
from portfolios.processing.preparing import prepare
from portfolios.workflow import add_file, set_transcript
from tests.factories.files import make_png, make_text, make_wav
from tests.mail import delivered
from tests.queries import query_count
from tests.world import OWN_WORK, acting, make_version


@pytest.fixture
def apprentice(client, world):
    client.force_login(world.apprentice)
    return client


def form(world, **changes):
    return {
        "token": str(uuid4()),
        "title": "Advert",
        "narrative": "I wrote it.",
        "happened_on": clock.today().isoformat(),
        "claim_K1": "on",
        "why_K1": "It shows K1.",
    } | changes


def new_url(world):
    return reverse("pages:evidence-new", args=[world.apprenticeship.pk])


def test_the_coverage_page_shows_every_ksb_and_the_counts(apprentice, world):
    world.signed_off("K1")
    page = apprentice.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).content.decode()
    for code in ("K1", "K2", "S1", "S2", "B1"):
        assert reverse("pages:ksb", args=[world.apprenticeship.pk, code]) in page
    assert "1 of 5 KSBs signed off (20%)" in page


def test_the_first_page_of_an_apprentice_spells_out_what_ksb_means(apprentice, world):
    page = apprentice.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).content.decode()
    assert "Knowledge, skills and behaviours (KSBs)" in page


@pytest.mark.parametrize("place", ["new", "offline"])
def test_hard_words_for_a_kind_of_evidence_have_plain_ones_beside_them(apprentice, world, place):
    page = apprentice.get(new_url(world) if place == "new" else reverse("pages:offline")).content.decode()
    assert "Reflective account (my thoughts on it)" in page
    assert "Witness testimony (someone who saw it)" in page


@pytest.mark.parametrize("who", ["apprentice", "assessor", "mentor", "admin"])
def test_everybody_who_may_see_it_sees_the_same_coverage(client, world, who):
    world.judged({"K1": "met", "S1": "not_yet"})
    client.force_login(world.people[who])
    page = client.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).content.decode()
    assert page.count("/ksbs/") >= 5
    assert "Needs work" in page


def test_a_draft_is_saved_with_its_file_and_claims(apprentice, world):
    answer = apprentice.post(new_url(world), form(world, files=[make_png("whiteboard.png")], save="1"))
    piece = Evidence.objects.get()
    assert answer.url == reverse("pages:evidence-edit", args=[piece.pk])
    assert piece.state == "draft"
    assert piece.files.get().name == "whiteboard.png"
    assert piece.claims.get().justification == "It shows K1."
    page = apprentice.get(answer.url).content.decode()
    assert "whiteboard.png" in page
    assert "It shows K1." in page


def test_a_double_click_on_save_makes_one_draft(apprentice, world):
    sent = form(world, save="1")
    for _ in range(2):
        assert apprentice.post(new_url(world), sent).status_code == 302
    assert Evidence.objects.count() == 1


def test_a_refused_date_keeps_the_words_and_the_files(apprentice, world):
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    answer = apprentice.post(new_url(world), form(world, happened_on=tomorrow, narrative="Precious words.", save="1"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Precious words." in page
    assert "The date is in the future" in page
    assert 'href="#id_happened_on"' in page


def test_an_unreadable_date_still_saves_the_rest_and_the_files(apprentice, world):
    answer = apprentice.post(new_url(world), form(world, happened_on="soon", files=[make_png()], save="1"))
    assert answer.status_code == 422
    assert "such as 3 March 2026" in answer.content.decode()
    assert EvidenceFile.objects.count() == 1


def test_a_refused_file_is_named_and_the_good_one_stays(apprentice, world):
    bad = SimpleUploadedFile("virus.exe", b"MZ\x90\x00" * 20, "image/png")
    answer = apprentice.post(new_url(world), form(world, files=[make_png("good.png"), bad], save="1"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "virus.exe" in page
    assert EvidenceFile.objects.get().name == "good.png"


def test_a_form_refused_for_its_file_goes_on_when_it_is_sent_again(apprentice, world):
    bad = SimpleUploadedFile("virus.exe", b"MZ", "image/png")
    apprentice.post(new_url(world), form(world, files=[bad], save="1"))
    piece = Evidence.objects.get()
    again = form(world, revision=piece.revision, narrative="Better words.", save="1")
    assert apprentice.post(reverse("pages:evidence-edit", args=[piece.pk]), again).status_code == 302
    piece.refresh_from_db()
    assert piece.narrative == "Better words."


def test_a_stale_form_shows_both_texts(apprentice, world):
    piece = world.draft("K1")
    url = reverse("pages:evidence-edit", args=[piece.pk])
    apprentice.post(url, form(world, revision=1, narrative="From my phone.", save="1"))
    answer = apprentice.post(url, form(world, revision=1, narrative="From my laptop.", save="1"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "From my phone." in page
    assert "From my laptop." in page
    assert Evidence.objects.get().narrative == "From my phone."


def test_a_file_that_is_too_large_is_named_with_the_limit(apprentice, world):
    large = SimpleUploadedFile("holiday.mp4", b"\x00" * (1024 * 1024 + 1), "video/mp4")
    answer = apprentice.post(new_url(world), form(world, files=[large], save="1"))
    assert answer.status_code == 422
    assert "“holiday.mp4” is larger than 1 MB" in answer.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x" * 201},
        {"narrative": "x" * 20_001},
        {"title": "a\x00b"},
        {"happened_on": "0000-00-00"},
        {"happened_on": "99999-01-01"},
        {"token": "not a token"},
        {"revision": "99999999999999999999"},
        {"why_K1": "x" * 2_001},
    ],
)
def test_no_input_however_odd_is_a_server_error(apprentice, world, change):
    assert apprentice.post(new_url(world), form(world, save="1", **change)).status_code == 422
    piece = world.draft("K2")
    url = reverse("pages:evidence-edit", args=[piece.pk])
    assert apprentice.post(url, form(world, save="1", **({"revision": "1"} | change))).status_code in {302, 409, 422}


def test_a_file_is_served_to_who_may_see_it_and_to_nobody_else(client, world):
    submission = world.submitted("K1")
    take_back(submission.pk, acting(world.apprentice))
    file = add_file(submission.evidence_id, acting(world.apprentice), make_png("board.png"))
    url = reverse("pages:file", args=[file.pk])
    client.force_login(world.assessor)
    assert client.get(url).status_code == 404
    submit(submission.evidence_id, acting(world.apprentice), OWN_WORK)
    assert client.get(url).status_code == 409
    prepare(file.pk)
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    client.force_login(world.other_assessor)
    assert client.get(url).status_code == 404


def test_the_coverage_page_asks_the_same_number_of_queries_at_any_size(client, world):
    world.judged({"K1": "not_yet"})
    large = enrol(
        apprenticeship_id=uuid4(),
        provider=world.provider,
        standard_version=make_version("ST9003", 25, 25, 12),
        apprentice=world.stranger,
        employer=None,
        started_on=clock.today(),
        planned_end_on=clock.today() + timedelta(days=400),
        by=acting(world.admin),
    )
    assign(large.pk, acting(world.admin), assessor=world.assessor, reason="They take over.")
    client.force_login(world.assessor)
    counts = {
        query_count(client, reverse("pages:coverage", args=[apprenticeship.pk]))
        for apprenticeship in (world.apprenticeship, large)
    }
    assert len(counts) == 1
    assert counts.pop() <= 14


def test_enrolling_makes_the_record_and_invites(client, world):
    client.force_login(world.admin)
    answer = client.post(
        reverse("pages:enrol"),
        {
            "token": str(uuid4()),
            "name": "Nina Newcomer",
            "email": "nina@example.test",
            "standard_version": str(world.version.pk),
            "started_on": "2026-09-01",
            "planned_end_on": "2027-12-01",
            "employer": str(world.employer.pk),
            "assessor": str(world.assessor.pk),
        },
    )
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    assert "Nina Newcomer" in page
    assert KsbProgress.objects.filter(apprenticeship__apprentice__name="Nina Newcomer").count() == 5
    assert [mail.to for mail in delivered()] == [["nina@example.test"]]


@pytest.mark.parametrize(("field", "value"), [("name", "Nina\u202e"), ("new_employer", "Some\u2066where")])
def test_a_hidden_character_in_a_name_is_refused_by_its_field(client, world, field, value):
    client.force_login(world.admin)
    form = {
        "token": str(uuid4()),
        "name": "علی\u200cرضا",
        "email": "nina@example.test",
        "standard_version": str(world.version.pk),
        "started_on": "2026-09-01",
        "planned_end_on": "2027-12-01",
        "new_employer": "کارگاه\u200cها (made up)",
    }
    answer = client.post(reverse("pages:enrol"), form | {field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert client.post(reverse("pages:enrol"), form).status_code == 302
    assert User.objects.filter(name="علی\u200cرضا").exists()


def test_an_enrolment_that_ends_before_it_starts_is_refused_by_the_field(client, world):
    client.force_login(world.admin)
    answer = client.post(
        reverse("pages:enrol"),
        {
            "token": str(uuid4()),
            "name": "Nina Newcomer",
            "email": "nina@example.test",
            "standard_version": str(world.version.pk),
            "started_on": "2026-09-01",
            "planned_end_on": "2026-08-01",
            "new_employer": "Somewhere (made up)",
        },
    )
    assert answer.status_code == 422
    assert "The planned end date must be after the start date." in answer.content.decode()


def test_each_file_that_a_viewer_opens_is_on_the_record(client, world):
    file = add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    prepare(file.pk)
    for who, traces in (("assessor", 0), ("viewer", 1)):
        client.force_login(world.people[who])
        client.get(reverse("pages:file", args=[file.pk]))
        assert Entry.objects.filter(action="evidence_file.opened").count() == traces


def test_a_viewer_who_opens_a_page_of_a_file_leaves_a_trace_as_well(client, world):
    file = add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    prepare(file.pk)
    client.force_login(world.viewer)
    client.get(reverse("pages:rendition", args=[file.renditions.first().pk]))
    assert Entry.objects.filter(action="evidence_file.opened", subject=str(file.pk)).count() == 1


def test_many_ranges_and_pictures_of_one_file_are_one_opening(client, world):
    file = add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    prepare(file.pk)
    client.force_login(world.viewer)
    for first in (0, 10, 20):
        client.get(reverse("pages:file", args=[file.pk]), headers={"range": f"bytes={first}-{first + 9}"})
    client.get(reverse("pages:rendition", args=[file.renditions.first().pk]))
    assert Entry.objects.filter(action="evidence_file.opened").count() == 1
    with clock.at(clock.now() + timedelta(hours=2)):
        client.force_login(world.viewer)
        client.get(reverse("pages:file", args=[file.pk]))
    assert Entry.objects.filter(action="evidence_file.opened").count() == 2


def said_in_a_recording(world):
    """A submitted piece with a recording whose transcript stands on its pages."""
    file = add_file(world.draft("K1").pk, acting(world.apprentice), make_wav())
    set_transcript(file.pk, acting(world.apprentice), "The client was content.")
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    return file


def read_in_a_text(world):
    """A submitted piece with a text whose beginning stands on its pages."""
    file = add_file(world.draft("K1").pk, acting(world.apprentice), make_text())
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    prepare(file.pk)
    return file


def pages_that_show(file):
    submission = file.submitted.get().submission
    return {
        "piece": reverse("pages:evidence", args=[file.evidence_id]),
        "file": reverse("pages:file-page", args=[file.pk]),
        "review": reverse("pages:review", args=[submission.pk]),
        "print": reverse("pages:portfolio-print", args=[submission.apprenticeship_id]),
    }


@pytest.mark.parametrize("page", ["piece", "file", "review", "print"])
@pytest.mark.parametrize(
    ("make", "words"),
    [(said_in_a_recording, "The client was content."), (read_in_a_text, "asked two people to read it")],
    ids=["transcript", "text"],
)
def test_a_viewer_who_is_shown_the_words_of_a_file_leaves_a_trace(client, world, make, words, page):
    file = make(world)
    address = pages_that_show(file)[page]
    for who, traces in (("apprentice", 0), ("iqa", 0), ("viewer", 1), ("viewer", 1)):
        client.force_login(world.people[who])
        assert words in client.get(address).content.decode()
        assert Entry.objects.filter(action="evidence_file.opened", subject=str(file.pk)).count() == traces


def test_a_page_with_no_words_of_a_file_leaves_no_trace(client, world):
    file = said_in_a_recording(world)
    client.force_login(world.viewer)
    client.get(reverse("pages:evidence-list", args=[world.apprenticeship.pk]))
    client.get(reverse("pages:evidence-versions", args=[file.evidence_id]))
    assert not Entry.objects.filter(action="evidence_file.opened").exists()


def test_within_the_hour_an_opening_costs_a_viewer_one_statement_more(client, world):
    file = add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    prepare(file.pk)
    thumbnail = reverse("pages:rendition", args=[file.renditions.get(kind="thumbnail").pk])
    statements = {}
    for who in ("iqa", "viewer"):
        client.force_login(world.people[who])
        client.get(thumbnail)
        statements[who] = query_count(client, thumbnail)
    assert statements["viewer"] == statements["iqa"] + 1


def test_a_mentor_is_invited_to_the_apprentices_employer(client, world):
    client.force_login(world.admin)
    url = reverse("pages:assign", args=[world.apprenticeship.pk])
    answer = client.post(url, {"invite-name": "Mo Mentor", "invite-email": "mo@example.test"})
    assert answer.status_code == 302
    invitation = Invitation.objects.get(email="mo@example.test")
    assert (invitation.organisation, invitation.role) == (world.employer, "mentor")
    assert [mail.to for mail in delivered()] == [["mo@example.test"]]


def test_choosing_an_assessor_and_a_mentor_from_the_page(client, world):
    client.force_login(world.admin)
    url = reverse("pages:assign", args=[world.apprenticeship.pk])
    client.post(
        url, {"assessor": str(world.second_assessor.pk), "mentor": str(world.mentor.pk), "reason": "Moved away"}
    )
    page = client.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).content.decode()
    assert "Second Assessor" in page
    assert client.post(url, {"assessor": str(world.iqa.pk)}).status_code == 422
