"""Files that are not a page, or not all of one."""

import json
from contextlib import suppress
from time import process_time

import pytest

from occupations.importing.draft import Refused
from occupations.importing.parsing.text import MAX_BYTES
from tests.occupations.pages import SEED, SEED_BYTES, SHARED, line_of, needs_shared_data, read, refusal, without_line


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"", 1, "the file is empty"),
        (b" \n\r\n\t", 1, "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 1, "the file is not UTF-8 text; save it as UTF-8 and try again"),
        (b"MZ\x00\x01 program", 1, "the file is not text: it has control characters"),
        (SEED_BYTES.replace(b"K4:", b"K4:\x00"), 77, "the file is not text: it has control characters"),
        ("é".join(["caf", "\n"]).encode("cp1252"), 1, "the file is not UTF-8 text; save it as UTF-8 and try again"),
        (SEED.encode("utf-16"), 1, "the file is UTF-16; save it as UTF-8 text"),
        (b"<!doctype html><p>K1: x", 1, "this is not the text of an occupational-map page"),
        (b'{"knowledges": []}', 1, "the file is JSON; the text of an occupational-map page is needed"),
        (b"A shopping list\nK1: Kale", 1, "this is not the text of an occupational-map page"),
        (b"x\n" * 20_000, 1, "the file has more than 20000 lines, which no page of a standard has"),
        (b"x" * (MAX_BYTES + 1), 1, "the file is larger than 2 MB, which no page of a standard is"),
    ],
)
def test_another_kind_of_file_is_refused_with_the_reason(content, line, reason):
    assert refusal(content) == [(line, reason)]


def test_text_of_windows_1252_is_refused_at_the_line_where_it_shows():
    ((line, reason),) = refusal(SEED.replace("•", "-").encode("cp1252"))
    assert (line, reason) == (32, "the file is not UTF-8 text; save it as UTF-8 and try again")
    assert line < line_of(SEED, "SOC 2020 code")


@needs_shared_data
def test_no_other_file_of_the_development_set_passes_for_a_page():
    others = [path for path in SHARED.rglob("*.*") if path.is_file() and "map-page-text" not in path.parent.name]
    assert len(others) > 400
    for path in others:
        assert refusal(path.read_bytes())


@pytest.mark.parametrize(
    "last", ["Reference: ", "Summary", "Keywords:", "Knowledge, skills", "K4:", "K9:", "S17:", "B5:", "B9:"]
)
def test_a_page_that_ends_early_is_refused_as_cut_off(last):
    lines = SEED.splitlines(keepends=True)
    ((line, reason),) = refusal("".join(lines[: line_of(SEED, last)]))
    assert "cut off" in reason
    assert line == line_of(SEED, last) + 1


def test_a_page_cut_off_anywhere_is_refused_unless_it_ends_with_a_route_of_its_map():
    whole = SEED.rstrip()
    taken = []
    for end in range(len(whole)):
        text = whole[:end]
        if text.rstrip().endswith("\n\nBusiness and administration") and "Progression link" in text:
            taken.append(end)
        else:
            assert refusal(text)
    assert len(taken) <= 3


def test_a_page_without_its_heading_of_ksbs_is_refused():
    ((line, reason),) = refusal(without_line(SEED, "Knowledge, skills"))
    assert reason == "the heading “Knowledge, skills and behaviours (KSBs)” is missing; the file seems cut off"
    assert line == len(SEED.splitlines()) - 1


def test_every_reason_is_given_at_once():
    text = without_line(without_line(SEED, "K2:"), "Status: ").replace("OCC0321", "OCC")
    assert [reason for _, reason in refusal(text)] == [
        "“OCC” is not a reference; one looks like OCC0321 or ST0321",
        "the page names no status",
        "K2 is missing before K3",
    ]


@pytest.mark.parametrize("filler", ["\n", "( , ", "K", "B1 \n", "S1: x\n", "Level 2 - ", "a_", " \t", "average "])
def test_a_file_full_of_one_thing_is_dealt_with_in_good_time(filler):
    padding = (filler * 19_500)[: MAX_BYTES - 20_000] if "\n" in filler else (filler * MAX_BYTES)[: MAX_BYTES - 20_000]
    begun = process_time()
    refusal(padding)
    for place in ("Level 2 - Technical", "Serocor", "K4: ", "B9: "):
        before, found, after = SEED.partition(place)
        with suppress(Refused):
            read(f"{before}{found}{padding}x{after}")
    assert process_time() - begun < 20


def test_json_is_refused_even_after_a_byte_order_mark():
    assert refusal(b"\xef\xbb\xbf" + json.dumps([{"a": 1}]).encode())[0][1].startswith("the file is JSON")
