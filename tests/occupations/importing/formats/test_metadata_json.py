"""Page metadata: a notice, a version log and a LARS code, and never a KSB."""

import json
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from occupations.importing.draft import Refused, StandardDraft
from occupations.importing.formats import metadata_json
from occupations.importing.known_formats import format_of
from occupations.importing.writing import Outcome, write
from tests.occupations.pages import SHARED, needs_shared_data
from tests.occupations.records import read as read_record

HEADER = ["Version", "Change detail", "Earliest start date", "Latest start date"]


def page(*rows: list[Any], **changes: Any) -> dict[str, Any]:
    whole = {
        "url": "https://skillsengland.education.gov.uk/apprenticeships/st0123",
        "title": "Baker",
        "notice_text": "This apprenticeship is in revision\nFurther details are available.",
        "notice_hash": "6f89",
        "version_log": [HEADER, *(rows or (["1.0", "Approved for delivery", "26/06/2018", "Not set"],))],
        "lars_code": "57",
        "trailblazer_email": "contact@example.org",
    } | changes
    return {key: value for key, value in whole.items() if value is not ...}


def reading(content: Any) -> StandardDraft | Refused:
    (one,) = metadata_json.read(BytesIO(json.dumps(content, indent=2).encode()), "page.json")
    return one


def read(content: Any) -> StandardDraft:
    draft = reading(content)
    assert isinstance(draft, StandardDraft), draft
    return draft


def test_metadata_is_told_by_what_is_in_it():
    assert format_of(json.dumps(page()).encode(), "x").name == "metadata-json"


def test_notice_log_and_lars_code_are_in_the_draft_and_no_ksbs():
    draft = read(page())
    assert (draft.reference, draft.version, draft.is_version_named, draft.title) == ("ST0123", "1.0", True, "Baker")
    assert draft.notice == "This apprenticeship is in revision\nFurther details are available."
    assert (draft.lars_codes, draft.page_url) == ([57], page()["url"])
    assert draft.version_log == [
        {
            "version": "1.0",
            "change": "Approved for delivery",
            "earliest_start_on": date(2018, 6, 26),
            "latest_start_on": None,
        }
    ]
    assert (draft.change, draft.earliest_start_on) == ("Approved for delivery", date(2018, 6, 26))
    assert (draft.ksbs, draft.duties, draft.warnings) == (None, None, [])


def test_the_newest_version_of_the_log_is_the_one_spoken_of():
    rows = [["1.9", "", "01/01/2024", ""], ["1.10", "Plan revised", "01/04/2024", "Not set"], ["1.0", "", "", ""]]
    assert (read(page(*rows)).version, read(page(*rows)).change) == ("1.10", "Plan revised")


def test_a_row_without_a_number_stays_in_the_log_and_names_no_version():
    waiting = ["Revised version awaiting implementation", "Plan revised", "01/11/2026", "Not set"]
    draft = read(page(waiting, ["1.5", "Revised", "12/06/2025", "31/10/2026"]))
    assert draft.version == "1.5"
    assert draft.version_log[0]["version"] == "Revised version awaiting implementation"
    assert draft.version_log[1]["latest_start_on"] == date(2026, 10, 31)


def test_without_a_number_in_the_log_the_newest_version_held_is_meant():
    draft = read(page(["Revised version awaiting implementation", "", "", ""]))
    assert draft.is_version_named is False
    assert "the newest that is held" in draft.warnings[0].reason
    assert read(page(version_log=[])).is_version_named is False


def test_a_version_in_the_address_is_the_one_spoken_of():
    rows = [["1.4", "Newer", "01/04/2024", ""], ["1.2", "Older", "01/04/2020", ""]]
    draft = read(page(*rows, url="https://example.org/apprenticeships/st0123-v1-2?view=standard"))
    assert (draft.version, draft.change) == ("1.2", "Older")


def test_columns_are_told_by_their_headings():
    table = [["Latest start date", "Version"], ["31/12/2025", "2.0"]]
    draft = read(page(version_log=table))
    assert (draft.version, draft.latest_start_on, draft.earliest_start_on) == ("2.0", date(2025, 12, 31), None)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (page(url="https://example.org/about"), "the address of the page names no standard"),
        (page(url=...), "the address of the page names no standard"),
        (page(version_log="none"), "“version_log” is not a table"),
        (page(version_log=[{"version": "1.0"}]), "“version_log” is not a table"),
        (page(version_log=[["1.0", "Approved"]]), "the version log has no column “Version” in its first row"),
        (page([{"x": 1}]), "a cell of the version log is not text"),
    ],
)
def test_metadata_that_is_not_whole_is_refused(content, reason):
    refused = reading(content)
    assert isinstance(refused, Refused)
    assert refused.problems[0].reason.startswith(reason)
    assert refused.problems[0].line


def test_a_date_that_is_none_is_left_out_and_said():
    draft = read(page(["1.0", "", "soon", ""]))
    assert [problem.reason for problem in draft.warnings] == ["“soon” is not a date and is left out"]


@pytest.mark.django_db
def test_metadata_adds_to_the_version_that_is_held():
    version = write(read_record(change="")).version
    content = page(["1.0", "Approved", "20/12/2017", "Not set"], title=..., url=page()["url"])
    draft = read(content)
    draft.page_url = None
    assert write(draft).outcome == Outcome.COMPLETED
    version.refresh_from_db()
    assert (version.notice.splitlines()[0], version.change) == ("This apprenticeship is in revision", "Approved")
    assert version.version_log[0]["earliest_start_on"] == "2017-12-20"
    assert write(draft).outcome == Outcome.UNCHANGED


@needs_shared_data
@pytest.mark.django_db
def test_all_real_metadata_comes_in_and_changes_nothing_again():
    paths = sorted((SHARED / "page-metadata-json").glob("*.json"))
    for path in paths:
        with path.open("rb") as stream:
            (draft,) = metadata_json.read(stream, path.name)
        assert draft.reference == path.stem
        assert (write(draft).outcome, write(draft).outcome) == (Outcome.CREATED, Outcome.UNCHANGED)
    assert len(paths) == 12
