"""PDFs: others get them without the place of a photo inside, and without what acts, wherever in the file that is."""

import io
import zlib

import pikepdf
import pytest
from django.urls import reverse
from pikepdf import Dictionary, Name

from files import sandbox
from files.active_content import found_in_pdf
from tests.factories import files
from tests.portfolios.processing.test_office_pictures import sent_in
from tests.portfolios.processing.test_preparing import SECRETS, bytes_of, photo

pytestmark = pytest.mark.django_db


def with_photo(picture: bytes) -> pikepdf.Pdf:
    document = pikepdf.open(io.BytesIO(files.make_pdf().read()))
    image = document.make_stream(picture, Type=Name.XObject, Subtype=Name.Image, Width=64, Height=40)
    image.ColorSpace, image.BitsPerComponent, image.Filter = Name.DeviceRGB, 8, Name.DCTDecode
    document.pages[0].Resources.XObject = Dictionary(Photo=image)
    return document


def with_script() -> pikepdf.Pdf:
    document = pikepdf.open(io.BytesIO(files.make_pdf().read()))
    document.Root.OpenAction = document.make_indirect(Dictionary(S=Name.JavaScript, JS="app.alert(1)"))
    return document


def saved(document: pikepdf.Pdf, **how: object) -> bytes:
    content = io.BytesIO()
    document.save(content, fix_metadata_version=False, **how)
    return content.getvalue()


def packed_in_hex() -> bytes:
    """With its list of objects packed in a way that only a reader of PDFs undoes."""
    content = saved(with_script(), object_stream_mode=pikepdf.ObjectStreamMode.generate)
    start = content.index(b"/ObjStm")
    at = content.index(b"stream\n", start) + 7
    end = content.index(b"\nendstream", at)
    hexed = zlib.decompress(content[at:end]).hex().encode() + b">"
    head = content[start:at].replace(b"/FlateDecode", b"/ASCIIHexDecode")
    length = head[head.index(b"/Length ") :].split()[1]
    return content[:start] + head.replace(b"/Length " + length, b"/Length %d" % len(hexed)) + hexed + content[end:]


def acts(content: bytes) -> bool:
    document = pikepdf.open(io.BytesIO(content))
    return "app.alert" in repr(document.Root.get("/OpenAction"))


def test_a_photo_in_a_pdf_tells_its_assessor_neither_place_nor_device(client, world):
    original = saved(with_photo(photo("JPEG")))
    file = sent_in(world, "pdf", original)
    assert {"position", "device"} <= set(file.removed_details)
    copy = bytes_of(client, world.assessor, file)
    assert not any(secret in copy for secret in SECRETS)
    with pikepdf.open(io.BytesIO(copy)) as kept, pikepdf.open(io.BytesIO(original)) as given:
        assert kept.pages[0].Contents.read_bytes() == given.pages[0].Contents.read_bytes()
        pictures = [pikepdf.PdfImage(page.Resources.XObject.Photo) for page in (kept.pages[0], given.pages[0])]
        assert pictures[0].as_pil_image().tobytes() == pictures[1].as_pil_image().tobytes()
    assert bytes_of(client, world.apprentice, file) == original


def test_the_place_in_what_is_written_about_a_pdf_is_taken_out(client, world):
    document = pikepdf.open(io.BytesIO(files.make_pdf().read()))
    about = b"<x:xmpmeta><exif:GPSLatitude>SecretPlace</exif:GPSLatitude></x:xmpmeta>"
    document.Root.Metadata = document.make_stream(about, Type=Name.Metadata, Subtype=Name.XML)
    file = sent_in(world, "pdf", saved(document))
    assert file.removed_details == ["position"]
    assert b"SecretPlace" not in bytes_of(client, world.assessor, file)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(packed_in_hex, id="packed in hexadecimal"),
        pytest.param(
            lambda: saved(
                with_script(),
                encryption=pikepdf.Encryption(owner="x", user="", R=6),
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
            ),
            id="locked against changes",
        ),
    ],
)
def test_what_acts_in_a_pdf_where_the_door_cannot_look_is_not_in_the_copy(client, world, content):
    original = content()
    assert acts(original)
    assert found_in_pdf(io.BytesIO(original)) is None
    file = sent_in(world, "pdf", original)
    assert file.removed_details == ["hidden data"]
    assert not acts(bytes_of(client, world.assessor, file))


def test_a_file_carried_by_a_pdf_where_the_door_cannot_look_is_not_in_the_copy(tmp_path):
    document = pikepdf.open(io.BytesIO(files.make_pdf().read()))
    document.attachments["carried.txt"] = b"SecretPlace"
    path = tmp_path / "carrying.pdf"
    path.write_bytes(saved(document))
    cleaned = sandbox.clean(path, "application/pdf", tmp_path)
    assert cleaned.path is not None
    with pikepdf.open(cleaned.path) as copy:
        assert not copy.attachments
        streams = [item.read_bytes() for item in copy.objects if isinstance(item, pikepdf.Stream)]
        assert b"SecretPlace" not in b"".join(streams)


def test_a_pdf_that_needs_a_password_stays_with_its_owner(client, world):
    document = pikepdf.open(io.BytesIO(files.make_pdf().read()))
    file = sent_in(world, "pdf", saved(document, encryption=pikepdf.Encryption(owner="x", user="secret", R=6)))
    client.force_login(world.assessor)
    refused = client.get(reverse("pages:file", args=[file.pk]))
    assert refused.status_code == 409
    assert "a PDF with no password" in refused.content.decode()


def test_a_pdf_that_tells_nothing_is_the_same_for_everybody(client, world):
    original = files.make_pdf().read()
    file = sent_in(world, "pdf", original)
    assert not file.cleaned
    assert bytes_of(client, world.assessor, file) == original
