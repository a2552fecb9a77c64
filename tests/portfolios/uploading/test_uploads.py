"""The resumable door: nothing that came is lost, nothing comes twice, and nobody else's door opens."""

import base64
import hashlib
import io
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.urls import reverse

from assessments import workflow as assessing
from audit.models import Entry
from core import clock
from files import spool, storing
from files.http import receiving
from portfolios import workflow
from portfolios.models import Evidence, EvidenceFile, Upload
from tests.factories.files import make_text
from tests.portfolios.tus import PIECE_TYPE, TEXT, TUS, Door, begun, left_behind, metadata, offset, stored_content
from tests.world import OWN_WORK, acting


def test_a_file_sent_in_pieces_is_kept_whole_with_a_receipt(door, sam):
    address = begun(door)
    for start in range(0, len(TEXT), 500):
        answer = door.send(address, start, TEXT[start : start + 500])
        assert answer.status_code == 204
        assert int(answer["Upload-Offset"]) == min(start + 500, len(TEXT))
    receipt = sam.get(address).json()
    file = EvidenceFile.objects.get()
    assert receipt["state"] == "kept"
    assert (receipt["name"], receipt["size_bytes"]) == ("notes.txt", len(TEXT))
    assert receipt["sha256"] == hashlib.sha256(TEXT).hexdigest() == file.sha256
    assert receipt["file"] == reverse("pages:file", args=[file.pk])
    assert receipt["kept_at"]
    assert stored_content() == TEXT
    assert left_behind() == []


def test_the_file_is_in_the_record_once(door):
    door.put("notes.txt", TEXT)
    assert Entry.objects.filter(action="evidence_file.added").count() == 1


def test_a_piece_that_does_not_exist_yet_becomes_an_empty_draft(sam, world):
    door = Door(sam, world.apprenticeship)
    for name in ("a.txt", "b.txt"):
        assert door.put(name, TEXT).status_code == 204
    piece = Evidence.objects.get()
    assert (piece.pk, piece.title, piece.state) == (door.evidence_id, "", "draft")
    assert piece.files.count() == 2


def test_a_refused_announcement_starts_no_draft(sam, world):
    assert Door(sam, world.apprenticeship).announce("setup.exe", 10).status_code == 415
    assert Evidence.objects.count() == 0


