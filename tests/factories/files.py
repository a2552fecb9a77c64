"""Small real files of each kind that can be evidence, made in code: for tests and whatever else needs a file to add.

Each function answers an upload as a form would bring it. `ONE_OF_EACH` has one maker per ending.
"""

import base64
import io
import math
import struct
import wave
import zipfile
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

#: No encoder of this format is among the libraries, so the photo stands here.
HEIC_PHOTO = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAA"
    "AAAERAAAIAAQAAAAAB4gABAAAAAAAAACMAAgAAAAACBQABAAAAAAAAAMIAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVp"
    "bmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGE"
    "ABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkA"
    "AAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEH"
    "BpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAA7W1kYXQAAAAfKAGvGYDuKqb6"
    "1mnrGwbh66fWZ7Q+Lpq66dftU4cYYAAAAAZFeGlmAABNTQAqAAAACAADAQ8AAgAAAAwAAAAyATIAAgAAABQAAAA+iCUABAAAAAEAAABSAAAAAF"
    "NlY3JldE1ha2VyADIwMjY6MDM6MDEgMDk6MzA6MDAAAAQAAQACAAAAAk4AAAAAAgAFAAAAAwAAAIgAAwACAAAAAlcAAAAABAAFAAAAAwAAAKAA"
    "AAAAAAAAMwAAAAEAAAAeAAAAAQAAAAAAAAABAAAAAAAAAAEAAAAHAAAAAQAAAAAAAAAB"
)


def upload(name: str, content: bytes, content_type: str = "application/octet-stream") -> SimpleUploadedFile:
    """A file with this content; the type is what a browser would claim, which nothing relies on."""
    return SimpleUploadedFile(name, content, content_type)


def make_picture(image_format: str, name: str, size: tuple[int, int] = (32, 24)) -> SimpleUploadedFile:
    """A picture with a gradient, in any format that Pillow writes."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    content = io.BytesIO()
    picture.save(content, image_format)
    return upload(name, content.getvalue(), f"image/{image_format.lower()}")


def make_jpeg(name: str = "photo.jpg", size: tuple[int, int] = (32, 24)) -> SimpleUploadedFile:
    return make_picture("JPEG", name, size)


def make_png(name: str = "screen.png", size: tuple[int, int] = (32, 24)) -> SimpleUploadedFile:
    return make_picture("PNG", name, size)


def make_gif(name: str = "steps.gif") -> SimpleUploadedFile:
    return make_picture("GIF", name)


def make_webp(name: str = "photo.webp") -> SimpleUploadedFile:
    return make_picture("WEBP", name)


def make_heic(name: str = "IMG_0001.heic") -> SimpleUploadedFile:
    """The container of an iPhone's photo, without a picture in it."""
    brands = iso_box(b"ftyp", b"heic\0\0\0\0mif1heic")
    return upload(name, brands + iso_box(b"meta", bytes(40)) + iso_box(b"mdat", bytes(64)), "image/heic")


def make_heic_photo(name: str = "IMG_0002.heic") -> SimpleUploadedFile:
    """A real, very small photo of 64 × 48 pixels, with a made-up place and maker in its details."""
    return upload(name, base64.b64decode(HEIC_PHOTO), "image/heic")


def make_pdf(name: str = "report.pdf", text: str = "Evidence") -> SimpleUploadedFile:
    """One page with a line of text."""
    stream = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    content += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(content),
    )
    return upload(name, content, "application/pdf")


def make_text(
    name: str = "notes.txt", text: str = "I wrote the advert and asked two people to read it.\n"
) -> SimpleUploadedFile:
    return upload(name, text.encode(), "text/plain")


def make_csv(name: str = "calls.csv") -> SimpleUploadedFile:
    return upload(name, b"Day,Calls\nMonday,12\nTuesday,9\n", "text/csv")


