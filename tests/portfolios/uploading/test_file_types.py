"""Which files are evidence: what they hold and what they are called must agree, and be on the list."""

import contextlib
import io
import itertools
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files import file_types, office_files
from files.file_names import ending
from files.file_types import FILE_TYPES, FileRefused, detect, right_name
from tests.factories import files


def detected(upload):
    return detect(upload, upload.name).content_type


def refusal(upload):
    with pytest.raises(FileRefused) as refused:
        detect(upload, upload.name)
    return str(refused.value)


@pytest.mark.parametrize("name", files.ONE_OF_EACH)
def test_every_kind_on_the_list_is_recognised(name):
    upload = files.ONE_OF_EACH[name]()

    file_type = detect(upload, upload.name)

    assert name in file_type.endings
    assert upload.tell() == 0


PHOTOS = {"jpg", "png", "webp", "gif", "heic"}
SOUND, FILMS = {"mp3", "m4a", "wav", "ogg"}, {"mp4", "mov", "webm"}
HOLD_THE_SAME = ({"txt", "csv"}, {"mp4", "m4a"})
PAIRS = [pair for pair in itertools.permutations(files.ONE_OF_EACH, 2) if set(pair) not in HOLD_THE_SAME]
OF_ONE_FAMILY = [pair for pair in PAIRS if any(set(pair) <= family for family in (PHOTOS, SOUND, FILMS))]
#: Recorders of sound write the container of films, and nothing in its first bytes tells which it is.
EITHER = [("m4a", "mov"), ("m4a", "webm"), ("mp4", "mp3"), ("mp4", "wav"), ("mp4", "ogg")]


@pytest.mark.parametrize(("name", "other"), OF_ONE_FAMILY)
def test_a_photo_or_recording_with_the_ending_of_another_is_taken_for_what_it_is(name, other):
    upload = files.ONE_OF_EACH[name]()
    found = detect(upload, f"IMG_0001.{other.upper()}")

    assert name in found.endings
    assert right_name(f"IMG_0001.{other.upper()}", found) == f"IMG_0001.{name}"


def test_a_right_ending_stays_as_it_was_written():
    assert right_name("IMG_0001.JPEG", detect(files.make_jpeg(), "IMG_0001.JPEG")) == "IMG_0001.JPEG"


@pytest.mark.parametrize(("name", "other"), [pair for pair in PAIRS if pair not in OF_ONE_FAMILY + EITHER])
def test_content_under_the_ending_of_another_kind_is_refused(name, other):
    upload = files.ONE_OF_EACH[name]()
    upload.name = f"renamed.{other}"

    assert "renamed" in refusal(upload)


def test_every_kind_has_a_maker_in_the_factories():
    assert {file_type.endings[0] for file_type in FILE_TYPES} == set(files.ONE_OF_EACH)


def test_the_ending_counts_in_any_case():
    assert detected(files.make_jpeg("IMG_1.JPG")) == "image/jpeg"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("data.xml", b"<?xml version='1.0'?><a/>"),
        ("run.sh", b"#!/bin/sh\nrm -rf /\n"),
        ("run.js", b"alert(1)"),
        ("setup.exe", b"MZ" + bytes(200)),
        ("report.pdf.exe", b"MZ" + bytes(200)),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("all.zip", b"PK\x05\x06" + bytes(18)),
        ("noending", b"words"),
        ("pdf", b"%PDF-1.4\n%%EOF"),
        ("mail.eml", b"From: a@b\n\nHello"),
    ],
)
def test_what_is_not_on_the_list_is_refused_with_the_list(name, content):
    said = refusal(files.upload(name, content))

    assert name in said
    assert str(file_types.ALLOWED_DESCRIPTION) in said