def test_what_the_door_can_do_is_told(door):
    answer = door.client.options(door.address)
    assert answer.status_code == 204
    assert answer["Tus-Version"] == answer["Tus-Resumable"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,termination,checksum,expiration"
    assert answer["Tus-Max-Size"] == str(site.EVIDENCE_FILE_MAX_BYTES)


@pytest.mark.parametrize("version", [{}, {"Tus-Resumable": "0.2.2"}])
def test_another_version_of_the_protocol_is_refused(door, version):
    address = begun(door)
    answers = [
        door.client.post(door.address, headers=version),
        door.client.head(address, headers=version),
        door.client.delete(address, headers=version),
        door.client.generic("PATCH", address, b"x", headers=version),
    ]
    assert {answer.status_code for answer in answers} == {412}
    assert {answer["Tus-Version"] for answer in answers} == {"1.0.0"}


# Going on -------------------------------------------------------------------------------------------------------------
def test_a_piece_sent_twice_is_one_piece(door):
    address = begun(door)
    door.send(address, 0, TEXT[:700])
    again = door.send(address, 0, TEXT[:700])
    assert (again.status_code, again["Upload-Offset"]) == (409, "700")
    door.send(address, 700, TEXT[700:])
    again = door.send(address, 700, TEXT[700:])
    assert (again.status_code, again["Upload-Offset"]) == (409, str(len(TEXT)))
    assert stored_content() == TEXT


def test_what_came_of_a_piece_that_was_cut_off_stays(door, monkeypatch):
    address = begun(door)
    monkeypatch.setattr(receiving, "CHUNK_BYTES", 100)
    broken = io.BytesIO(TEXT[:300])
    answer = door.client.generic(
        "PATCH",
        address,
        headers=TUS | {"Upload-Offset": "0"},
        **{"wsgi.input": broken, "CONTENT_LENGTH": "1000", "CONTENT_TYPE": PIECE_TYPE},
    )
    assert answer["Upload-Offset"] == "300"
    door.send(address, 300, TEXT[300:])
    assert stored_content() == TEXT


def test_bytes_that_were_written_and_not_counted_are_written_again(door):
    """As a server leaves them that was killed between the disk and the row."""
    address = begun(door)
    door.send(address, 0, TEXT[:500])
    upload = Upload.objects.get()
    with spool.path_of(upload.pk).open("ab") as part:
        part.write(b"half a pie")
    assert offset(door, address) == 500
    door.send(address, 500, TEXT[500:])
    assert stored_content() == TEXT


def test_a_part_that_was_lost_is_asked_for_again(door):
    address = begun(door)
    door.send(address, 0, TEXT[:500])
    spool.remove(Upload.objects.get().pk)
    answer = door.send(address, 500, TEXT[500:])
    assert (answer.status_code, answer["Upload-Offset"]) == (409, "0")
    assert offset(door, address) == 0
    door.send(address, 0, TEXT)
    assert stored_content() == TEXT


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("moment", ["before the object", "after the object", "half an object"])
def test_a_server_killed_in_the_middle_of_the_finish_is_recovered_by_sending_the_last_piece_again(
    door, monkeypatch, moment
):
    address = begun(door)
    door.send(address, 0, TEXT[:500])
    upload = Upload.objects.get()
    key = f"evidence/{upload.pk.hex[:2]}/{upload.pk.hex}"

    def killed(*args, **kwargs):
        if moment != "before the object":
            storing.store(make_text(text="as much as was written"), key)
        if moment == "half an object":
            storing.store(make_text(text="as much"), f"{key}.part")
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(storing, "stored", killed)
        with pytest.raises(Killed):
            door.send(address, 500, TEXT[500:])
    assert offset(door, address) == 500
    assert EvidenceFile.objects.count() == 0
    assert door.send(address, 500, TEXT[500:]).status_code == 204
    assert stored_content() == TEXT
    assert left_behind() == []


def test_a_request_that_still_runs_keeps_the_upload_to_itself(door):
    address = begun(door)
    with spool.held(Upload.objects.get().pk):
        answer = door.send(address, 0, TEXT)
    assert (answer.status_code, answer["Retry-After"]) == (423, "1")
    assert door.send(address, 0, TEXT).status_code == 204


def test_announcing_again_under_the_same_key_finds_the_upload(door):
    address = begun(door, **{"Idempotency-Key": "a"})
    door.send(address, 0, TEXT[:500])
    again = door.announce("notes.txt", len(TEXT), **{"Idempotency-Key": "a"})
    assert (again.status_code, again["Location"], again["Upload-Offset"]) == (201, address, "500")
    assert door.announce("other.txt", len(TEXT), **{"Idempotency-Key": "a"}).status_code == 409
    assert begun(door, **{"Idempotency-Key": "b"}) != address


def test_what_is_under_way_is_listed_for_the_page(door, sam):
    address = begun(door, "film.mp4", 1000)
    door.send(address, 0, b"x" * 10)
    door.put("notes.txt", TEXT)
    [found] = sam.get(door.address).json()["uploads"]
    assert (found["address"], found["name"], found["size_bytes"], found["received_bytes"]) == (
        address,
        "film.mp4",
        1000,
        10,
    )


def test_the_same_file_twice_is_one_file_with_two_receipts(door, sam):
    addresses = [begun(door), begun(door)]
    for address in addresses:
        door.send(address, 0, TEXT)
    assert len({sam.get(address).json()["file"] for address in addresses}) == 1
    assert EvidenceFile.objects.count() == 1
    assert left_behind() == []


def test_two_files_of_one_name_are_two_files(door):
    door.put("notes.txt", TEXT)
    door.put("notes.txt", TEXT + b"!")
    assert EvidenceFile.objects.filter(name="notes.txt").count() == 2


def test_a_piece_that_was_submitted_meanwhile_keeps_what_came_for_later(door, world):
    address = begun(door)
    door.send(address, 0, TEXT[:500])
    submission = assessing.submit(door.evidence_id, acting(world.apprentice), OWN_WORK)
    answer = door.send(address, 500, TEXT[500:])
    assert answer.status_code == 409
    assert "submitted" in answer.json()["message"]
    assert EvidenceFile.objects.count() == 0
    assessing.take_back(submission.pk, acting(world.apprentice))
    assert door.send(address, 500, TEXT[500:]).status_code == 204
    assert stored_content() == TEXT


# Checks ---------------------------------------------------------------------------------------------------------------
def checksum(content, algorithm="sha256"):
    return {"Upload-Checksum": f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"}


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_a_piece_is_held_against_its_checksum(door, algorithm):
    address = begun(door)
    wrong = door.send(address, 0, TEXT[:500], **checksum(b"other", algorithm))
    assert wrong.status_code == 460
    assert offset(door, address) == 0
    assert door.send(address, 0, TEXT[:500], **checksum(TEXT[:500], algorithm)).status_code == 204
    assert door.send(address, 500, TEXT[500:], **checksum(TEXT[500:], algorithm)).status_code == 204
    assert stored_content() == TEXT


@pytest.mark.parametrize("given", ["md5 AAAA", "sha256", "sha256 !!", "sha256 AAAA", "sha256  ", "x"])
def test_a_checksum_that_makes_no_sense_is_refused(door, given):
    address = begun(door)
    assert door.send(address, 0, TEXT, **{"Upload-Checksum": given}).status_code == 400
    assert offset(door, address) == 0


def test_a_file_is_held_against_the_hash_that_was_announced(door, sam):
    announced = metadata(filename="notes.txt", sha256=hashlib.sha256(b"other").hexdigest())
    address = begun(door, **{"Upload-Metadata": announced})
    answer = door.send(address, 0, TEXT)
    assert answer.status_code == 422
    assert "was damaged on the way" in answer.json()["message"]
    assert EvidenceFile.objects.count() == 0
    assert left_behind() == []
    announced = metadata(filename="notes.txt", sha256=hashlib.sha256(TEXT).hexdigest().upper())
    assert door.send(begun(door, **{"Upload-Metadata": announced}), 0, TEXT).status_code == 204


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": ""}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "1.5"}, 400),
        ({"Upload-Length": "9" * 5000}, 400),
        ({"Upload-Length": "٣"}, 400),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Metadata": ""}, 400),
        ({"Upload-Metadata": "filename"}, 400),
        ({"Upload-Metadata": "filename !!!"}, 400),
        ({"Upload-Metadata": "filename /w=="}, 400),
        ({"Upload-Metadata": metadata(filename="a.txt", sha256="abc")}, 400),
        ({"Upload-Metadata": metadata(name="a.txt", filetype="image/svg+xml")}, 201),
    ],
)
def test_odd_headers_are_refused_by_name(door, headers, status):
    answer = door.announce("notes.txt", 10, **headers)
    assert answer.status_code == status
    assert status == 201 or answer.json()["message"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Offset": ""}, 400),
        ({"Upload-Offset": "x"}, 400),
        ({"Upload-Offset": "-5"}, 400),
        ({"Upload-Offset": "7"}, 409),
        ({"Upload-Offset": "9" * 18}, 409),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
    ],
)
def test_an_odd_piece_is_refused(door, headers, status):
    address = begun(door)
    kind = headers.pop("Content-Type", PIECE_TYPE)
    answer = door.client.generic(
        "PATCH", address, TEXT, content_type=kind, headers=TUS | {"Upload-Offset": "0"} | headers
    )
    assert answer.status_code == status
    assert answer.json()["message"]
    assert offset(door, address) == 0


