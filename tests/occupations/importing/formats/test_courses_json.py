"""Answers of the Courses API: KSBs with keys by option, duties as texts, and lists joined by bars."""

import json
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from occupations.importing.draft import Refused, StandardDraft
from occupations.importing.formats import courses_json, ifate_json
from occupations.importing.known_formats import format_of
from occupations.importing.writing import Outcome, write
from tests.occupations.pages import SHARED, needs_shared_data

COURSES = SHARED / "derived-courses-api-json"


def ksbs(*keys: str, **texts: str) -> dict[str, Any]:
    """An option's answer with these keys, each with words of its own unless `texts` says other ones."""
    types = {"K": "Knowledge", "S": "Skill", "B": "Behaviour", "TK": 4, "TS": "TechnicalSkill", "ESB": 6}
    return {
        "ksbs": [
            {
                "type": types[key.rstrip("0123456789.")],
                "id": f"id-{key}",
                "key": key,
                "detail": texts.get(key, f"The words of statement {key}"),
            }
            for key in keys
        ]
    }


def answer(options: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A baker's standard with the KSBs of its options."""
    standard = {
        "standardUId": "ST0123_1.1",
        "ifateReferenceNumber": "ST0123",
        "larsCode": "57",
        "status": "Retired",
        "title": "Baker",
        "level": 2,
        "version": "1.1",
        "overviewOfRole": "Baking.",
        "keywords": "bread| oven |",
        "typicalJobTitles": "Baker|Night baker",
        "route": "Catering and hospitality",
        "assessmentPlanUrl": "https://www.example.org/plan.pdf",
        "standardPageUrl": "https://www.example.org/baker",
        "coreAndOptions": bool(options),
        "duties": ["Bake for everybody", ".", "Serve what was baked"],
        "coreDuties": ["The words of statement S1"],
        "options": list(options or {"core": 0}),
        "eqaProvider": {"name": "Ofqual"},
        "apprenticeshipFunding": [{"maxEmployerLevyCap": 4000, "duration": 18}],
        "versionDetail": {
            "earliestStartDate": "2022-11-11T00:00:00",
            "latestStartDate": None,
            "approvedForDelivery": "2020-06-17T00:00:00 +00:00",
            "proposedTypicalDuration": 12,
            "proposedMaxFunding": 5000,
            "proposedDurationUnits": "Months",
        },
    } | changes
    standard = {key: value for key, value in standard.items() if value is not ...}
    return {"standard": standard, "optionKsbs": options or {"core": ksbs("K1", "K2", "S1", "B1")}}


def reading(content: Any, name: str = "answer.json") -> StandardDraft | Refused:
    (one,) = courses_json.read(BytesIO(json.dumps(content, indent=2).encode()), name)
    return one


def read(content: Any, name: str = "answer.json") -> StandardDraft:
    draft = reading(content, name)
    assert isinstance(draft, StandardDraft), draft
    return draft


def reasons(content: Any, name: str = "answer.json") -> list[str]:
    """Why an answer is refused, or what is noted about it."""
    one = reading(content, name)
    problems = one.problems if isinstance(one, Refused) else one.warnings
    assert all(problem.file == name and problem.line for problem in problems)
    return [problem.reason for problem in problems]


@pytest.mark.parametrize("content", [answer(), answer()["standard"], {"standards": [answer()["standard"]]}, ksbs("K1")])
def test_an_answer_is_told_by_what_is_in_it(content):
    assert format_of(json.dumps(content, indent=2).encode(), "notes.txt").name == "courses-json"


def test_everything_that_is_published_is_in_the_draft():
    draft = read(answer())
    assert (draft.reference, draft.version, draft.title, draft.status) == ("ST0123", "1.1", "Baker", "Retired")
    assert (draft.lars_codes, draft.level, draft.route) == ([57], 2, "Catering and hospitality")
    assert (draft.keywords, draft.job_titles) == (["bread", "oven"], ["Baker", "Night baker"])
    assert (draft.typical_duration_months, draft.maximum_funding_pounds) == (12, 5000)
    assert (draft.earliest_start_on, draft.latest_start_on) == (date(2022, 11, 11), None)
    assert (draft.approved_on, draft.quality_assured_by) == (date(2020, 6, 17), "Ofqual")
    assert [(ksb.code, ksb.source_id, ksb.options) for ksb in draft.ksbs] == [
        (code, f"id-{code}", ()) for code in ("K1", "K2", "S1", "B1")
    ]
    assert draft.options == []


def test_a_code_is_its_key_and_the_list_of_an_option_may_have_gaps():
    draft = read(answer({"Bread": ksbs("K1", "K2", "K7", "S1"), "Cakes": ksbs("K1", "K3", "S1", "S9")}))
    assert {ksb.code: ksb.options for ksb in draft.ksbs} == {
        "K1": (),
        "K2": ("Bread",),
        "K3": ("Cakes",),
        "K7": ("Bread",),
        "S1": (),
        "S9": ("Cakes",),
    }
    assert [option.title for option in draft.options] == ["Bread", "Cakes"]


def test_what_stands_under_the_option_core_is_core():
    draft = read(answer({"core": ksbs("K1", "S1"), "Bread": ksbs("K1", "K2"), "Cakes": ksbs("K3")}))
    assert [ksb.options for ksb in draft.ksbs] == [(), ("Bread",), ("Cakes",), ()]


def test_the_line_of_a_ksb_is_that_of_its_key():
    content = answer({"Bread": ksbs("K1", "K2"), "Cakes": ksbs("K1", "K3")})
    lines = json.dumps(content, indent=2).splitlines()
    assert all(f'"{ksb.code}"' in lines[ksb.line - 1] for ksb in read(content).ksbs)


def test_filler_for_a_duty_is_skipped():
    draft = read(answer())
    assert [(duty.number, duty.text) for duty in draft.duties] == [
        (1, "Bake for everybody"),
        (3, "Serve what was baked"),
    ]
    assert "duty 2 says only “.” and is left out" in reasons(answer())


def test_a_sub_code_is_taken_as_its_parent_and_said():
    content = answer({"core": ksbs("K1", "K2.1", "S1")})
    assert [ksb.code for ksb in read(content).ksbs] == ["K1", "K2", "S1"]
    assert "“K2.1” is a sub-code; it is taken as K2" in reasons(content)


def test_all_six_types_are_known():
    content = answer({"core": ksbs("TK1", "TS1", "ESB1")}, standardUId="FA0001_1.1", ifateReferenceNumber="FA0001")
    assert [ksb.code for ksb in read(content).ksbs] == ["TK1", "TS1", "ESB1"]


def test_a_type_that_disagrees_with_its_key_is_said():
    content = answer()
    content["optionKsbs"]["core"]["ksbs"][0]["type"] = "Skill"
    assert "K1 is called “Skill”; its code counts" in reasons(content)


def test_a_duration_in_hours_is_no_number_of_months():
    units = answer(versionDetail={"proposedDurationUnits": "Hours", "proposedTypicalDuration": 30})
    assert read(units).typical_duration_months is None


def test_a_standard_without_its_options_ksbs_is_read_and_that_is_said():
    draft = read(answer()["standard"])
    assert (draft.ksbs, draft.title) == (None, "Baker")
    assert "KSBs are not listed by the source" in reasons(answer()["standard"])


def test_a_list_of_ksbs_alone_is_read_if_its_file_is_named_after_the_standard():
    draft = read(ksbs("K1", "K7", "S1"), "folder/ST0123_1.1-core.json")
    assert (draft.reference, draft.version, draft.title) == ("ST0123", "1.1", None)
    assert [ksb.code for ksb in draft.ksbs] == ["K1", "K7", "S1"]
    assert any("the name of the file is taken" in problem.reason for problem in draft.warnings)
    assert "“” is not a reference; one looks like ST0321" in reasons(ksbs("K1"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (answer(ifateReferenceNumber="XY1", standardUId=...), "“XY1” is not a reference; one looks like ST0321"),
        (answer(version="one", standardUId=...), "“one” is not a version; one looks like 1.1"),
        (answer(version="1.2"), "“ST0123_1.1” and “ST0123” version “1.2” are not the same standard"),
        (answer({"core": 7}), "the KSBs of “core” are not a list"),
        (answer({"core": {"ksbs": ["K1"]}}), "a KSB has no code (“key”); the answer seems damaged"),
        (answer({"core": {"ksbs": [{"key": "K1"}]}}), "a KSB has no text (“detail”); the answer seems damaged"),
        (
            answer({"Bread": ksbs("K1"), "Cakes": ksbs("K1", K1="Other words")}),
            "K1 stands here with other words or another id than before",
        ),
        (answer(duties=["Bake", 7]), "“duties” is not a list of texts; the answer seems damaged"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused(content, reason):
    assert isinstance(reading(content), Refused)
    assert reasons(content) == [reason]


@needs_shared_data
@pytest.mark.django_db
def test_an_answer_says_no_other_than_the_record_it_was_made_of():
    for path in sorted(COURSES.glob("*.json")):
        content = json.loads(path.read_bytes())
        first = write(read(content, path.name))
        assert (first.outcome, first.ksb_count) == (Outcome.CREATED, len(read(content, path.name).ksbs))
        with (SHARED / "ifate-api-json" / f"{path.stem.replace('_', '_v')}.json").open("rb") as stream:
            (record,) = ifate_json.read(stream, "record.json")
        written = write(record)
        # What no duty names no option lists: the record adds it, and the answer takes nothing away.
        assert (written.outcome, written.differing) == (Outcome.COMPLETED, ())
        assert write(record).outcome == write(read(content, path.name)).outcome == Outcome.UNCHANGED


def test_a_ksb_that_no_list_has_is_said():
    content = answer({"Bread": ksbs("K1", "K2", "K7"), "Cakes": ksbs("K1", "K3", "K5", "S1")})
    assert "no list has K4, K6" in reasons(content)
