"""A file becomes what others may see: without place and device, with pictures and words, checked or honestly not."""

import hashlib
import io
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import av
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from PIL import Image, PngImagePlugin

from assessments.workflow import submit
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.errors import NotAllowed
from files import file_types, sandbox, scanning, storing
from files.opening import limits
from files.opening.cleaning import iso
from jobs.models import JobOwner
from jobs.working import work_off
from portfolios.models import EvidenceFile, FileText, Rendition
from portfolios.processing import checking
from portfolios.processing.jobs import prepare_what_waits
from portfolios.processing.preparing import prepare
from portfolios.workflow import add_file, prepare_again, remove_file
from tests.factories import files
from tests.factories.storages import STORAGES, storage_settings
from tests.world import OWN_WORK, acting

ROOT = Path(__file__).resolve().parents[3]

GPS, MAKE, SERIAL, TAKEN = 0x8825, 0x010F, 0xA431, "2026:03:01 09:30:00"
SECRETS = [b"SecretPlace", b"SecretMaker", b"SERIAL-123"]


def details() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[MAKE], exif[0x0132] = 6, "SecretMaker", TAKEN
    exif.get_ifd(0x8769).update({0x9003: TAKEN, 0x9011: "+01:00", SERIAL: "SERIAL-123"})
    exif.get_ifd(GPS).update({1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0), 27: b"SecretPlace"})
    return exif


def photo(image_format: str, **extra: object) -> bytes:
    content = io.BytesIO()
    Image.linear_gradient("L").resize((64, 40)).convert("RGB").save(content, image_format, exif=details(), **extra)
    return content.getvalue()


def png() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Location", "SecretPlace")
    return photo("PNG", pnginfo=texts)


def film(container: str, codec: str) -> bytes:
    content = io.BytesIO()
    metadata = {"location": "+51.5-000.1/SecretPlace", "make": "SecretMaker", "comment": "SERIAL-123", "title": "t"}
    with av.open(content, "w", format=container, options={"movflags": "use_metadata_tags"}) as target:
        target.metadata.update(metadata)
        stream = target.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(10):
            frame = av.VideoFrame.from_image(Image.new("RGB", (64, 48), (number * 20, 0, 0)))
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return content.getvalue()


def sound(container: str, codec: str) -> bytes:
    content = io.BytesIO()
    with av.open(content, "w", format=container) as target:
        target.metadata.update({"title": "SecretPlace", "artist": "SecretMaker", "comment": "SERIAL-123"})
        stream = target.add_stream(codec, rate=48_000, layout="mono")
        frame = av.AudioFrame(format=stream.format.name, layout="mono", samples=stream.frame_size or 960)
        frame.sample_rate = 48_000
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        for number in range(20):
            frame.pts = number * frame.samples
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return content.getvalue()


TELLING = {
    "photo.jpg": lambda: photo("JPEG", comment=b"SecretPlace") + b"SERIAL-123 behind the end",
    "photo.png": png,
    "photo.webp": lambda: photo("WEBP", xmp=b"<x:xmpmeta>SecretPlace</x:xmpmeta>"),
    "steps.gif": lambda: _gif(),
    "film.mp4": lambda: film("mp4", "libx264"),
    "film.mov": lambda: film("mov", "libx264"),
    "film.webm": lambda: film("webm", "libvpx"),
    "memo.m4a": lambda: sound("ipod", "aac"),
    "talk.mp3": lambda: sound("mp3", "libmp3lame"),
    "call.wav": lambda: sound("wav", "pcm_s16le"),
    "note.ogg": lambda: sound("ogg", "libopus"),
}


def _gif() -> bytes:
    content = io.BytesIO()
    Image.new("P", (8, 8)).save(content, "GIF", comment=b"SecretPlace")
    return content.getvalue()


def added(world, name: str, content: bytes) -> EvidenceFile:
    return add_file(world.draft("K1").pk, acting(world.apprentice), files.upload(name, content))


