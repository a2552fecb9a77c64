"""Files of JSON, split into records: one at a time, with their lines, whatever else is broken."""

import json
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from occupations.importing.draft import Refused
from occupations.importing.formats import json_records
from occupations.importing.formats.json_records import Record, records, sha256_of
from tests.occupations.records import record

BROKEN = "the record that begins on line 1 is broken: "


def told(content: bytes | str) -> list[object]:
    """Each record's value, or the line and reason of what is refused, to the last one that can be read."""
    raw = content.encode() if isinstance(content, str) else content
    found: list[object] = []
    try:
        for reading in records(BytesIO(raw), "list.json"):
            found.append(reading.value if isinstance(reading, Record) else _problems(reading))
    except Refused as refused:
        found.append(_problems(refused))
    return found


def _problems(refused: Refused) -> list[tuple[int | None, str]]:
    assert all(problem.file == "list.json" for problem in refused.problems)
    return [(problem.line, problem.reason) for problem in refused.problems]


@pytest.mark.parametrize(
    "content",
    [
        b'[{"a": 1}, {"b": 2}]',
        b'\xef\xbb\xbf\r\n[\r\n  {"a": 1},\r\n  {"b": 2}\r\n]\r\n',
        b'{"total": 2, "next": null, "standards": [{"a": 1}, {"b": 2}], "page": 1}',
        b'[\n{"a": 1}\n,\n{"b": 2}\n]',
    ],
)
def test_the_records_of_a_list_come_one_after_the_other(content):
    assert told(content) == [{"a": 1}, {"b": 2}]


def test_one_object_is_one_record():
    assert told(' {"a": [1, 2]}\n') == [{"a": [1, 2]}]


def test_a_record_knows_the_lines_of_what_is_in_it():
    content = b'[\n  {\n    "a": 1,\n    "b": "x"\n  },\n  {\n    "b": 2\n  }\n]'
    first, second = records(BytesIO(content), "list.json")
    assert (first.line, first.line_of("a"), first.line_of("b"), first.line_of("c")) == (2, 3, 4, 2)
    assert (second.line, second.line_of("b")) == (6, 7)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"", 1, "the file is empty"),
        (b" \n ", 1, "the file is empty"),
        (b"\n\n[]", 3, "the list holds no record"),
        (b"<html>", 1, "the file is not JSON: it begins with neither “{” nor “[”"),
        ('{"a": 1}'.encode("utf-16"), 1, "the file is UTF-16; save it as UTF-8 text"),
        (b'{"a":\n"caf\xe9"}', 2, "the file is not UTF-8 text; save it as UTF-8 and try again"),
        (b'{"a": 1}\n{"b": 2}', 2, "something follows the end of the record; the file seems damaged"),
        (
            b'{"a": 1\n,\n',
            3,
            "the record that begins on line 1 is broken: the file ends within a record; it seems cut off",
        ),
        (b'{"a": 1,\n"b" 2}', 2, f"{BROKEN}this is not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", 1, f"{BROKEN}a number in it is too long"),
        (
            b'{"a": ' + b"[" * 9999 + b"]" * 9999 + b"}",
            1,
            "the record that begins on line 1 is broken: it is nested too deeply",
        ),
    ],
)
def test_a_file_without_a_record_is_refused_by_line(content, line, reason):
    assert told(content) == [[(line, reason)]]


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ('{"b" 2}', 3),
        ('{"b": 2', 4),
        ('{"b": "2}', 4),
        ('{"b": [2, {"c": 3}', 5),
        ('{"b": [2}}', 3),
        ("nonsense", 3),
    ],
)
def test_a_broken_record_does_not_take_the_next_with_it(broken, line):
    first, refused, *rest = told(f'[\n{{"a": 1}},\n{broken},\n{{"c": 3}}\n]')
    assert (first, rest[-1]) == ({"a": 1}, {"c": 3})
    assert refused == [(line, "the record that begins on line 3 is broken: this is not JSON")]


