"""Files that would do harm, or are not what they say: for trying every door. All are harmless here; none is real.

`REFUSED` must get in nowhere. `NEUTRALISED` hold something else beside what they are; they may come in as what they
are, because a file goes back with the type of our list, `nosniff` and a sandbox, and nothing here runs or unpacks it.
"""

import io
import struct
import zipfile

from tests.factories import files

SCRIPT = b"<script>alert(document.cookie)</script>"
PROGRAM = b"MZ\x90\0" + bytes(60) + b"PE\0\0" + bytes(200)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)


def _of(maker: object) -> bytes:
    return maker().read()  # type: ignore[operator]


def _archive(parts: dict, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    return files.make_archive("x.zip", parts, compression).read()


def _bomb(parts: dict) -> bytes:
    return _archive(parts | {"word/media/nothing.bin": bytes(40 * 1024 * 1024)})


def _lying_bomb() -> bytes:
    """Small sizes in the directory, much behind them."""
    content = bytearray(_bomb(files.docx_parts()))
    entry = content.rfind(b"PK\x01\x02", 0, content.rfind(b"word/media/nothing.bin"))
    content[entry + 24 : entry + 28] = struct.pack("<I", 40 * 1024 * 1024)
    return bytes(content)


def _overlapping() -> bytes:
    """A directory that names one part thousands of times."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.docx_parts().items():
            archive.writestr(name, body)
        archive.writestr("a", bytes(1024 * 1024))
        part = archive.getinfo("a")
        archive.filelist += [part] * 3000
    return content.getvalue()


_VBA = {"word/vbaProject.bin": b"Attribute VB_Name", "xl/vbaProject.bin": b"Attribute VB_Name"}
_WORD, _SHEET = "word/document.xml", "xl/workbook.xml"

#: Name and content of each.
REFUSED: list[tuple[str, bytes]] = [
    ("empty.jpg", b""),
    ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("page.html", b"<!doctype html>" + SCRIPT),
    ("page.xhtml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>"),
    ("data.xml", b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
    ("run.sh", b"#!/bin/sh\ntrue\n"),
    ("run.js", b"alert(1)"),
    ("run.py", b"print(1)"),
    ("run.php", b"<?php phpinfo();"),
    ("macro.vbs", b"MsgBox 1"),
    ("link.url", b"[InternetShortcut]\nURL=file:///x"),
    ("setup.exe", PROGRAM),
    ("photo.jpg.exe", PROGRAM),
    ("all.zip", _archive({"a.txt": "x"})),
    ("all.7z", b"7z\xbc\xaf\x27\x1c" + bytes(60)),
    ("letter.docm", _archive(files.docx_parts() | _VBA)),
    ("old.doc", OLD_OFFICE),
    ("noending", b"words"),
    *[
        (f"renamed.{ending}", content)
        for ending in (
            "jpg",
            "png",
            "gif",
            "webp",
            "heic",
            "pdf",
            "docx",
            "odt",
            "mp4",
            "mp3",
            "wav",
            "ogg",
            "webm",
            "mov",
        )
        for content in (PROGRAM, b"<!doctype html>" + SCRIPT, b"<svg onload=alert(1)>", b"#!/bin/sh\n", OLD_OFFICE)
    ],
    ("notes.txt", b"<html>" + SCRIPT),
    ("notes.txt", b"\xef\xbb\xbf  <!DOCTYPE html>" + SCRIPT),
    ("notes.txt", b"<svg onload=alert(1)>"),
    ("notes.txt", PROGRAM),
    ("table.csv", b"<?xml version='1.0'?><a/>"),
    ("notes.txt", b"#!/usr/bin/env python3\n"),
    ("notes.txt", b"%PDF-1.7\n"),
    ("notes.txt", "<script>".encode("utf-16")),
    ("cv.docx", _archive(files.docx_parts() | _VBA)),
    ("cv.docx", _archive(files.docx_parts() | {"WORD/VBAPROJECT.BIN": b"x"})),
    ("sums.xlsx", _archive(files.office_parts(_SHEET, "spreadsheetml.sheet", "<workbook/>") | _VBA)),
    ("sums.xlsx", _archive(files.office_parts(_SHEET, "x", "<workbook/>") | {"xl/macrosheets/sheet1.xml": b"x"})),
    ("diary.odt", _archive(files.open_document_parts("text") | {"Basic/Standard/Module1.xml": b"x"})),
    ("bomb.docx", _bomb(files.docx_parts())),
    ("bomb.odt", _bomb(files.open_document_parts("text"))),
    ("bomb.xlsx", _bomb(files.office_parts(_SHEET, "x", "<workbook/>"))),
    ("lying.docx", _lying_bomb()),
    ("overlapping.docx", _overlapping()),
    ("many.docx", _archive(files.docx_parts() | {f"word/{n}": b"" for n in range(6000)}, zipfile.ZIP_STORED)),
    ("archive.docx", _archive({"run.exe": PROGRAM})),
    ("program.jar.docx", _archive({"META-INF/MANIFEST.MF": b"Main-Class: X", "X.class": b"\xca\xfe\xba\xbe"})),
    ("locked.docx", OLD_OFFICE),
    ("pdf-with-a-page-before.pdf", b"<html>" + SCRIPT + _of(files.make_pdf)),
    ("page-with-a-pdf.html", b"<html>" + _of(files.make_pdf)),
    ("gif-comment.gif", b"GIF89a/*" + SCRIPT),
    ("gif-script.gif", b"GIF89a=1;alert(1)"),
    ("cut.png", _of(files.make_png)[:40]),
    ("cut.mp4", _of(files.make_mp4)[:60]),
    ("photo.jpg", _of(files.make_png)),
    ("large.txt", b"x" * (1024 * 1024 + 1)),
]

NEUTRALISED: list[tuple[str, bytes]] = [
    ("steps.gif", _of(files.make_gif) + _archive({"run.exe": PROGRAM})),
    ("photo.jpg", _of(files.make_jpeg) + SCRIPT),
    ("screen.png", _of(files.make_png) + _archive({"x.html": SCRIPT})),
    (
        "form.pdf",
        _of(files.make_pdf).replace(
            b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>"
        ),
    ),
    ("notes.txt", b"Then I typed " + SCRIPT + b" into the box."),
    ("calls.csv", b'=HYPERLINK("http://example.test"),2\n'),
]

#: Names as they may be sent, and as they are kept.
ODD_NAMES: list[tuple[str, str]] = [
    ("../../etc/notes.txt", "notes.txt"),
    ("..\\..\\windows\\notes.txt", "notes.txt"),
    ("/etc/cron.d/notes.txt", "notes.txt"),
    ("C:\\notes.txt", "notes.txt"),
    ("no\u202etxt.txt", "notxt.txt"),
    ("no\0tes.txt", "notes.txt"),
    ("no\r\nSet-Cookie: a=b\r\ntes.txt", "noSet-Cookie: a=btes.txt"),
    ("\u2066notes\u2069.txt", "notes.txt"),
    ("no\x7f\x1btes.txt", "notes.txt"),
    ("e\u0301.txt", "\u00e9.txt"),
    ("   notes.txt", "notes.txt"),
    ("notes.txt. . .", "notes.txt"),
    ("<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt"),
    ("';DROP TABLE files;--.txt", "';DROP TABLE files;--.txt"),
    ("\U0001f4f8.txt", "\U0001f4f8.txt"),
    ("CON.txt", "CON.txt"),
    (".txt", "file.txt"),
    ("x" * 700 + ".txt", "x" * 251 + ".txt"),
    ("\u00e9" * 350 + ".txt", "\u00e9" * 125 + ".txt"),
]