def bytes_of(client, user, file: EvidenceFile) -> bytes:
    client.force_login(user)
    answer = client.get(reverse("pages:file", args=[file.pk]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


@pytest.fixture(params=STORAGES)
def storage(request, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"default": storage_settings(request.param, tmp_path)}


@pytest.fixture(autouse=True)
def large_files(settings):
    settings.EVIDENCE_FILE_MAX_BYTES = 8 * 1024 * 1024


@pytest.mark.parametrize("name", TELLING)
def test_others_get_a_copy_that_tells_neither_place_nor_device_and_the_owner_the_original(client, world, name):
    original = TELLING[name]()
    assert any(secret in original for secret in SECRETS)
    file = added(world, name, original)
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)

    prepare(file.pk)

    file.refresh_from_db()
    assert (file.processing, bool(file.removed_details)) == ("done", True)
    copy = bytes_of(client, world.assessor, file)
    assert [secret for secret in SECRETS if secret in copy] == []
    assert bytes_of(client, world.apprentice, file) == original
    assert file.cleaned_sha256 == hashlib.sha256(copy).hexdigest()
    entry = Entry.objects.get(action="evidence_file.cleaned")
    assert (entry.data["sha256"], entry.data["cleaned_sha256"]) == (file.sha256, file.cleaned_sha256)
    assert list(verify()) == []
    if name.startswith("photo"):
        shown = Image.open(io.BytesIO(copy))
        kept = shown.getexif()
        assert (kept.get(0x0112), kept.get_ifd(0x8769).get(0x9003)) == (6, TAKEN)
        assert kept.get_ifd(GPS) == {}
        assert shown.tobytes() == Image.open(io.BytesIO(original)).tobytes()
        assert (file.width, file.height) == (40, 64)
    elif name.endswith("gif"):
        assert Image.open(io.BytesIO(copy)).tobytes() == Image.open(io.BytesIO(original)).tobytes()
    else:
        assert decoded(copy) == decoded(original)


def decoded(content: bytes) -> list[bytes]:
    with av.open(io.BytesIO(content)) as container:
        return [bytes(packet) for packet in container.demux() if packet.size]


def test_a_track_of_positions_goes_with_its_samples():
    """As action cameras write it: a track beside the film whose samples are places."""
    original = film("mp4", "libx264")
    at = original.index(b"moov") - 4
    index, rest = original[at + 8 :], original[:at]
    assert int.from_bytes(original[at : at + 4], "big") == len(original) - at, "the index is last"

    def track(sample_at: int) -> bytes:
        tables = files.iso_box(b"stsd", struct.pack(">II", 0, 0))
        tables += files.iso_box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 2, 1))
        tables += files.iso_box(b"stsz", struct.pack(">IIIII", 0, 0, 2, 6, 5))
        tables += files.iso_box(b"stco", struct.pack(">III", 0, 1, sample_at))
        handler = files.iso_box(b"hdlr", bytes(8) + b"meta" + bytes(12) + b"GPS\0")
        media = handler + files.iso_box(b"minf", files.iso_box(b"stbl", tables))
        return files.iso_box(b"trak", files.iso_box(b"mdia", media))

    sample_at = len(rest) + 8 + len(index) + len(track(0)) + 8
    content = rest + files.iso_box(b"moov", index + track(sample_at)) + files.iso_box(b"mdat", b"SecretPlace")
    assert content[sample_at:] == b"SecretPlace"

    target = io.BytesIO()
    cleaned = iso.clean(io.BytesIO(content))
    cleaned.write(io.BytesIO(content), target)

    assert "position" in cleaned.removed
    assert b"SecretPlace" not in target.getvalue()
    assert len(target.getvalue()) == len(content)
    assert decoded(target.getvalue()) == decoded(original)


def test_a_file_that_tells_nothing_is_the_same_for_everybody(client, world):
    file = added(world, "screen.png", files.make_png().read())
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    prepare(file.pk)
    file.refresh_from_db()
    assert (file.cleaned.name, file.removed_details) == ("", [])
    assert bytes_of(client, world.assessor, file) == files.make_png().read()


def test_others_wait_until_a_file_is_prepared_and_the_owner_does_not(client, world):
    file = added(world, "photo.jpg", photo("JPEG"))
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    client.force_login(world.assessor)
    answer = client.get(reverse("pages:file", args=[file.pk]))
    assert answer.status_code == 409
    assert "getting this file ready" in answer.content.decode()
    assert bytes_of(client, world.apprentice, file) == photo("JPEG")


def test_a_photo_that_does_not_open_stays_with_its_owner_and_can_be_tried_again(client, world):
    broken = (
        b"\xff\xd8\xff\xe0\x00\x04ab"
        + b"\xff\xc0\x00\x0b"
        + bytes(9)
        + b"\xff\xda\x00\x04ab"
        + bytes(20)
        + b"\xff\xc4\xff\xff"
    )
    file = added(world, "photo.jpg", broken)
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    prepare(file.pk)
    file.refresh_from_db()
    assert file.processing == "failed"
    client.force_login(world.assessor)
    answer = client.get(reverse("pages:file", args=[file.pk]))
    assert (answer.status_code, "another format" in answer.content.decode()) == (409, True)
    assert bytes_of(client, world.apprentice, file) == broken
    with pytest.raises(NotAllowed):
        prepare_again(file.pk, acting(world.assessor))
    assert prepare_again(file.pk, acting(world.apprentice)).processing == "waiting"


