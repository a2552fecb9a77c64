"""Pictures inside Office and OpenDocument files: others get them without place and device, as they do photos."""

import io
import zipfile

import pytest
from django.urls import reverse
from PIL import Image

from assessments.workflow import submit
from portfolios.models import EvidenceFile
from portfolios.processing.preparing import prepare
from tests.factories import files
from tests.portfolios.processing.test_preparing import GPS, SECRETS, added, bytes_of, details, photo
from tests.world import OWN_WORK, acting

pytestmark = pytest.mark.django_db


def document(kind: str, pictures: dict[str, bytes]) -> bytes:
    """A document of this kind that holds these parts too."""
    maker = files.ONE_OF_EACH[kind]
    content = io.BytesIO(maker().read())
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, picture in pictures.items():
            archive.writestr(name, picture)
    return content.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tiff() -> bytes:
    """The details of a photo as a picture of their own, which is what TIFF files are built like."""
    return details().tobytes().removeprefix(b"Exif\0\0")


MEDIA = {
    "docx": "word/media/image1.jpeg",
    "xlsx": "xl/media/image1.jpeg",
    "pptx": "ppt/media/image1.jpeg",
    "odt": "Pictures/1.jpg",
    "ods": "Pictures/1.jpg",
    "odp": "Pictures/1.jpg",
}


def sent_in(world, kind: str, content: bytes) -> EvidenceFile:
    file = added(world, f"diary.{kind}", content)
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    prepare(file.pk)
    file.refresh_from_db()
    return file


@pytest.mark.parametrize("kind", MEDIA)
def test_a_photo_in_a_document_told_its_assessor_where_it_was_taken(client, world, kind):
    original = document(kind, {MEDIA[kind]: photo("JPEG")})
    file = sent_in(world, kind, original)
    assert {"position", "device"} <= set(file.removed_details)
    copy = bytes_of(client, world.assessor, file)
    kept, given = parts_of(copy), parts_of(original)
    assert list(kept) == list(given)
    assert [name for name in kept if kept[name] != given[name]] == [MEDIA[kind]]
    picture = kept[MEDIA[kind]]
    assert not any(secret in picture for secret in SECRETS)
    assert Image.open(io.BytesIO(picture)).tobytes() == Image.open(io.BytesIO(given[MEDIA[kind]])).tobytes()
    assert bytes_of(client, world.apprentice, file) == original


def test_the_copy_of_a_document_is_still_a_document_of_its_kind(client, world):
    from files.file_types import FILE_TYPES

    for kind in ("docx", "odt"):
        file = sent_in(world, kind, document(kind, {MEDIA[kind]: photo("JPEG")}))
        copy = io.BytesIO(bytes_of(client, world.assessor, file))
        assert next(found for found in FILE_TYPES if kind in found.endings).looks_like(copy)


def test_a_photo_in_a_workbook_in_a_document_is_cleaned_too(client, world):
    inner = document("xlsx", {MEDIA["xlsx"]: photo("JPEG")})
    file = sent_in(world, "docx", document("docx", {"word/embeddings/figures.xlsx": inner}))
    copy = parts_of(bytes_of(client, world.assessor, file))["word/embeddings/figures.xlsx"]
    assert not any(secret in parts_of(copy)[MEDIA["xlsx"]] for secret in SECRETS)


def test_a_document_whose_pictures_tell_nothing_is_the_same_for_everybody(client, world):
    original = document("docx", {"word/media/image1.png": files.make_png().read()})
    file = sent_in(world, "docx", original)
    assert not file.cleaned
    assert bytes_of(client, world.assessor, file) == original


def test_a_damaged_photo_with_a_place_is_encoded_again(client, world):
    content = photo("JPEG")
    content = content[:2] + b"\xff\xe5\x00\x04ab" + b"\x00junk" + content[2:]
    file = sent_in(world, "docx", document("docx", {MEDIA["docx"]: content}))
    picture = parts_of(bytes_of(client, world.assessor, file))[MEDIA["docx"]]
    assert Image.open(io.BytesIO(picture)).getexif().get_ifd(GPS) == {}


def test_a_damaged_picture_that_tells_of_no_place_closes_no_document(client, world):
    file = sent_in(world, "docx", document("docx", {MEDIA["docx"]: b"\xff\xd8\xffdamaged"}))
    assert bytes_of(client, world.assessor, file)


def test_a_document_with_a_place_that_cannot_be_taken_out_stays_with_its_owner(client, world):
    file = sent_in(world, "docx", document("docx", {"word/media/image1.tiff": tiff()}))
    client.force_login(world.assessor)
    refused = client.get(reverse("pages:file", args=[file.pk]))
    assert refused.status_code == 409
    assert "only its owner can open it" in refused.content.decode()
    assert bytes_of(client, world.apprentice, file)