@pytest.mark.parametrize("markup", [b"<!DOCTYPE html><p>", b"\n <svg onload=alert(1)>", b"<script>alert(1)</script>"])
@pytest.mark.parametrize(
    "name", ["photo.jpg", "photo.gif", "photo.webp", "report.pdf", "notes.txt", "table.csv", "a.heic"]
)
def test_a_web_page_under_any_other_name_is_refused(name, markup):
    assert refusal(files.upload(name, markup + b" filler" * 100))


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf<html>",
        "<html>".encode("utf-16"),
        b"#!/usr/bin/env python3\nprint()",
        b"{\\rtf1 hello}",
        b"%PDF-1.7\n",
        b"<?xml version='1.0'?>",
        b"<?php echo 1;",
    ],
)
def test_text_that_is_really_something_else_is_refused(content):
    assert refusal(files.upload("notes.txt", content))


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        "£500 für Anzeigen – 字".encode(),
        b"\xef\xbb\xbfwith a mark",
        "Notepad calls this Unicode: £".encode("utf-16"),
        "the other way round".encode("utf-16-be").join([b"\xfe\xff", b""]),
        b"<Candidate A> said that < 3 days is too short.",
        b"MZ is how her initials go.",
        b"\x1b[1mlog\x1b[0m\r\n\tend\x0c",
    ],
)
def test_plain_text_is_taken_as_people_write_it(content):
    assert detected(files.upload("notes.txt", content)) == "text/plain"


@pytest.mark.parametrize(
    "content", [b"a\0b", b"caf\xe9", b"\xff\xfea", b"\xff\xfe\0\0a\0\0\0", "é".encode()[:1], b"\xff\xfe\0\0"]
)
def test_bytes_that_are_no_text_are_refused_with_advice(content):
    assert "UTF-8" in refusal(files.upload("notes.txt", content))


def test_a_character_cut_by_the_edge_of_a_chunk_is_still_text():
    assert detected(files.upload("long.txt", b"x" * (256 * 1024 - 1) + "é".encode() * 100)) == "text/plain"


def test_an_empty_file_is_refused():
    assert "empty" in refusal(files.upload("photo.jpg", b""))


def test_a_file_over_the_limit_is_refused(settings):
    settings.EVIDENCE_FILE_MAX_BYTES = 1024 * 1024

    assert detect(files.upload("a.txt", b"x" * 1024 * 1024), "a.txt")
    assert "1 MB" in refusal(files.upload("a.txt", b"x" * (1024 * 1024 + 1)))


@pytest.mark.parametrize(("size_bytes", "words"), [(1024**3, "1 GB"), (1536 * 1024**2, "1536 MB"), (1024**2, "1 MB")])
def test_the_limit_is_told_in_words(settings, size_bytes, words):
    settings.EVIDENCE_FILE_MAX_BYTES = size_bytes

    assert file_types.max_size_in_words() == words


# Office files ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("part", ["word/vbaProject.bin", "word/VBAPROJECT.BIN", "customXml/vbaData.xml"])
def test_a_word_document_with_macros_is_refused_and_says_so(part):
    assert "macros" in refusal(files.make_archive("cv.docx", files.docx_parts() | {part: b"x"}))


def test_a_workbook_with_old_macro_sheets_is_refused():
    parts = files.office_parts("xl/workbook.xml", "spreadsheetml.sheet", "<workbook/>")

    assert "macros" in refusal(files.make_archive("a.xlsx", parts | {"xl/macrosheets/sheet1.xml": b"x"}))


@pytest.mark.parametrize("part", ["Basic/Standard/Module1.xml", "Scripts/python/run.py"])
def test_an_open_document_with_macros_is_refused(part):
    assert "macros" in refusal(files.make_archive("a.odt", files.open_document_parts("text") | {part: b"x"}))


def test_an_archive_named_as_a_document_is_refused():
    assert refusal(files.make_archive("cv.docx", {"run.exe": b"MZ", "readme.txt": b"hello"}))


