"""What becomes of the names that people give their files."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.file_names import MAX_BYTES, clean_name, ending


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("holiday photo.jpg", "holiday photo.jpg"),
        ("Müller – Gespräch (2).pdf", "Müller – Gespräch (2).pdf"),
        ("C:\\Users\\Sam\\Desktop\\notes.txt", "notes.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("re\x00port\r\n.pdf", "report.pdf"),
        ("two\u2028lines.txt", "twolines.txt"),
        ("a\u00a0  b .pdf", "a b.pdf"),
        ("report.pdf. . ", "report.pdf"),
        (".htaccess", "file.htaccess"),
        (".jpg", "file.jpg"),
        ("", "file"),
        ("...", "file"),
        ("\u202e\u200b", "file"),
        ("Cafe\u0301.txt", "Café.txt"),
        ("👩\u200d🔧.png", "👩\u200d🔧.png"),
        ("\ud800.txt", "file.txt"),
        ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
        ("re\u200dport\u200c.pdf", "report.pdf"),
        ("-rf.txt", "_-rf.txt"),
        ("--output=x.pdf", "_--output=x.pdf"),
        ("notes -1.txt", "notes -1.txt"),
    ],
)
def test_a_name_is_kept_without_what_could_deceive(raw, clean):
    assert clean_name(raw) == clean


@pytest.mark.parametrize("letter", ["a", "é", "字", "👩"])
def test_a_long_name_is_cut_between_characters_and_keeps_its_ending(letter):
    name = clean_name(letter * 300 + ".docx")

    assert name.endswith(letter + ".docx")
    assert MAX_BYTES - 4 < len(name.encode()) <= MAX_BYTES


def test_something_very_long_after_a_dot_is_no_ending():
    assert ending("a." + "x" * 300) == ""
    assert len(clean_name("a." + "x" * 300).encode()) == MAX_BYTES


@given(st.text(st.characters()) | st.text("./\\ \u202e\u0301\u200da\x00é", max_size=400))
def test_any_name_becomes_one_that_is_safe_to_show_and_stays_so(raw):
    name = clean_name(raw)

    assert name
    assert name == clean_name(name)
    assert unicodedata.is_normalized("NFC", name)
    assert len(name.encode()) <= MAX_BYTES
    assert not set(name) & set("/\\\r\n\x00\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    assert name.strip(" ") == name
