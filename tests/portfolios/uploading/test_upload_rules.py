"""Who may use the resumable door, for what, and what it says to all else."""

from uuid import uuid4

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse

from files.http import receiving
from portfolios.models import EvidenceFile, Upload
from portfolios.workflow import add_file
from tests.factories.files import make_heic, make_jpeg, make_text, upload
from tests.portfolios.tus import TEXT, Door, begun, left_behind, metadata, offset
from tests.world import acting


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
    assert "“photo.jpg” is named like a JPEG photo but is really plain text" in answer.json()["message"]
    assert sam.get(address).json()["state"] == "refused"
    assert door.send(address, 0, TEXT).status_code == 422
    assert EvidenceFile.objects.count() == 0
    assert left_behind() == []
    assert door.cancel(address).status_code == 204
    assert Upload.objects.count() == 0


def test_a_heic_photo_that_the_phone_calls_jpg_is_kept_as_heic_by_either_endpoint(door, sam, world):
    photo = make_heic().read()
    address = begun(door, "IMG_0001.jpg", len(photo))
    assert door.send(address, 0, photo).status_code == 204
    again = add_file(world.draft("K1").pk, acting(world.apprentice), upload("IMG_0001.jpg", photo))
    kept = list(EvidenceFile.objects.unscoped().values_list("name", "content_type"))
    assert kept == [("IMG_0001.heic", "image/heic")] * 2
    assert again.stored.name.endswith(".heic") or "." not in again.stored.name


def test_the_twenty_first_file_is_refused_while_the_others_are_on_their_way(door):
    for number in range(20):
        begun(door, f"{number}.txt")
    answer = door.announce("one-more.txt", 10)
    assert answer.status_code == 422
    assert answer.json()["message"] == ("A piece of evidence can have up to 20 files, and 20 are still uploading.")


def test_the_form_keeps_the_places_that_were_promised(door, world):
    for number in range(20):
        begun(door, f"{number}.txt")
    answer = door.form(make_text())
    assert answer.status_code == 422
    assert "20 are still uploading" in answer.content.decode()


# Whose it is ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["second_apprentice", "assessor", "admin", "other_admin", "mentor", "stranger"])
def test_somebody_elses_upload_answers_like_none(door, world, who):
    address = begun(door)
    door.client.force_login(world.people[who])
    for there in (address, reverse("pages:upload", args=[uuid4()])):
        answers = [
            door.head(there),
            door.client.get(there),
            door.send(there, 0, TEXT),
            door.cancel(there),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert answers[1].content == b'{"message": "That upload does not exist."}'
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
    world.past_gateway()
    assert door.announce("notes.txt", 10).status_code == 403
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