def test_a_document_locked_with_a_password_is_refused_and_says_so():
    assert "password" in refusal(files.upload("cv.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))


def test_a_document_with_encrypted_parts_is_refused():
    content = bytearray(files.make_docx().read())
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1

    assert refusal(files.upload("cv.docx", bytes(content)))


def test_a_locked_open_document_is_refused():
    assert refusal(files.make_archive("a.odt", files.open_document_parts("text") | {"encrypted-package": b"x"}))


def test_a_document_behind_other_content_is_refused():
    content = files.make_docx().read()

    assert refusal(files.upload("cv.docx", b"%PDF-1.4\n" + content))
    assert refusal(files.upload("cv.docx", b"GIF89a" + content))


def test_an_archive_with_words_after_it_is_refused():
    assert refusal(files.upload("cv.docx", files.make_docx().read() + b"tail"))


def test_an_archive_that_would_unpack_to_far_too_much_is_refused():
    assert refusal(files.make_archive("cv.docx", files.docx_parts() | {"word/media/a.bin": bytes(20 * 1024 * 1024)}))


def test_an_archive_with_too_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(office_files, "MAX_PARTS", 50)

    assert refusal(files.make_archive("cv.docx", files.docx_parts() | {f"word/{n}.xml": b"" for n in range(60)}))


def test_a_directory_that_claims_to_be_huge_is_not_read(settings):
    settings.EVIDENCE_FILE_MAX_BYTES = 100 * 1024 * 1024
    filler = b"PK\x03\x04" + bytes(60 * 1024 * 1024)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(filler) - 4, 4, 0)
    upload = io.BytesIO(filler + end)
    tracemalloc.start()

    with pytest.raises(FileRefused):
        detect(upload, "cv.docx")

    assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    tracemalloc.stop()


def test_a_64_bit_directory_does_not_get_past_the_limit():
    content = files.make_docx().read()
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)

    assert refusal(files.upload("cv.docx", content[:-22] + locator + content[-22:]))


# Damaged and odd ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["jpg", "png", "pdf", "docx", "odt", "mp4", "mov", "m4a", "heic", "webp", "mp3"])
def test_a_file_that_was_cut_off_is_refused(name):
    whole = files.ONE_OF_EACH[name]().read()
    keep = 300 if name == "mp3" else len(whole) // 3

    assert refusal(files.upload(f"part.{name}", whole[:keep]))


def test_a_photo_with_a_video_behind_it_is_a_photo():
    assert detected(files.upload("motion.jpg", files.make_jpeg().read() + files.make_mp4().read())) == "image/jpeg"


def test_a_pdf_must_begin_as_one():
    assert refusal(files.upload("a.pdf", b"<html>" + files.make_pdf().read()))


def test_avif_and_matroska_are_told_from_their_relatives():
    avif = files.iso_box(b"ftyp", b"avif\0\0\0\0mif1heicavif") + files.iso_box(b"meta", bytes(40))

    assert refusal(files.upload("a.heic", avif))
    assert refusal(files.upload("a.webm", files.make_webm().read().replace(b"\x84webm", b"\x88matroska")))


def test_an_mp3_needs_no_tag():
    assert detected(files.make_mp3(has_tag=False)) == "audio/mpeg"


def test_a_picture_of_endless_small_blocks_is_given_up_quickly(settings):
    settings.EVIDENCE_FILE_MAX_BYTES = 10 * 1024 * 1024
    endless = b"GIF89a\x01\0\x01\0\0\0\0!\xfe" + b"\x01x" * 2_000_000

    assert refusal(files.upload("a.gif", endless))


@given(
    st.sampled_from(sorted(files.ONE_OF_EACH)),
    st.binary(max_size=200),
    st.integers(0, 400),
    st.sampled_from(["replace", "prefix", "cut"]),
)
def test_no_bytes_make_the_detection_fail(name, noise, at, how):
    whole = files.ONE_OF_EACH[name]().read()
    content = {"replace": whole[:at] + noise + whole[at + len(noise) :], "prefix": noise, "cut": whole[:at]}[how]
    for kind in files.ONE_OF_EACH:
        with contextlib.suppress(FileRefused):
            detect(io.BytesIO(content), f"x.{kind}")


@given(st.binary(max_size=300))
def test_no_end_of_an_archive_makes_the_detection_fail(noise):
    for content in (b"PK\x03\x04" + noise, files.make_docx().read()[:-60] + noise, files.make_docx().read() + noise):
        names = office_files.part_names(io.BytesIO(content))
        assert all(isinstance(name, str) for name in names)


def test_archives_of_python_itself_are_understood():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("A/B.xml", "x")

    assert office_files.part_names(content) == {"a/b.xml"}


def test_endings():
    assert [ending(n) for n in ("a.JPG", "a.tar.gz", "a", ".jpg", "a.")] == ["jpg", "gz", "", "", ""]
