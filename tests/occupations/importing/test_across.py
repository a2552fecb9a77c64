"""What no single record shows is said when it has come in, and never keeps anything out."""

import json

import pytest

from occupations.importing.files import Report, import_files
from tests.occupations import records

pytestmark = pytest.mark.django_db


def imported(tmp_path, *changes: dict) -> Report:
    for number, change in enumerate(changes):
        (tmp_path / f"{number}.json").write_text(json.dumps(records.record(**change)))
    report = import_files([tmp_path])
    assert report.errors == []
    assert report.versions == len(changes)
    return report


def of_version(version: str, **changes) -> dict:
    return {"version": version, "versionNumber": version, "status": "Retired", **changes}


def titled(*titles: str) -> list[dict]:
    return [{"optionId": title, "title": title} for title in titles]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([of_version("1.0"), of_version("1.2")], "ST0123 has no version between 1.0 and 1.2"),
        (
            [of_version("1.0", latestStartDate="2020-05-31"), of_version("1.1", earliestStartDate="2020-05-01")],
            "ST0123 1.0 and 1.1 overlap",
        ),
        (
            [of_version("1.0", latestStartDate="2020-05-31"), of_version("1.1", earliestStartDate="2020-07-01")],
            "leave a gap",
        ),
        (
            [of_version("1.0", status="Approved for delivery"), of_version("1.1", status="Approved for delivery")],
            "more than one version of ST0123 is approved for delivery: 1.0, 1.1",
        ),
        ([{}, {"referenceNumber": "ST0124"}], "LARS code 57 is given to ST0123 and ST0124"),
        (
            [of_version("1.0", options=titled("Bread", "Cakes")), of_version("1.1", options=titled("Bread"))],
            "ST0123 1.1 no longer has these options from 1.0: Cakes",
        ),
    ],
)
def test_what_does_not_fit_together_is_said(tmp_path, changes, reason):
    assert reason in "\n".join(str(warning) for warning in imported(tmp_path, *changes).warnings)


def test_versions_that_follow_each_other_are_not_remarked_on(tmp_path):
    report = imported(
        tmp_path,
        of_version("1.0", latestStartDate="2020-05-31"),
        of_version("1.1", earliestStartDate="2020-06-01", status="Approved for delivery"),
    )
    assert not [warning for warning in report.warnings if warning.line is None]
