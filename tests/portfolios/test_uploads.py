"""The resumable door: nothing that came is lost, nothing comes twice, and nobody else's door opens."""

import base64
import hashlib
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings as site
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from assessments import workflow as assessing
from audit import clock
from audit.models import Entry
from portfolios import storing, workflow
from portfolios.models import Apprenticeship, Evidence, EvidenceFile, Upload
from portfolios.uploading import patience, receiving, spool
from tests.factories.files import make_jpeg, make_text
from tests.portfolios.tus import PIECE_TYPE, TUS, Door, left_behind, metadata

TEXT = b"I wrote the advert and asked two people to read it.\n" * 40


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    """A spool and a store of the test's own."""
    settings.UPLOAD_SPOOL = tmp_path / "spool"
    backend = "portfolios.storing.DurableFileSystemStorage"
    options = {"location": tmp_path / "files", "base_url": None, "file_permissions_mode": 0o600}
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": backend, "OPTIONS": options}}


@pytest.fixture
def sam(client, world):
    client.force_login(world.apprentice)
    return client


@pytest.fixture
def door(sam, world):
    return Door(sam, world.apprenticeship, world.draft("K1").pk)


def begun(door, name="notes.txt", size=None, **headers):
    answer = door.announce(name, len(TEXT) if size is None else size, **headers)
    assert answer.status_code == 201, answer.content
    return answer["Location"]


def offset(door, address):
    return int(door.head(address)["Upload-Offset"])


def stored_content():
    return default_storage.open(EvidenceFile.objects.get().stored.name).read()


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
    assert receipt["file"] == reverse("portfolios:file", args=[file.pk])
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


def test_senders_beyond_the_places_for_receiving_come_again(door):
    address = begun(door)
    with patience.place(), patience.place(), patience.place(), patience.place():
        assert door.send(address, 0, TEXT).status_code == 503
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
    submission = assessing.submit(door.evidence_id, world.apprentice)
    answer = door.send(address, 500, TEXT[500:])
    assert answer.status_code == 409
    assert "submitted" in answer.json()["message"]
    assert EvidenceFile.objects.count() == 0
    assessing.take_back(submission.pk, world.apprentice)
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
    assert "changed on its way" in answer.json()["message"]
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


# Refused early, and refused at the end --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "size", "status", "said"),
    [
        ("setup.exe", 10, 415, "photos (JPEG"),
        ("all.zip", 10, 415, "one by one"),
        ("letter.docm", 10, 415, "Word document (.docx)"),
        ("noending", 10, 415, "photos (JPEG"),
        ("photo.jpg", 0, 422, "empty"),
        ("film.mp4", 2 * 1024**3, 413, "1 MB"),
        ("film.mp4", 10**18 - 1, 413, "1 MB"),
    ],
)
def test_what_cannot_be_evidence_is_refused_before_a_byte_comes(door, name, size, status, said):
    answer = door.announce(name, size)
    assert answer.status_code == status
    assert name in answer.json()["message"]
    assert said in answer.json()["message"]
    assert Upload.objects.count() == 0


def test_content_that_is_not_what_its_name_says_is_refused_and_forgotten(door, sam):
    address = begun(door, "photo.jpg", len(TEXT))
    answer = door.send(address, 0, TEXT)
    assert answer.status_code == 422
    assert "“photo.jpg” is named like a JPEG photo but is plain text" in answer.json()["message"]
    assert sam.get(address).json()["state"] == "refused"
    assert door.send(address, 0, TEXT).status_code == 422
    assert EvidenceFile.objects.count() == 0
    assert left_behind() == []
    assert door.cancel(address).status_code == 204
    assert Upload.objects.count() == 0


def test_the_twenty_first_file_is_refused_while_the_others_are_on_their_way(door):
    for number in range(20):
        begun(door, f"{number}.txt")
    answer = door.announce("one-more.txt", 10)
    assert answer.status_code == 422
    assert answer.json()["message"] == ("A piece of evidence holds up to 20 files, and 20 are still on their way.")