def test_a_piece_without_its_length_is_refused(door):
    address = begun(door)
    headers = TUS | {"Upload-Offset": "0"}
    answer = door.client.generic("PATCH", address, headers=headers, CONTENT_LENGTH="", CONTENT_TYPE=PIECE_TYPE)
    assert answer.status_code == 411


def test_more_than_was_announced_is_refused(door):
    address = begun(door, size=100)
    assert door.send(address, 0, TEXT).status_code == 413
    assert offset(door, address) == 0


def test_an_empty_piece_changes_nothing(door):
    address = begun(door)
    assert door.send(address, 0, b"").status_code == 204
    assert offset(door, address) == 0


# Giving up, and running out -------------------------------------------------------------------------------------------
def test_a_cancelled_upload_is_gone(door):
    address = begun(door)
    door.send(address, 0, TEXT[:500])
    assert door.cancel(address).status_code == 204
    assert door.head(address).status_code == 404
    assert left_behind() == []


def test_a_file_that_arrived_is_not_cancelled(door):
    address = begun(door)
    door.send(address, 0, TEXT)
    assert door.cancel(address).status_code == 409
    assert EvidenceFile.objects.count() == 1


def test_an_upload_cancelled_while_it_is_finished_leaves_nothing(door, world, monkeypatch):
    address = begun(door)
    upload = Upload.objects.get()
    detect = workflow.uploads.file_types.detect

    def cancelled_meanwhile(*args):
        workflow.cancel_upload(upload.pk, acting(world.apprentice))
        return detect(*args)

    monkeypatch.setattr(workflow.uploads.file_types, "detect", cancelled_meanwhile)
    assert door.send(address, 0, TEXT).status_code == 410
    assert EvidenceFile.objects.count() == 0


def test_an_upload_can_go_on_for_a_day_and_no_longer(door, world):
    address = begun(door)
    begun_at = clock.now()
    with clock.at(begun_at + timedelta(hours=23)):
        door.client.force_login(world.apprentice)
        assert door.send(address, 0, TEXT[:500]).status_code == 204
    with clock.at(begun_at + timedelta(hours=46)):
        door.client.force_login(world.apprentice)
        assert door.head(address)["Upload-Offset"] == "500"
    with clock.at(begun_at + timedelta(hours=47, minutes=1)):
        door.client.force_login(world.apprentice)
        assert door.head(address).status_code == 410
        assert door.send(address, 500, TEXT[500:]).status_code == 410
        assert door.client.get(door.address).json()["uploads"] == []


# The list in the page -------------------------------------------------------------------------------------------------
def test_the_page_asks_for_its_files_again(door, sam):
    door.put("notes.txt", TEXT)
    page = sam.get(reverse("pages:evidence-files", args=[door.evidence_id])).content.decode()
    assert "notes.txt" in page
    assert "Remove" in page


def test_a_file_taken_off_in_the_page_answers_with_the_files_that_are_left(door, sam):
    door.put("a.txt", TEXT)
    door.put("b.txt", TEXT)
    first = EvidenceFile.objects.get(name="a.txt")
    page = sam.post(reverse("pages:file-remove", args=[first.pk]), headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "a.txt" not in page.content.decode()
    assert "b.txt" in page.content.decode()
