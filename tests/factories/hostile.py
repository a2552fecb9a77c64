"""Files that would do harm, or are not what they say: for trying every door. All are harmless here; none is real.

`REFUSED` must get in nowhere. `NEUTRALISED` hold something else beside what they are; they may come in as what they
are, because a file goes back with the type of our list, `nosniff` and a sandbox, and nothing here runs or unpacks it.
`HARMLESS` look a little like something bad and are what people really have.
"""

import io
import re
import struct
import zipfile
import zlib

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


def in_pdf(entries: bytes) -> bytes:
    """A PDF whose catalogue says this as well."""
    return _of(files.make_pdf).replace(b"/Type /Catalog", b"/Type /Catalog " + entries)


def _with_list(inner: bytes, kind: bytes = b"ObjStm") -> bytes:
    """A PDF with an object in a packed list."""
    packed = zlib.compress(b"7 0 " + inner)
    before, end = _of(files.make_pdf).rsplit(b"xref\n0", 1)
    part = b"6 0 obj << /Type /%s /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream endobj\n"
    return before + part % (kind, len(packed), packed) + b"xref\n0" + end


def _sheet_parts() -> dict:
    return files.office_parts("xl/workbook.xml", "spreadsheetml.sheet", "<workbook/>")


def _slide_parts() -> dict:
    return files.office_parts("ppt/presentation.xml", "presentationml.presentation", "<presentation/>")


