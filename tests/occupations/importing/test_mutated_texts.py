"""However text, HTML, Markdown or CSV is spoilt, it comes in whole or is refused with file, line and reason."""

from io import BytesIO

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.actor import SYSTEM
from occupations.importing import known_formats as formats
from occupations.importing.draft import Refused
from occupations.importing.files import Report, import_stream
from occupations.importing.identity import Given
from tests.occupations import records, renderings
from tests.occupations.importing.test_mutated_json import check_that_nothing_is_half
from tests.occupations.pages import SEED_BYTES

pytestmark = pytest.mark.django_db

BAKER = records.read()
WHOLE = [
    ("a.html", renderings.saved_page(BAKER)),
    ("a.txt", renderings.copied_page(BAKER)),
    ("a.txt", renderings.copied_page(BAKER, is_tabbed=False)),
    ("a.md", renderings.markdown(BAKER)),
    ("a.txt", renderings.course_page(BAKER)),
    ("a.csv", renderings.spreadsheet(BAKER)),
    ("a.csv", renderings.spreadsheet(BAKER, ";")),
    ("a.html", "<p>" + SEED_BYTES.decode().replace("\n", "</p>\n<p>")),
]
PIECES = [
    "<table>", "</table>", "<tr>", "<td>", "<h2>Skills</h2>", "<ul><li>", "<script>", "<!--", "<nav>", '"', "\t", "\n",
    "\r", "\x00", "\u2028", "K1: ", "K3.1 x\n", "AK1 x\n", "Duty 1 ", "KSBs\n", "Knowledge\n", "Version log\n",
    "1.0 x 99/99/2020 Not set\n", "Level: 99\n", "Version: x\n", "Reference: ST0001\n", ";", ",", "|", "# ", "* ",
    "&#0;", "K0: x", "K1000: x", "Duty 99999 x\n", "Maximum funding: £99999999999\n", "K\u0661: x", "standard,",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A source of a known kind with pieces put in, taken out, said twice or moved, and some bytes spoilt."""
    name, text = draw(st.sampled_from(WHOLE))
    for _ in range(draw(st.integers(0, 4))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.sampled_from([0, 1, 8, 60, 400])))
        match draw(st.sampled_from(["delete", "insert", "write", "repeat", "cut"])):
            case "delete":
                text = text[:begin] + text[end:]
            case "insert":
                text = text[:begin] + draw(st.sampled_from(PIECES)) + text[begin:]
            case "write":
                text = text[:begin] + draw(st.text(max_size=12)) + text[end:]
            case "repeat":
                text = text[:end] + text[begin:]
            case "cut" if begin > len(text) // 2:
                text = text[:begin]
    raw = text.encode("utf-8", "replace")
    if draw(st.integers(0, 4)) == 0:
        place = draw(st.integers(0, len(raw)))
        raw = raw[:place] + draw(st.binary(max_size=3)) + raw[place:]
    return name, raw


def imported(name: str, raw: bytes, forced: formats.Format | None = None) -> Report:
    """What comes of a source, whose problems all have a line and a reason."""
    report = Report()
    try:
        import_stream(BytesIO(raw), name, report, SYSTEM, forced, Given("ST0123"))
    except Refused as refused:
        report.errors += refused.problems
    assert all(problem.file == name and problem.reason for problem in [*report.errors, *report.warnings])
    assert all(problem.line for problem in report.errors)
    assert report.errors or report.written
    return report


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(), mutated())
@example(("a.md", b"## K\n### K1\n## Skills\ntext"), ("a.csv", b"KSB\n"))
def test_mutated_text_comes_in_whole_or_is_refused_by_line(first, second):
    with transaction.atomic():
        for name, raw in (first, second, first):
            imported(name, raw)
        check_that_nothing_is_half()
        transaction.set_rollback(True)


@settings(max_examples=60, deadline=None)
@given(mutated(), st.sampled_from([known.name for known in formats.FORMATS]))
def test_no_reader_stumbles_over_another_kind_of_source(source, format_name):
    with transaction.atomic():
        imported(*source, formats.BY_NAME[format_name])
        transaction.set_rollback(True)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["a.txt", "a.html", "a.md", "a.csv"]))
def test_any_text_is_read_or_refused(text, name):
    with transaction.atomic():
        imported(name, text.encode("utf-8", "replace"))
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "piece", ["<", '<a "', "<p>x", "<td>K1</td>", "<table><tr><td>", "<!--", "[", "K1: x\n", "K1  "]
)
def test_a_source_full_of_one_thing_is_dealt_with_in_good_time(piece):
    for begin in ("", "<html><table><tr>", "# Knowledge\n", "code,statement\n"):
        imported("a.txt", (begin + piece * (100_000 // len(piece))).encode())
