"""Places in files that show a KSB: marking, taking away, freezing with what is submitted, and showing them."""

from uuid import uuid4

import pytest
from django.urls import reverse

from assessments import workflow as assessing
from audit.models import Entry
from core.errors import Incomplete, NotAllowed, OutOfTurn
from portfolios import workflow
from portfolios.markers import milliseconds, time_in_words
from portfolios.models import EvidenceFile, FileText, Marker, Rendition
from tests.factories.files import make_mp3, make_pdf, make_png, make_text
from tests.world import OWN_WORK, acting

SPAN = {"starts_ms": 192_000, "ends_ms": 280_000}
REGION = {"left": 1000, "top": 2000, "width": 3000, "height": 2500}


@pytest.fixture
def recording(world):
    file = workflow.add_file(world.draft("K1").pk, acting(world.apprentice), make_mp3("interview.mp3"))
    EvidenceFile.objects.filter(pk=file.pk).update(duration_ms=600_000, processing="done")
    return file


@pytest.fixture
def apprentice(client, world):
    client.force_login(world.apprentice)
    return client


def mark(world, file, code="K1", **place):
    return workflow.add_marker(
        file.pk,
        acting(world.apprentice),
        marker_id=uuid4(),
        ksb_id=world.ksb(code).pk,
        note="The question",
        **place,
    )


@pytest.mark.parametrize(
    ("text", "time"),
    [("3:12", 192_000), ("0:00", 0), ("1:02:03", 3_723_000), ("75", 75_000), ("3:12.5", 192_500), ("90:00", 5_400_000)],
)
def test_a_time_is_read_as_people_write_it(text, time):
    assert milliseconds(text) == time


@pytest.mark.parametrize("text", ["", "three", "3:75", "3:1", "-3:00", "1:75:00", "99999999", "٣:١٢x", "3:12:"])
def test_what_is_no_time_is_not_taken_for_one(text):
    assert milliseconds(text) is None


def test_times_are_shown_as_a_player_shows_them():
    assert [time_in_words(ms) for ms in (0, 192_999, 3_723_000)] == ["00:00", "03:12", "1:02:03"]


def test_a_span_of_a_recording_is_marked_on_its_page_and_plays_from_there(apprentice, world, recording):
    answer = apprentice.post(
        reverse("pages:marker-add", args=[recording.pk]),
        {
            "token": str(uuid4()),
            "ksb": str(world.ksb("S1").pk),
            "starts": "3:12",
            "ends": "4:40",
            "note": "The question",
        },
        follow=True,
    )
    page = answer.content.decode()
    assert "03:12–04:40" in page
    assert "#t=192,280" in page
    marker = Marker.objects.get()
    assert (marker.ksb.code, marker.starts_ms, marker.ends_ms) == ("S1", 192_000, 280_000)


def test_a_form_sent_twice_marks_once(world, recording):
    token = uuid4()
    for _ in range(2):
        workflow.add_marker(
            recording.pk, acting(world.apprentice), marker_id=token, ksb_id=world.ksb("K1").pk, note="", **SPAN
        )
    assert Marker.objects.count() == 1
    assert Entry.objects.filter(action="marker.added").count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"starts": "soon"}, "Give a time in minutes and seconds"),
        ({"starts": "4:40", "ends": "3:12"}, "The end must be after the start."),
        ({"starts": "50:00"}, "The recording ends before that."),
        ({"starts": "3:12", "ksb": ""}, "Choose one."),
        ({}, "Fill this in."),
        ({"starts": "3:12", "note": "x" * 301}, "Use 300 characters or fewer. You have used 301."),
    ],
)
def test_a_place_that_cannot_be_is_refused_by_the_field_and_nothing_typed_is_lost(
    apprentice, world, recording, sent, said
):
    answer = apprentice.post(
        reverse("pages:marker-add", args=[recording.pk]),
        {"token": str(uuid4()), "ksb": str(world.ksb("K1").pk), "note": "My words"} | sent,
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert sent.get("note", "My words") in answer.content.decode()
    assert not Marker.objects.exists()


def test_a_region_of_a_picture_is_drawn_over_it(apprentice, world):
    file = workflow.add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    mark(world, file, **REGION)
    page = apprentice.get(reverse("pages:file-page", args=[file.pk])).content.decode()
    assert '<rect x="1000" y="2000" width="3000" height="2500"/>' in page
    assert "region" in page


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"left": 9000, "top": 0, "width": 2000, "height": 10},
        {"left": 1, "top": 1, "width": 0, "height": 5},
        {"left": 5},
    ],
)
def test_a_region_outside_the_picture_is_refused(world, place):
    file = workflow.add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    with pytest.raises(Incomplete):
        mark(world, file, **place)


def test_a_page_that_the_file_has_not_is_refused(world):
    file = workflow.add_file(world.draft("K1").pk, acting(world.apprentice), make_pdf())
    EvidenceFile.objects.filter(pk=file.pk).update(page_count=2)
    mark(world, file, page=2)
    with pytest.raises(Incomplete):
        mark(world, file, page=3)


