"""However JSON is spoilt, it comes in whole or is refused with file, line and reason; nothing else happens."""

import json
from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Entry
from core.actor import SYSTEM
from occupations import content
from occupations.importing.draft import Refused
from occupations.importing.files import Report, import_stream
from occupations.models import Duty, Ksb, Standard, StandardVersion
from tests.occupations.importing.formats import test_assessment_json as assessment
from tests.occupations.importing.formats import test_courses_json as courses
from tests.occupations.importing.formats import test_metadata_json as metadata
from tests.occupations.records import duty, record, statements

pytestmark = pytest.mark.django_db

WHOLE: list[Any] = [
    record(),
    [record(), record(referenceNumber="ST0124")],
    record(
        coreAndOptions=True,
        options=[{"optionId": "o1", "title": "Bread"}, {"optionId": "o2", "title": "Cakes"}],
        duties=[duty(1, "Bake", "k1", "s1"), duty(2, "Bake bread", "k2", "b1", core=0, options=["o1"])],
        qualifications=[{"title": "Diploma", "level": "3"}],
    ),
    record(
        referenceNumber="FA0001",
        technicalKnowledges=statements("TK", "Flours"),
        technicalSkills=statements("TS", "Kneading"),
        knowledges=[],
        skills=[],
        behaviours=[],
        relatedOccupations=[{"reference": "OCC0123"}],
    ),
    courses.answer({"Bread": courses.ksbs("K1", "S1"), "Cakes": courses.ksbs("K1", "S2")}),
    courses.ksbs("K1", "S1"),
    metadata.page(),
    assessment.outcomes(),
    assessment.methods(),
]

odd_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=True),
    st.text(max_size=6),
    st.sampled_from(["", " ", "\0", "\ud800", "ST0123", "K1", "<p>", "&lt;", "x" * 400, "9" * 40, "1.1", "0001-01-01"]),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3)), max_size=2),
    st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2),
)


def _places(value: Any, path: tuple = ()) -> list[tuple]:
    """The path of every key and item in a structure."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in inner for place in ((*path, key), *_places(item, (*path, key)))]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """JSON of a known shape with some keys or values taken away or put in place of others, and some bytes spoilt."""
    value = deepcopy(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(0, 4))):
        if not (places := _places(value)):
            break
        *path, key = draw(st.sampled_from(places))
        inside = value
        for step in path:
            inside = inside[step]
        match draw(st.sampled_from(["delete", "replace", "replace", "repeat"])):
            case "delete":
                del inside[key]
            case "replace":
                inside[key] = draw(odd_values)
            case "repeat" if isinstance(inside, list):
                inside.insert(key, deepcopy(inside[key]))
            case "repeat":
                inside[draw(st.text(max_size=5))] = deepcopy(inside[key])
    raw = json.dumps(value, indent=draw(st.sampled_from([None, 2, 4]))).encode()
    match draw(st.sampled_from(["whole", "whole", "cut", "spoil"])):
        case "cut":
            return raw[: draw(st.integers(0, len(raw)))]
        case "spoil":
            place = draw(st.integers(0, len(raw)))
            return raw[:place] + draw(st.binary(max_size=4)) + raw[place + draw(st.integers(0, 4)) :]
    return raw


def imported(raw: bytes) -> Report:
    """What comes of a file, whose problems all have a line and a reason."""
    report = Report()
    try:
        import_stream(BytesIO(raw), "ST0123_1.0.json", report, SYSTEM)
    except Refused as refused:
        report.errors += refused.problems
    for problem in [*report.errors, *report.warnings]:
        assert problem.file == "ST0123_1.0.json"
        assert problem.reason
        assert problem.line
    assert report.errors or report.written
    return report


def check_that_nothing_is_half() -> None:
    """Every version says what its hash says, and has an entry in the record; each KSB has its code and its place."""
    for version in StandardVersion.objects.all():
        assert version.fingerprint() == version.content_sha256
        assert version.title
        entry = Entry.objects.with_fingerprint().filter(subject=str(version.pk)).order_by("sequence").last()
        assert entry.fingerprint == version.content_sha256
        ksbs = list(version.ksbs.order_by("position"))
        assert [ksb.position for ksb in ksbs] == list(range(1, len(ksbs) + 1))
        assert all(ksb.code == f"{ksb.type}{ksb.number}" and ksb.statement.strip() for ksb in ksbs)
        said = version.content()
        assert content.digest_of(content.without_loose_ends(said)) == version.content_sha256
    assert not Standard.objects.filter(versions=None).exists()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(), mutated())
def test_mutated_json_comes_in_whole_or_is_refused_by_line(first, second):
    with transaction.atomic():
        for raw in (first, second, first):
            imported(raw)
            check_that_nothing_is_half()
        transaction.set_rollback(True)


@settings(max_examples=100, deadline=None)
@given(mutated())
def test_what_came_in_changes_nothing_when_it_comes_again(raw):
    with transaction.atomic():
        imported(raw)
        counts = [model.objects.count() for model in (Standard, StandardVersion, Ksb, Duty)]
        again = imported(raw)
        assert [model.objects.count() for model in (Standard, StandardVersion, Ksb, Duty)] == counts
        assert again.versions == 0
        transaction.set_rollback(True)