def test_the_form_keeps_the_places_that_were_promised(door, world):
    for number in range(20):
        begun(door, f"{number}.txt")
    answer = door.client.post(
        reverse("portfolios:evidence-edit", args=[door.evidence_id]), {"files": make_text(), "save": "1"}
    )
    assert answer.status_code == 422
    assert "20 are still on their way" in answer.content.decode()


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
        workflow.cancel_upload(upload.pk, world.apprentice)
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


# Whose it is ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["second_apprentice", "assessor", "admin", "other_admin", "mentor", "stranger"])
def test_somebody_elses_upload_answers_like_none(door, world, who):
    address = begun(door)
    door.client.force_login(world.people[who])
    for there in (address, reverse("portfolios:upload", args=[uuid4()])):
        answers = [
            door.head(there),
            door.client.get(there),
            door.send(there, 0, TEXT),
            door.cancel(there),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert answers[1].content == b'{"message": "There is no such upload."}'
    assert door.client.get(door.address).status_code == 404
    assert door.announce("notes.txt", 10).status_code == 404
    assert Upload.objects.get().received_bytes == 0


def test_a_file_cannot_be_sent_into_somebody_elses_piece(sam, world):
    theirs = world.draft("K1", apprenticeship=world.second)
    door = Door(sam, world.apprenticeship, theirs.pk)
    assert door.announce("notes.txt", 10).status_code == 404
    assert Upload.objects.count() == 0


def test_a_stranger_is_asked_to_sign_in(world):
    answer = Door(Client(), world.apprenticeship).announce("notes.txt", 10)
    assert answer.status_code == 302
    assert answer.url.startswith("/account/login/")


def test_every_verb_that_changes_something_needs_the_pages_token(world):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(world.apprentice)
    careful.cookies[site.CSRF_COOKIE_NAME] = "a" * 32
    door = Door(careful, world.apprenticeship, world.draft("K1").pk)
    assert door.announce("notes.txt", len(TEXT)).status_code == 403
    token = {"X-CSRFToken": "a" * 32}
    address = begun(door, **token)
    assert door.send(address, 0, TEXT[:5]).status_code == 403
    assert door.cancel(address).status_code == 403
    assert door.send(address, 0, TEXT, **token).status_code == 204


def test_past_the_gateway_nothing_is_received(door, world):
    address = begun(door)
    Apprenticeship.objects.filter(pk=world.apprenticeship.pk).update(status="past_gateway")
    assert door.announce("notes.txt", 10).status_code == 404
    assert door.send(address, 0, TEXT).status_code == 403
    assert EvidenceFile.objects.count() == 0


def test_a_full_disk_is_said_and_nothing_is_lost(door, monkeypatch):
    address = begun(door)
    door.send(address, 0, TEXT[:500])

    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(receiving, "_write_all", full)
        answer = door.send(address, 500, TEXT[500:])
    assert answer.status_code == 507
    assert offset(door, address) == 500
    assert door.send(address, 500, TEXT[500:]).status_code == 204


def test_a_photo_arrives_as_a_photo_whatever_the_sender_calls_it(door):
    photo = make_jpeg().read()
    headers = {"Upload-Metadata": metadata(filename="IMG 1.JPG", filetype="text/html")}
    door.send(begun(door, size=len(photo), **headers), 0, photo)
    assert EvidenceFile.objects.get().content_type == "image/jpeg"


# The list in the page -------------------------------------------------------------------------------------------------
def test_the_page_asks_for_its_files_again(door, sam):
    door.put("notes.txt", TEXT)
    page = sam.get(reverse("portfolios:evidence-files", args=[door.evidence_id])).content.decode()
    assert "notes.txt" in page
    assert "Remove" in page


def test_a_file_taken_off_in_the_page_answers_with_the_files_that_are_left(door, sam):
    door.put("a.txt", TEXT)
    door.put("b.txt", TEXT)
    first = EvidenceFile.objects.get(name="a.txt")
    page = sam.post(reverse("portfolios:file-remove", args=[first.pk]), headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "a.txt" not in page.content.decode()
    assert "b.txt" in page.content.decode()