def test_an_entry_that_is_no_record_is_refused_by_itself():
    assert told('[{"a": 1}, 7, "x", [1], {"b": 2}]') == [
        {"a": 1},
        *[[(1, "this entry of the list is not a record")]] * 3,
        {"b": 2},
    ]


def test_a_list_that_is_cut_off_gives_the_records_before_the_cut():
    whole = json.dumps([{"a": 1}, {"b": 2}, {"c": 3}], indent=2)
    *first, cut, end = told(whole[: whole.index('"c"') + 4])
    assert first == [{"a": 1}, {"b": 2}]
    assert cut == [(9, "the record that begins on line 8 is broken: the file ends within a record; it seems cut off")]
    assert end == [(9, "the file ends within its list of records; it seems cut off")]


def test_a_missing_comma_between_records_loses_neither():
    assert told('[\n{"a": 1}\n{"b": 2}\n]') == [{"a": 1}, {"b": 2}]


def test_an_extra_bracket_between_records_is_said():
    first, refused, last = told('[\n{"a": 1}},\n{"b": 2}\n]')
    assert (first, last) == ({"a": 1}, {"b": 2})
    assert refused == [(2, "something stands between two records that is neither; it is left out")]


def test_a_record_whose_end_is_not_found_ends_the_reading(monkeypatch):
    monkeypatch.setattr(json_records, "MAX_RECORD_CHARACTERS", 100_000)
    first, refused = told('[{"a": 1}, {"b": "' + "x" * 300_000)
    assert first == {"a": 1}
    assert refused[-1] == (1, "the end of this record is not found; the rest is not read")


def test_a_record_larger_than_a_chunk_is_read_whole():
    large = {"text": "é\n" * 200_000}
    assert told(json.dumps([large, {"a": 1}], ensure_ascii=False)) == [large, {"a": 1}]


def test_the_hash_is_that_of_the_whole_file_which_is_read_from_its_beginning_after():
    stream = BytesIO(b"abc")
    stream.read(2)
    assert sha256_of(stream).startswith("ba7816bf")
    assert stream.read() == b"abc"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
lists = st.lists(st.dictionaries(st.text(max_size=5), values, max_size=4), min_size=1, max_size=6)


@settings(max_examples=200, deadline=None)
@given(lists, st.sampled_from([None, 0, 1, 4]), st.booleans())
def test_any_list_of_records_is_read_as_it_was_written(written, indent, is_ascii):
    assert told(json.dumps(written, indent=indent, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")) == written


@settings(max_examples=400, deadline=None)
@given(lists, st.sampled_from([None, 2]), st.data())
def test_a_list_spoilt_anywhere_is_read_or_refused_by_line(written, indent, data):
    content = bytearray(json.dumps(written, indent=indent).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=3))
    for one in told(bytes(content)):
        assert isinstance(one, dict) or all(line and reason for line, reason in one)


_MEASURE = """
import sys
sys.path.insert(0, {root!r})
from occupations.importing.formats import ifate_json
count = 0
with open({path!r}, "rb") as stream:
    for draft in ifate_json.read(stream, "list.json"):
        count += 1
# Not ru_maxrss, which begins at what the process that started this one had.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(count, int(peak.split()[1]) // 1024)
"""


def _list_of(count: int, indent: int | None) -> Iterator[str]:
    large = record(standardInformation="&lt;p&gt;" + "words " * 6_500 + "&lt;/p&gt;")
    for number in range(count):
        yield "[" if not number else ","
        yield json.dumps(large | {"referenceNumber": f"ST{number:04}"}, indent=indent)
    yield "]"


@pytest.mark.parametrize("indent", [4, None])
def test_a_list_of_80_mb_needs_less_than_150_mb_of_memory(tmp_path, indent):
    path = tmp_path / "list.json"
    with path.open("w") as file:
        file.writelines(_list_of(2_010, indent))
    assert path.stat().st_size > 80_000_000
    script = _MEASURE.format(root=str(Path(__file__).parents[4]), path=str(path))
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    count, megabytes = map(int, answer.stdout.split())
    assert count == 2_010
    assert megabytes < 150
