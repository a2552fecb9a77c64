"""However a page is spoilt, it comes in with its codes in a row or is refused with the reason; nothing else happens."""

from itertools import groupby

from hypothesis import example, given, settings
from hypothesis import strategies as st

from occupations.importing.draft import Refused, StandardDraft
from occupations.importing.parsing.ksb_lines import TYPES
from tests.occupations.pages import SEED, SEED_BYTES, read

LINES = SEED.split("\n")
places = st.integers(0, len(LINES) - 1)
offsets = st.integers(0, len(SEED_BYTES))
EDITS = st.one_of(
    st.tuples(st.just("delete"), places),
    st.tuples(st.just("repeat"), places),
    st.tuples(st.just("swap"), places, places),
    st.tuples(st.just("empty"), places),
    st.tuples(st.just("join"), places),
    st.tuples(st.just("write"), places, st.text(max_size=40)),
    st.tuples(st.just("cut"), places, st.integers(0, 60)),
)


def edited(edits: list[tuple]) -> str:
    """The seed after each of `edits` to its lines."""
    lines = list(LINES)
    for what, place, *more in edits:
        place = min(place, len(lines) - 1)
        match what:
            case "delete":
                del lines[place]
            case "repeat":
                lines.insert(place, lines[place])
            case "swap":
                other = min(more[0], len(lines) - 1)
                lines[place], lines[other] = lines[other], lines[place]
            case "empty":
                lines[place] = ""
            case "join":
                lines[place : place + 2] = [" ".join(lines[place : place + 2])]
            case "write":
                lines.insert(place, more[0])
            case "cut":
                lines[place] = lines[place][: more[0]]
    return "\n".join(lines)


def whole_or_refused(content: bytes | str) -> StandardDraft | None:
    """Read a page, and hold what comes of it against what must always be true."""
    try:
        draft = read(content)
    except Refused as refused:
        draft, problems = None, refused.problems
    if not draft:
        assert problems
        assert all(problem.reason and problem.file == "page.txt" and problem.line for problem in problems)
        return None
    assert draft.title
    assert draft.route
    assert draft.status
    assert 1 <= draft.level <= 8
    kinds = [kind for kind, _ in groupby(draft.ksbs, key=lambda ksb: ksb.type)]
    assert kinds == [kind for kind in TYPES if kind in kinds]
    assert {"K", "S"} <= set(kinds) or {"TK", "TS"} <= set(kinds)
    for kind in kinds:
        numbers = [ksb.number for ksb in draft.ksbs if ksb.type == kind]
        assert numbers == list(range(1, len(numbers) + 1))
    assert all(ksb.statement == ksb.statement.strip() != "" for ksb in draft.ksbs)
    return draft


@settings(max_examples=300, deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=6))
def test_a_page_with_its_lines_edited(edits):
    whole_or_refused(edited(edits))


@settings(max_examples=200, deadline=None)
@given(offsets, offsets)
def test_a_page_with_a_piece_cut_out(begin, end):
    whole_or_refused(SEED_BYTES[: min(begin, end)] + SEED_BYTES[max(begin, end) :])


@settings(max_examples=200, deadline=None)
@given(offsets, st.binary(min_size=1, max_size=30))
def test_a_page_with_bytes_put_in(place, added):
    whole_or_refused(SEED_BYTES[:place] + added + SEED_BYTES[place:])


@settings(max_examples=200, deadline=None)
@given(offsets, offsets, offsets)
def test_a_page_with_a_piece_moved(begin, end, to):
    begin, end = min(begin, end), max(begin, end)
    rest = SEED_BYTES[:begin] + SEED_BYTES[end:]
    whole_or_refused(rest[:to] + SEED_BYTES[begin:end] + rest[to:])


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
@example(b"Reference: OCC0321\nKnowledge, skills and behaviours (KSBs)\nOccupational Progression\nLevels 6-7\nDigital")
def test_bytes_that_are_no_page(content):
    assert whole_or_refused(content) is None


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(LINES)))
def test_a_page_that_comes_in_without_its_last_lines_has_lost_nothing(count):
    if draft := whole_or_refused("\n".join(LINES[:count])):
        assert len(draft.ksbs) == 35