def test_preparing_twice_makes_everything_once(world):
    file = added(world, "report.pdf", files.make_pdf(text="Evidence of recruiting").read())
    prepare(file.pk)
    prepare(file.pk)
    kinds = sorted(file.renditions.values_list("kind", flat=True))
    assert kinds == ["page", "thumbnail"]
    assert "Evidence of recruiting" in FileText.objects.get().words


def test_on_either_storage_pages_can_be_looked_at_and_nothing_is_left_over(client, world, storage):
    file = added(world, "reflection.docx", files.make_docx(text="What I did").read())
    work_off()
    page = Rendition.objects.get(kind="page")
    client.force_login(world.apprentice)
    answer = client.get(reverse("pages:rendition", args=[page.pk]))
    content = b"".join(answer.streaming_content)
    assert Image.open(io.BytesIO(content)).size == (page.width, page.height)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "private, no-cache")
    assert "sandbox" in answer["Content-Security-Policy"]
    kept = {"if-none-match": answer["ETag"]}
    assert client.get(reverse("pages:rendition", args=[page.pk]), headers=kept).status_code == 304
    client.force_login(world.other_apprentice)
    assert client.get(reverse("pages:rendition", args=[page.pk]), headers=kept).status_code == 404
    assert "What I did" in FileText.objects.get(file=file).words


def test_a_full_disk_is_not_the_files_fault(world, monkeypatch):
    file = added(world, "screen.png", files.make_png().read())

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storing, "store", full)
    with pytest.raises(OSError, match="space"):
        prepare(file.pk)
    file.refresh_from_db()
    assert file.processing == "waiting"
    with pytest.raises(OSError, match="space"):
        prepare(file.pk, is_last_try=True)
    file.refresh_from_db()
    assert file.processing == "failed"


def test_a_tampered_copy_is_found(world):
    file = added(world, "photo.jpg", photo("JPEG"))
    prepare(file.pk)
    file.refresh_from_db()
    default_storage.delete(file.cleaned.name)
    assert "cleaned copy" in str(next(verify()))


# Bombs ----------------------------------------------------------------------------------------------------------------
def png_flood() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 15_000, 15_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10**6)))
        + chunk(b"IEND", b"")
    )


def entity_bomb() -> bytes:
    parts = files.docx_parts()
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    parts["word/document.xml"] = f'<!DOCTYPE w [<!ENTITY a0 "ha">{lines}]><w>&a8;</w>'
    return files.make_archive("a.docx", parts).read()


BOMBS = {
    "flood.png": png_flood,
    "locked.pdf": lambda: b"%PDF-1.4\ntrailer << /Encrypt 1 0 R >>\n%%EOF\n",
    "empty.mp4": lambda: files.make_mp4().read(),
    "empty.heic": lambda: files.make_heic().read(),
    "empty.ogg": lambda: files.make_ogg().read(),
}


def test_a_document_of_entities_does_not_open_even_behind_the_door(tmp_path):
    """The door refuses it; what opens files does not rely on that."""
    (tmp_path / "a.docx").write_bytes(entity_bomb())
    with pytest.raises(sandbox.CannotOpen):
        sandbox.look(tmp_path / "a.docx", file_types.announced("a.docx", 1).content_type, tmp_path)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_has_no_preview_and_is_kept(client, world, name):
    content = BOMBS[name]()
    file = added(world, name, content)
    work_off()
    file.refresh_from_db()
    assert (file.processing, file.renditions.count()) == ("failed", 0)
    assert bytes_of(client, world.apprentice, file) == content


@pytest.mark.parametrize(("act", "held_to"), [("memory", {"memory_bytes": 20 * 2**20}), ("time", {"wall_seconds": 0})])
def test_a_child_that_asks_for_too_much_is_ended(tmp_path, monkeypatch, act, held_to):
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo("JPEG"))
    monkeypatch.setattr(limits, "LOOKING", limits.Limits(**({"wall_seconds": 30, "cpu_seconds": 30} | held_to)))
    with pytest.raises(sandbox.CannotOpen):
        sandbox.look(path, "image/jpeg", tmp_path)


# The virus check ------------------------------------------------------------------------------------------------------
@contextmanager
def clamd(answer: bytes, limit: int = 10**9):
    """A scanner that speaks the protocol, on the loopback address; says `answer`, or stops after this many bytes."""
    server = socket.create_server(("127.0.0.1", 0))
    received: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _address = server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content, said = b"", answer
                while length := struct.unpack("!I", stream.read(4))[0]:
                    content += stream.read(length)
                    if len(content) > limit:
                        said = b"INSTREAM size limit exceeded. ERROR\0"
                        break
                # Noted before it is answered: whoever has the answer may look.
                received.append(content)
                connection.sendall(said)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}", received
    finally:
        server.close()