def _related(kind: str, target: str, parts: dict | None = None) -> bytes:
    """An Office file with a relationship to something outside."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    relation = f'<Relationship Id="a" Type="{office}/{kind}" Target="{target}" TargetMode="External"/>'
    listed = {"word/_rels/settings.xml.rels": f'<Relationships xmlns="{package}">{relation}</Relationships>'}
    return _archive((parts or files.docx_parts()) | listed)


def _fields(*instructions: str) -> bytes:
    """A Word document with these instructions, each in a run of its own."""
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    runs = "".join(f"<w:r><w:instrText>{instruction}</w:instrText></w:r>" for instruction in instructions)
    body = f'<w:document xmlns:w="{main}"><w:body><w:p>{runs}</w:p></w:body></w:document>'
    return _archive(files.docx_parts() | {"word/document.xml": body})


def _formula(formula: str) -> bytes:
    sheet = f"<worksheet><sheetData><row><c><f>{formula}</f></c></row></sheetData></worksheet>"
    return _archive(_sheet_parts() | {"xl/worksheets/sheet1.xml": sheet})


def _open_text(body: str) -> bytes:
    parts = files.open_document_parts("text")
    text = f"<office:text>{body}</office:text>"
    return _archive(parts | {"content.xml": parts["content.xml"].replace("<office:text/>", text)})


_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
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
    ("large.txt", b"x" * (1024 * 1024 + 1)),
    ("run.txt", b"@echo off\r\ndel *"),
    ("link.txt", b"[InternetShortcut]\r\nURL=file:///x"),
    # A picture, a recording or a PDF that is something else as well.
    *[
        (f"two.{ending}", _of(maker) + more)
        for ending, maker in (("jpg", files.make_jpeg), ("png", files.make_png), ("gif", files.make_gif))
        for more in (SCRIPT, b"<html>", b"<?php echo 1;", _of(files.make_pdf), b"Rar!\x1a\x07\0", _archive({"a": "b"}))
    ],
    ("two.mp3", _of(files.make_mp3) + _archive({"a": "b"})),
    ("two.mp4", _of(files.make_mp4) + _archive({"a": "b"})),
    ("two.pdf", _of(files.make_pdf) + _archive({"a": "b"})),
    ("two.pdf", _of(files.make_pdf) + SCRIPT),
    ("two.pdf", b"%PDF-1.4\n<html>" + SCRIPT + _of(files.make_pdf)[9:]),
    ("inside.jpg", _of(files.make_jpeg)[:2] + b"\xff\xfe\0\x2b/*" + SCRIPT + _of(files.make_jpeg)[2:]),
    # Pictures that would fill the memory of whoever opens them.
    ("flood.png", _of(files.make_png)[:16] + struct.pack(">II", 50_000, 50_000) + _of(files.make_png)[24:]),
    ("flood.gif", _of(files.make_gif)[:6] + b"\xff\xff\xff\xff" + _of(files.make_gif)[10:]),
    ("flood.jpg", re.sub(rb"(\xff\xc0..\x08)....", b"\\1\xff\xdc\xff\xdc", _of(files.make_jpeg), flags=re.DOTALL)),
    ("flood.heic", _of(files.make_heic).replace(bytes(20), b"ispe" + bytes(4) + b"\0\0\xea\x60" * 2 + bytes(4), 1)),
    ("calls.csv", b"Day,Calls\n\"=cmd|'/c calc'!A0\",2\n"),
    ("calls.pptx", _archive(_slide_parts() | {"ppt/slides/slide1.xml": '<a action="ppaction://program"/>'})),
    # PDFs that run, start or carry something.
    *[
        ("acts.pdf", in_pdf(act))
        for act in (
            b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
            b"/OpenAction << /S /J#61vaScript /J#53 (app.alert(1)) >>",
            b"/OpenAction << /JS <6170702e> /S %c\n/JavaScript >>",
            b"/Names << /JavaScript 9 0 R >>",
            b"/OpenAction << /S /Launch /F (cmd.exe) >>",
            b"/OpenAction << /S /GoToE /T << /R /C >> >>",
            b"/Names << /EmbeddedFiles << /Names [(a) 9 0 R] >> >>",
            b"/AF [<< /Type /Filespec /EF << /F 9 0 R >> >>]",
            b"/X << /Subtype /RichMedia >>",
            b"/AcroForm << /XFA [(a) 9 0 R] >>",
        )
    ],
    ("packed.pdf", _with_list(b"<< /S /JavaScript /JS (app.alert(1)) >>")),
    ("packed.pdf", _with_list(b"<< /S /JavaScript /JS (app.alert(1)) >>", b"Obj#53tm")),
    # Office files that fetch or start something, or hold what other programs run.
    *[
        ("fetches.docx", _related(kind, target))
        for kind, target in (
            ("attachedTemplate", "https://example.test/a.dotm"),
            ("attachedTemplate", "file://example.test/a.dotm"),
            ("attachedTemplate", "\\\\example.test\\a.dotm"),
            ("oleObject", "https://example.test/a.html!"),
            ("oleObject", "file:///C:\\a"),
            ("frame", "https://example.test/"),
            ("image", " https://example.test/a.png"),
            ("subDocument", "file:///C:\\a.docx"),
        )
    ],
    ("fetches.xlsx", _related("externalLinkPath", "https://example.test/a.xlsx", _sheet_parts())),
    ("macros.docx", _archive({key: body.replace(_MAIN, _MACROS) for key, body in files.docx_parts().items()})),
    ("object.docx", _archive(files.docx_parts() | {"word/embeddings/oleObject1.bin": OLD_OFFICE})),
    ("object.docx", _archive(files.docx_parts() | {"word/media/setup.exe": PROGRAM})),
    ("object.docx", _archive(files.docx_parts() | {"word/activeX/activeX1.xml": "<a/>"})),
    ("inner.docx", _archive(files.docx_parts() | {"word/embeddings/a.xlsx": _archive(_sheet_parts() | _VBA)})),
    ("out.docx", _archive(files.docx_parts() | {"../../a.txt": "x"})),
    ("entity.docx", _archive(files.docx_parts() | {_WORD: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})),
    ("calls.docx", _fields('DDEAUTO cmd "/c calc"')),
    ("calls.docx", _fields("DD", "EAUTO cmd")),
    ("calls.docx", _fields("&#68;DE cmd")),
    ("calls.docx", _fields('INCLUDEPICTURE "https://example.test/a.png"')),
    ("calls.xlsx", _formula("cmd|'/c calc'!A0")),
    ("calls.xlsx", _archive(_sheet_parts() | {"xl/externalLinks/externalLink1.xml": "<a><ddeLink/></a>"})),
    *[
        ("fetches.odt", _open_text(body))
        for body in (
            '<draw:image xlink:href="http://example.test/a.png"/>',
            "<text:section-source xlink:href = 'https://example.test/a.odt'/>",
            '<draw:object xlink:href="file:////example.test/a"/>',
            '<draw:floating-frame xlink:href="a"/>',
            '<text:dde-connection-decl office:name="a"/>',
            '<script:event-listener xlink:href="vnd.sun.star.script:a"/>',
        )
    ],
]

NEUTRALISED: list[tuple[str, bytes]] = [
    ("photo.jpg", _of(files.make_jpeg) + b"more of the same " * 20),
    ("form.pdf", _of(files.make_pdf).replace(b"/Type /Catalog", b"/Type /Catalog /A << /S /SubmitForm /F (x) >>")),
    ("notes.txt", b"Then I typed " + SCRIPT + b" into the box."),
    ("calls.csv", b'=HYPERLINK("http://example.test"),2\n'),
]

HARMLESS: list[tuple[str, bytes]] = [
    ("a-png-called.jpg", _of(files.make_png)),
    ("page.pdf", in_pdf(b"/OpenAction [3 0 R /Fit]")),
    ("goto.pdf", in_pdf(b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>")),
    ("fields.pdf", in_pdf(b"/AcroForm << /Fields [] >>")),
    ("title.pdf", in_pdf(b"/Title (HTML/CSS/JavaScript and /JS)")),
    ("link.pdf", in_pdf(b"/A << /S /URI /URI (https://example.test) >>")),
    ("packed.pdf", _with_list(b"<< /Type /Font >>")),
    ("link.docx", _related("hyperlink", "https://example.test/")),
    ("template.docx", _related("attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm")),
    ("template.docx", _related("attachedTemplate", "Normal.dotm")),
    ("fields.docx", _fields(" PAGE ", ' TOC \\o "1-3" ', " DATE ")),
    ("chart.docx", _archive(files.docx_parts() | {"word/embeddings/Sheet1.xlsx": _of(files.make_xlsx)})),
    ("other.xlsx", _related("externalLinkPath", "Book2.xlsx", _sheet_parts())),
    ("joined.xlsx", _formula('A1&amp;"|"&amp;B1')),
    ("sums.csv", b"A;B|C;'x'\n-1;+2;a|b\n=A1&B1;'|';2\n"),
    ("link.odt", _open_text('<text:a xlink:href="http://example.test/">there</text:a>')),
    ("picture.odt", _open_text('<draw:image xlink:href="Pictures/1.png"/>')),
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
    ("CON.txt", "_CON.txt"),
    ("lpt9.old.txt", "_lpt9.old.txt"),
    (".txt", "file.txt"),
    ("x" * 700 + ".txt", "x" * 251 + ".txt"),
    ("\u00e9" * 350 + ".txt", "\u00e9" * 125 + ".txt"),
]
