"""Spoken feedback: kept with the unfinished review, sent with it, heard beside what is written."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from assessments import workflow as assessing
from assessments.models import VoiceDraft, VoiceNote
from assessments.voice import processing, workflow
from audit.verification import verify
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from files import storing
from tests.assessments.voice import SAID, recorded, spoken
from tests.factories.files import make_mp3, make_ogg, make_png
from tests.reports.pack.packing import asked, bytes_of, choose
from tests.world import World, acting, claim_words, feedback_form

pytestmark = pytest.mark.django_db

MET = {"K1": claim_words("met")}


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path) -> None:
    backend = "files.storing.DurableFileSystemStorage"
    options = {"location": tmp_path / "files", "base_url": None, "file_permissions_mode": 0o600}
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": backend, "OPTIONS": options}}


def signed_in(person) -> Client:  # type: ignore[no-untyped-def]
    client = Client()
    client.force_login(person)
    return client


def stored_count() -> int:
    folders = default_storage.listdir("voice")[0] if default_storage.exists("voice") else []
    return sum(len(default_storage.listdir(f"voice/{folder}")[1]) for folder in folders)


def test_a_recording_is_cleaned_and_measured_before_it_can_be_sent(world: World, django_capture_on_commit_callbacks):
    submission = world.submitted("K1")
    with django_capture_on_commit_callbacks(execute=False):
        draft = workflow.record_voice(submission.pk, acting(world.assessor), make_mp3())
    workflow.write_words(submission.pk, acting(world.assessor), SAID)
    with pytest.raises(OutOfTurn, match="still being checked"):
        assessing.finish_review(submission.pk, acting(world.assessor), MET)
    before = draft.sha256
    processing.prepare(draft.pk)
    processing.prepare(draft.pk)
    draft.refresh_from_db()
    assert draft.state == VoiceDraft.State.READY
    assert draft.duration_ms
    assert draft.sha256 != before
    assert storing.content_fault(draft.stored, draft.size_bytes, draft.sha256) is None
    assert stored_count() == 1


def test_what_is_no_recording_is_refused_with_words(world: World):
    submission = world.submitted("K1")
    with pytest.raises(Incomplete, match="recording of your voice"):
        workflow.record_voice(submission.pk, acting(world.assessor), make_png())
    answer = signed_in(world.assessor).post(
        reverse("pages:voice", args=[submission.pk]), {"voice": make_png("photo.png"), "part": "1"}
    )
    assert (answer.status_code, "recording of your voice" in answer.content.decode()) == (422, True)
    assert not stored_count()


def test_it_has_to_be_there_in_writing_before_the_review_is_finished(world: World):
    submission = world.submitted("K1")
    recorded(world, submission, words="")
    with pytest.raises(Incomplete, match="what your voice note says"):
        assessing.finish_review(submission.pk, acting(world.assessor), MET)
    assessing.finish_review(submission.pk, acting(world.assessor), MET, voice_words=SAID)
    with pytest.raises(OutOfTurn, match="already finished"):
        workflow.write_words(submission.pk, acting(world.assessor), "Something else.")


def test_a_voice_note_takes_the_place_of_no_written_sentence(world: World):
    submission = world.submitted("K1")
    recorded(world, submission)
    with pytest.raises(Incomplete, match="Say what is missing for K1"):
        assessing.finish_review(submission.pk, acting(world.assessor), {"K1": claim_words("not_yet")})


def test_until_it_is_sent_its_assessor_alone_hears_it_and_then_everybody_who_sees_the_piece(world: World):
    submission = world.submitted("K1")
    recorded(world, submission)
    place = reverse("pages:voice", args=[submission.pk])
    people = {
        who: signed_in(world.people[who]) for who in ("apprentice", "assessor", "iqa", "mentor", "second_apprentice")
    }
    heard = {who: client.get(place).status_code for who, client in people.items()}
    assert heard == {"apprentice": 404, "assessor": 200, "iqa": 404, "mentor": 404, "second_apprentice": 404}
    world.judge(submission, {"K1": "met"})
    heard = {who: client.get(place).status_code for who, client in people.items()}
    assert heard == {"apprentice": 200, "assessor": 200, "iqa": 200, "mentor": 200, "second_apprentice": 404}
    note = VoiceNote.objects.unscoped().get()
    assert (note.by, note.words) == (world.assessor, SAID)
    assert not VoiceDraft.objects.unscoped().exists()
    assert not list(verify())


def test_the_apprentice_hears_it_beside_the_written_feedback(world: World):
    submission = world.submitted("K1")
    recorded(world, submission)
    world.judge(submission, {"K1": "not_yet"})
    place = reverse("pages:voice", args=[submission.pk])
    for page, key in (("pages:evidence", submission.evidence_id), ("pages:review", submission.pk)):
        html = signed_in(world.apprentice).get(reverse(page, args=[key])).content.decode()
        assert html.count(f'src="{place}"') == 1, page
        assert SAID in html


def test_nobody_but_the_assessor_records_one(world: World):
    submission = world.submitted("K1")
    for who in ("apprentice", "second_assessor", "iqa", "admin"):
        with pytest.raises(NotAllowed):
            recorded(world, submission, by=world.people[who])
    assert not stored_count()


def test_recording_again_replaces_it_and_removing_it_leaves_nothing(world: World, django_capture_on_commit_callbacks):
    submission = world.submitted("K1")
    with django_capture_on_commit_callbacks(execute=True):
        recorded(world, submission)
        recorded(world, submission)
    assert stored_count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        workflow.remove_voice(submission.pk, acting(world.assessor))
    assert not stored_count()
    assert not VoiceDraft.objects.unscoped().exists()


def test_an_undone_review_keeps_its_voice_note(world: World):
    submission = world.submitted("K1")
    recorded(world, submission)
    world.finish(submission, {"K1": "met"})
    assessing.undo_finish(submission.pk, acting(world.assessor))
    assert VoiceDraft.objects.unscoped().get().words == SAID


def test_the_review_page_takes_a_recording_without_scripts_and_keeps_what_it_says(world: World):
    submission = world.submitted("K1")
    client = signed_in(world.assessor)
    place, review = reverse("pages:voice", args=[submission.pk]), reverse("pages:review", args=[submission.pk])
    assert client.post(place, {"voice": make_ogg()}).url == review
    VoiceDraft.objects.unscoped().update(state="ready")
    assert f'src="{place}"' in client.get(review).content.decode()
    finish = {"outcome_K1": "met", **feedback_form("K1"), "voice_words": ""}
    refused = client.post(reverse("pages:review-finish", args=[submission.pk]), finish)
    assert (refused.status_code, "what your voice note says" in refused.content.decode()) == (422, True)
    done = client.post(reverse("pages:review-finish", args=[submission.pk]), finish | {"voice_words": SAID})
    assert done.status_code == 302
    assert client.get(f"{place}?part=1").status_code == 200


def test_spoken_feedback_is_in_the_pack(world: World):
    submission = spoken(world)
    choose(world, submission.evidence_id)
    pack = asked(world)
    with zipfile.ZipFile(io.BytesIO(bytes_of(pack))) as archive:
        found = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    piece = json.loads(next(text for name, text in found.items() if name.endswith("/piece.json")))
    note = piece["rounds"][0]["voice_note"]
    assert note["words"] == SAID
    assert note["path"] in found
    assert "stored" not in note
    page = next(text.decode() for name, text in found.items() if name.endswith("/piece.html"))
    assert "feedback-round-1.ogg" in page


def test_a_recording_that_no_row_names_is_swept(world: World):
    submission = world.submitted("K1")
    draft = recorded(world, submission)
    VoiceDraft.objects.unscoped().filter(pk=draft.pk)._raw_delete("default")
    assert processing.sweep() == 0
    with clock.at(clock.now() + timedelta(hours=3)):
        assert processing.sweep() == 1
    assert not stored_count()
