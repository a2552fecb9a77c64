"""Names in a pack: clean on every system, with the right ending, no two alike, none that leads out of its folder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprenticeships.uln import is_uln
from reports.pack.naming import MOST_BYTES, PIECE, ROOT, Names, clean_part, filled, right_ending


def test_a_template_is_filled_and_what_has_no_value_leaves_no_gap():
    values = {"name": "Amy Applicant", "uln": "9276308686"}
    assert filled("{name} {uln}", values) == "Amy Applicant 9276308686"
    assert filled("{name} - {uln}", values | {"uln": ""}) == "Amy Applicant"


@pytest.mark.parametrize("text", ["{other}", "{name.__class__}", "{name!r}", "{", "a}b", "{name}/x", "..\\x", "{}"])
def test_a_template_takes_its_own_words_and_no_path(text):
    assert ROOT.fault(text)
    assert not ROOT.fault("Folder of {name}, {uln}")
    assert not PIECE.fault(PIECE.usual)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd", "_-.-etc-passwd"),
        ("CON", "_CON"),
        ("a:b*c?.pdf", "a-b-c-.pdf"),
        ("  .hidden", "file.hidden"),
        ("\u202egpj.exe", "gpj.exe"),
        ("", "file"),
        ("-rf", "_-rf"),
    ],
)
def test_a_name_is_clean_on_every_system(raw, clean):
    assert clean_part(raw) == clean


@given(st.text(max_size=200))
def test_whatever_somebody_typed_is_one_part_of_a_path(raw):
    name = clean_part(raw)
    assert name.strip(" .")
    assert len(name.encode()) <= MOST_BYTES + 4
    assert not set(name) & set('/\\:*?"<>|\0')
    assert name not in (".", "..")


def test_a_file_has_the_ending_of_what_it_is():
    assert right_ending("photo", "image/jpeg") == "photo.jpg"
    assert right_ending("photo.JPEG", "image/jpeg") == "photo.JPEG"
    assert right_ending("photo.png", "image/jpeg") == "photo.png.jpg"


def test_no_two_names_of_a_folder_are_alike_in_whatever_case():
    names = Names()
    given_names = [names.free("a", wanted) for wanted in ("Plan.pdf", "plan.PDF", "Plan (2).pdf", "Plan", "plan")]
    assert given_names == ["Plan.pdf", "plan (2).PDF", "Plan (2) (2).pdf", "Plan", "plan (2)"]
    assert names.free("b", "Plan.pdf") == "Plan.pdf"


def test_a_uln_is_known_by_its_last_digit():
    assert is_uln("9276308686")
    for wrong in ("9276308687", "9999999999", "0276308686", "927630868", "92763086866", "92763O8686", ""):
        assert not is_uln(wrong)
