"""Assessment mappings in both shapes: KSBs with their methods, and outcomes with their KSBs."""

import json
from io import BytesIO
from typing import Any

import pytest

from occupations.importing.draft import Refused, StandardDraft
from occupations.importing.formats import assessment_json
from occupations.importing.known_formats import format_of
from occupations.importing.writing import Outcome, write
from tests.occupations.pages import SHARED, needs_shared_data
from tests.occupations.records import read as read_record


def outcomes(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    whole = {
        "standard": "ST0123",
        "version": "1.0",
        "title": "Baker",
        "options": {"bread": "Bread maker", "cakes": "Cake maker"},
        "assessment_outcomes": list(rows)
        or [
            {"id": "AO1", "scope": "core", "title": "Safety", "ksbs": ["K1", "S1"]},
            {"id": "AO2", "scope": "bread", "title": "Dough", "ksbs": ["K2", "K3"]},
            {"id": "AO3", "scope": "cakes", "title": "Batter", "ksbs": ["K2", "S2"]},
        ],
    } | changes
    return {key: value for key, value in whole.items() if value is not ...}


def methods(**changes: Any) -> dict[str, Any]:
    interview, project = {"method": "Interview", "pass": "Explains", "distinction": None}, {"method": "Project "}
    whole = {
        "standard": "ST0123",
        "version": "v1.0",
        "ksbs": [
            {"code": "S1", "text": "Knead", "assessed_in": [project, interview]},
            {"code": "K1", "text": "Flours", "assessed_in": [interview]},
            {"code": "K2.1", "text": "Yeast", "assessed_in": [interview]},
        ],
    } | changes
    return {key: value for key, value in whole.items() if value is not ...}


def reading(content: Any) -> StandardDraft | Refused:
    (one,) = assessment_json.read(BytesIO(json.dumps(content, indent=1).encode()), "mapping.json")
    return one


def read(content: Any) -> StandardDraft:
    draft = reading(content)
    assert isinstance(draft, StandardDraft), draft
    return draft


@pytest.mark.parametrize("content", [outcomes(), methods()])
def test_a_mapping_is_told_by_what_is_in_it(content):
    assert format_of(json.dumps(content).encode(), "x").name == "assessment-json"


def test_each_outcome_of_a_reformed_plan_has_its_ksbs_and_scope():
    draft = read(outcomes())
    assert (draft.reference, draft.version, draft.title, draft.ksbs) == ("ST0123", "1.0", "Baker", None)
    assert [(one.kind, one.code, one.title, one.scope, one.ksb_codes) for one in draft.assessments] == [
        ("outcome", "AO1", "Safety", "core", ("K1", "S1")),
        ("outcome", "AO2", "Dough", "Bread maker", ("K2", "K3")),
        ("outcome", "AO3", "Batter", "Cake maker", ("K2", "S2")),
    ]


def test_a_ksb_that_two_options_share_stands_in_an_outcome_of_each():
    assert [one.code for one in read(outcomes()).assessments if "K2" in one.ksb_codes] == ["AO2", "AO3"]


def test_behaviours_may_be_in_no_outcome_and_a_missing_skill_is_said():
    draft = read(outcomes(ksb_counts={"K": 3, "S": 4, "B": 7}))
    assert [problem.reason for problem in draft.warnings] == ["no outcome names S3, S4"]


def test_each_method_of_an_old_plan_has_its_ksbs_in_order():
    draft = read(methods())
    assert [(one.kind, one.title, one.ksb_codes) for one in draft.assessments] == [
        ("method", "Project", ("S1",)),
        ("method", "Interview", ("K1", "K2", "S1")),
    ]
    assert [problem.reason for problem in draft.warnings] == ["“K2.1” is a sub-code; it is taken as K2"]


@pytest.mark.parametrize(
    "ksbs",
    [
        {"K1": {"assessed_in": ["Interview"]}, "S1": {"assessed_in": "Interview"}},
        {
            "knowledge": [{"id": "K1", "assessed_in": ["Interview"]}],
            "skills": [{"id": "S1", "assessedIn": ["Interview"]}],
        },
    ],
)
def test_ksbs_may_stand_in_other_places_than_a_list(ksbs):
    (method,) = read(methods(ksbs=ksbs)).assessments
    assert (method.title, method.ksb_codes) == ("Interview", ("K1", "S1"))


def test_a_mapping_without_a_version_speaks_of_the_newest_that_is_held():
    draft = read(outcomes(version=...))
    assert draft.is_version_named is False
    assert "no version is named; the newest that is held is taken" in [problem.reason for problem in draft.warnings]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (outcomes(standard="Baker"), "“BAKER” is not a reference of a standard; one looks like ST0321"),
        (outcomes(standard=...), "“” is not a reference of a standard; one looks like ST0321"),
        (outcomes(version="two"), "“two” is not a version; one looks like 1.1"),
        (outcomes(assessment_outcomes={}), "“assessment_outcomes” is not a list"),
        (outcomes(assessment_outcomes=[]), "the record names no outcome and no method of assessment"),
        (outcomes({"id": "AO1"}), "outcome 1 has no list of KSBs (“ksbs”)"),
        (outcomes({"id": "AO1", "ksbs": ["Q1"]}), "“Q1” is not the code of a KSB; one looks like K1"),
        (methods(ksbs=[{"code": "flour", "assessed_in": []}]), "“flour” is not the code of a KSB; one looks like K1"),
        (methods(ksbs=[{"code": "K1", "assessed_in": [{}]}]), "a method by which K1 is assessed has no name"),
    ],
)
def test_a_mapping_that_is_not_whole_is_refused(content, reason):
    refused = reading(content)
    assert isinstance(refused, Refused)
    assert refused.problems[0].reason == reason
    assert all(problem.line for problem in refused.problems)


@pytest.mark.django_db
def test_a_mapping_is_added_to_the_standard_it_is_of():
    version = write(read_record()).version
    assert write(read(outcomes())).outcome == Outcome.COMPLETED
    assert [[ksb.code for ksb in one.ksbs.in_order()] for one in version.assessments.all()] == [
        ["K1", "S1"],
        ["K2", "K3"],
        ["K2", "S2"],
    ]


@needs_shared_data
def test_the_real_reformed_plan_has_its_twelve_outcomes():
    with (SHARED / "assessment-mapping-json" / "ST1483_v2.0.json").open("rb") as stream:
        (draft,) = assessment_json.read(stream, "ST1483_v2.0.json")
    assert (draft.reference, draft.version, len(draft.assessments), draft.warnings) == ("ST1483", "2.0", 12, [])
    assert [one.code for one in draft.assessments if "K11" in one.ksb_codes] == ["AO4", "AO7"]
    assert not any(code.startswith("B") for one in draft.assessments for code in one.ksb_codes)