def make_archive(
    name: str, parts: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED
) -> SimpleUploadedFile:
    """A zip archive of these parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for part, body in parts.items():
            archive.writestr(part, body, zipfile.ZIP_STORED if part == "mimetype" else None)
    return upload(name, content.getvalue(), "application/zip")


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"


def office_parts(main_part: str, main_type: str, main_body: str) -> dict[str, str]:
    """The least parts that make an Office file: the list of types, the pointer to the main part, and that."""
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main_part}" '
        f'ContentType="application/vnd.openxmlformats-officedocument.{main_type}.main+xml"/></Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="{main_part}"/></Relationships>',
        main_part: _XML + main_body,
    }


def docx_parts(text: str = "What I did") -> dict[str, str]:
    return office_parts(
        "word/document.xml",
        "wordprocessingml.document",
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>",
    )


def make_docx(name: str = "reflection.docx", text: str = "What I did") -> SimpleUploadedFile:
    return make_archive(name, docx_parts(text))


def make_xlsx(name: str = "tracker.xlsx") -> SimpleUploadedFile:
    body = '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>'
    return make_archive(name, office_parts("xl/workbook.xml", "spreadsheetml.sheet", body))


def make_pptx(name: str = "talk.pptx") -> SimpleUploadedFile:
    body = '<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>'
    return make_archive(name, office_parts("ppt/presentation.xml", "presentationml.presentation", body))


def open_document_parts(kind: str) -> dict[str, str]:
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    body = {"text": "text", "spreadsheet": "spreadsheet", "presentation": "presentation"}[kind]
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return {
        "mimetype": media_type,
        "content.xml": f'{_XML}<office:document-content xmlns:office="{office}" office:version="1.2">'
        f"<office:body><office:{body}/></office:body></office:document-content>",
        "META-INF/manifest.xml": f'{_XML}<manifest:manifest xmlns:manifest="{manifest}" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{media_type}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
    }


def make_odt(name: str = "diary.odt") -> SimpleUploadedFile:
    return make_archive(name, open_document_parts("text"))


def make_ods(name: str = "hours.ods") -> SimpleUploadedFile:
    return make_archive(name, open_document_parts("spreadsheet"))


def make_odp(name: str = "slides.odp") -> SimpleUploadedFile:
    return make_archive(name, open_document_parts("presentation"))


def make_wav(name: str = "call.wav", seconds: float = 0.2) -> SimpleUploadedFile:
    """A tone."""
    hertz = 8_000
    samples = (int(8_000 * math.sin(2 * math.pi * 440 * step / hertz)) for step in range(int(hertz * seconds)))
    content = io.BytesIO()
    with wave.open(content, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(hertz)
        recording.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return upload(name, content.getvalue(), "audio/wav")


def make_mp3(name: str = "talk.mp3", has_tag: bool = True) -> SimpleUploadedFile:
    """Ten silent frames of 128 kbit/s at 44.1 kHz, after a tag."""
    frame = b"\xff\xfb\x90\x64".ljust(417, b"\0")
    return upload(name, (b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) if has_tag else b"") + frame * 10, "audio/mpeg")


def iso_box(kind: bytes, body: bytes = b"") -> bytes:
    """A box of the ISO container that HEIC, MP4, M4A and MOV share."""
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _make_iso(name: str, brands: bytes, content_type: str) -> SimpleUploadedFile:
    content = iso_box(b"ftyp", brands) + iso_box(b"mdat", bytes(64)) + iso_box(b"moov", iso_box(b"mvhd", bytes(100)))
    return upload(name, content, content_type)


def make_m4a(name: str = "memo.m4a") -> SimpleUploadedFile:
    """The container of a phone's recording, without sound in it."""
    return _make_iso(name, b"M4A \0\0\0\0M4A mp42", "audio/x-m4a")


def make_mp4(name: str = "demo.mp4") -> SimpleUploadedFile:
    """The container of a video, without pictures in it."""
    return _make_iso(name, b"isom\0\0\x02\0isomiso2mp41", "video/mp4")


def make_mov(name: str = "demo.mov") -> SimpleUploadedFile:
    """The container of an iPhone's video, without pictures in it."""
    return _make_iso(name, b"qt  \0\0\0\0qt  ", "video/quicktime")


def make_webm(name: str = "demo.webm") -> SimpleUploadedFile:
    """The header of a WebM video, without pictures behind it."""
    header = b"\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm"
    return upload(name, b"\x1a\x45\xdf\xa3" + bytes([0x80 | len(header)]) + header + bytes(64), "video/webm")


def make_ogg(name: str = "note.ogg") -> SimpleUploadedFile:
    """The first page of an Opus recording."""
    packet = b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0"
    page = b"OggS\0\x02" + bytes(8) + struct.pack("<III", 1, 0, 0) + bytes([1, len(packet)]) + packet
    return upload(name, page, "audio/ogg")


ONE_OF_EACH: dict[str, Callable[[], SimpleUploadedFile]] = {
    "jpg": make_jpeg,
    "png": make_png,
    "webp": make_webp,
    "gif": make_gif,
    "heic": make_heic,
    "pdf": make_pdf,
    "docx": make_docx,
    "xlsx": make_xlsx,
    "pptx": make_pptx,
    "odt": make_odt,
    "ods": make_ods,
    "odp": make_odp,
    "mp3": make_mp3,
    "m4a": make_m4a,
    "wav": make_wav,
    "ogg": make_ogg,
    "mp4": make_mp4,
    "mov": make_mov,
    "webm": make_webm,
    "txt": make_text,
    "csv": make_csv,
}