def test_a_ksb_of_another_standard_is_not_marked(world, recording):
    from tests.world import make_version

    other = make_version("ST9002").ksbs.first()
    with pytest.raises(Incomplete):
        workflow.add_marker(recording.pk, acting(world.apprentice), marker_id=uuid4(), ksb_id=other.pk, note="", **SPAN)


def test_nobody_else_marks_an_apprentices_file(world, recording):
    with pytest.raises(NotAllowed):
        workflow.add_marker(
            recording.pk, acting(world.assessor), marker_id=uuid4(), ksb_id=world.ksb("K1").pk, note="", **SPAN
        )


def test_what_is_with_the_assessor_is_no_longer_marked(world, recording):
    marker = mark(world, recording, **SPAN)
    assessing.submit(recording.evidence_id, acting(world.apprentice), OWN_WORK)
    with pytest.raises(OutOfTurn):
        mark(world, recording, starts_ms=1)
    with pytest.raises(OutOfTurn):
        workflow.remove_marker(marker.pk, acting(world.apprentice))
    with pytest.raises(OutOfTurn):
        workflow.set_transcript(recording.pk, acting(world.apprentice), "Other words")


def test_the_assessor_plays_a_marked_place_from_the_claim(client, world, recording):
    mark(world, recording, **SPAN)
    workflow.set_transcript(recording.pk, acting(world.apprentice), "Good morning, Fable Logistics.")
    submission = assessing.submit(recording.evidence_id, acting(world.apprentice), OWN_WORK)
    client.force_login(world.assessor)
    for page in (
        client.get(reverse("pages:review", args=[submission.pk])),
        client.get(reverse("pages:evidence", args=[recording.evidence_id])),
    ):
        text = page.content.decode()
        assert "03:12–04:40" in text
        assert "Good morning, Fable Logistics." in text
        assert f'data-file="{recording.pk}"' in text


def test_what_was_submitted_keeps_its_places_when_they_are_taken_away_later(world, recording):
    marker = mark(world, recording, **SPAN)
    submission = assessing.submit(recording.evidence_id, acting(world.apprentice), OWN_WORK)
    world.judge(submission, {"K1": "not_yet"})
    workflow.remove_marker(marker.pk, acting(world.apprentice))
    workflow.remove_marker(marker.pk, acting(world.apprentice)) if Marker.objects.filter(
        pk=marker.pk
    ).exists() else None
    submission.snapshot.refresh_from_db()
    assert [(one["ksb"], one["starts_ms"]) for one in submission.snapshot.content["markers"]] == [("K1", 192_000)]


def test_a_transcript_that_is_too_long_is_refused_and_kept_in_the_form(apprentice, world, recording):
    answer = apprentice.post(reverse("pages:transcript", args=[recording.pk]), {"transcript": "word " * 10_001})
    assert answer.status_code == 422
    assert "word word" in answer.content.decode()


def test_pages_and_text_are_shown_in_place(apprentice, world):
    piece = world.draft("K1")
    document = workflow.add_file(piece.pk, acting(world.apprentice), make_pdf())
    for number in (1, 2):
        Rendition.objects.create(
            file=document,
            kind="page",
            number=number,
            stored=f"renditions/{number}",
            content_type="image/webp",
            size_bytes=1,
            width=1000,
            height=1400,
        )
    words = workflow.add_file(piece.pk, acting(world.apprentice), make_text())
    FileText.objects.update_or_create(file=words, defaults={"words": "Line one <script>"})
    page = apprentice.get(reverse("pages:evidence", args=[piece.pk])).content.decode()
    assert "Page 2 of 2" in page
    assert "Line one &lt;script&gt;" in page


def test_an_infected_file_is_not_shown_to_anybody(apprentice, world, recording):
    EvidenceFile.objects.filter(pk=recording.pk).update(scan="infected")
    page = apprentice.get(reverse("pages:evidence", args=[recording.evidence_id])).content.decode()
    assert "failed the virus check" in page
    assert "<audio" not in page


def test_a_page_that_is_marked_whole_is_named_and_no_region_is_drawn_on_it(apprentice, world):
    file = workflow.add_file(world.draft("K1").pk, acting(world.apprentice), make_pdf("notes.pdf"))
    EvidenceFile.objects.filter(pk=file.pk).update(page_count=1, processing="done")
    Rendition.objects.create(
        file=file, kind="page", stored="renditions/p1", content_type="image/jpeg", size_bytes=9, width=700, height=990
    )
    mark(world, file, page=1)
    page = apprentice.get(reverse("pages:file-page", args=[file.pk])).content.decode()
    assert page.count(">page 1<") == 1
    assert "viewer-regions" not in page
    mark(world, file, page=1, **REGION)
    assert apprentice.get(reverse("pages:file-page", args=[file.pk])).content.decode().count("viewer-regions") == 1


@pytest.mark.parametrize("person", ["apprentice", "assessor"])
def test_why_a_file_is_not_opened_is_said_once(client, world, person):
    piece = world.draft("K1", title="With a file")
    workflow.add_file(piece.pk, acting(world.apprentice), make_png())
    assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK)
    EvidenceFile.objects.filter(evidence=piece).update(scan="infected", processing="done")
    client.force_login(getattr(world, person))
    page = client.get(reverse("pages:evidence", args=[piece.pk])).content.decode()
    assert page.count("failed the virus check") == 1