@pytest.mark.parametrize(
    ("answer", "state", "note"),
    [
        (b"stream: OK\0", "clean", ""),
        (b"stream: Eicar-Test-Signature FOUND\0", "infected", "Eicar-Test-Signature"),
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0", "not_scanned", "too large"),
        (b"stream: Heuristics.Encrypted.Zip FOUND\0", "not_scanned", "password"),
        (b"Can't allocate memory ERROR\0", "not_scanned", "could not"),
    ],
)
def test_a_file_is_what_the_scanner_says(world, settings, answer, state, note):
    with clamd(answer) as (settings.CLAMD_ADDRESS, received):
        file = added(world, "notes.txt", b"I wrote the advert.")
        work_off()
    file.refresh_from_db()
    assert (file.scan, note in file.scan_note) == (state, True)
    assert received == [b"I wrote the advert."]
    assert Entry.objects.get(action="evidence_file.scanned").data["state"] == state


def test_a_file_above_the_scanners_limit_is_not_called_clean(world, settings):
    with clamd(b"stream: OK\0", limit=10) as (settings.CLAMD_ADDRESS, _received):
        file = added(world, "notes.txt", b"I wrote the advert, and more.")
        work_off()
    file.refresh_from_db()
    assert (file.scan, "too large" in file.scan_note) == ("not_scanned", True)


def test_a_scanner_that_is_away_is_asked_again_and_then_the_file_is_not_scanned(world, settings):
    settings.CLAMD_ADDRESS = "127.0.0.1:9"
    file = added(world, "notes.txt", b"I wrote the advert.")
    with pytest.raises(scanning.ScannerAway):
        checking.scan(file.pk)
    checking.scan(file.pk, is_last_try=True)
    file.refresh_from_db()
    assert (file.scan, file.scan_note) == ("not_scanned", "The virus scanner did not respond.")


def test_without_a_scanner_nothing_is_called_clean(world):
    file = added(world, "notes.txt", b"I wrote the advert.")
    work_off()
    file.refresh_from_db()
    assert (file.scan, file.scan_note) == ("not_scanned", "No virus scanner is set up.")


def test_an_infected_file_is_opened_by_nobody_and_its_owner_is_told(client, world, settings):
    file = added(world, "screen.png", files.make_png().read())
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    prepare(file.pk)
    EvidenceFile.objects.update(scan="infected")
    for who in (world.apprentice, world.assessor):
        client.force_login(who)
        assert client.get(reverse("pages:file", args=[file.pk])).status_code == 409
        picture = file.renditions.first()
        assert client.get(reverse("pages:rendition", args=[picture.pk])).status_code == 409
    client.force_login(world.apprentice)
    page = client.get(reverse("pages:evidence", args=[file.evidence_id])).content.decode()
    assert "failed the virus check" in page


def test_what_opens_a_file_ends_with_the_worker_that_was_killed():
    child = (
        "import os, time; from files.opening import limits; limits.apply(limits.LOOKING); "
        "print(os.getpid(), flush=True); time.sleep(600)"
    )
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}]).wait()"
    command = [sys.executable, "-c", parent]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as worker:  # noqa: S603  (our own)
        pid = int(worker.stdout.readline())
        worker.kill()
    until = time.monotonic() + 60
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_voice_note_in_a_container_of_films_has_a_player_for_sound_and_no_black_picture(client, world):
    file = added(world, "note.webm", sound("webm", "libopus"))
    prepare(file.pk)
    client.force_login(world.apprentice)
    page = client.get(reverse("pages:file-page", args=[file.pk])).content.decode()
    assert "<audio" in page
    assert "<video" not in page


def test_a_file_that_was_taken_off_is_prepared_all_the_same(world):
    file = added(world, "screen.png", files.make_png().read())
    remove_file(file.pk, acting(world.apprentice))
    work_off()
    file.refresh_from_db()
    assert file.processing == "done"


def test_a_file_from_before_there_were_jobs_is_prepared_within_the_hour(world):
    file = add_file(world.draft("K1").pk, acting(world.apprentice), files.make_png())
    DBTaskResult.objects.all().delete()
    EvidenceFile.objects.filter(pk=file.pk).update(added_at=clock.now() - timedelta(hours=2))
    for _turn in range(2):
        prepare_what_waits.call()
    assert JobOwner.objects.unscoped().filter(subject=file.pk).count() == 1
    work_off()
    file.refresh_from_db()
    assert file.processing == EvidenceFile.Processing.DONE
