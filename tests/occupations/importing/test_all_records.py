"""All records of the development set: what the files hold is what the database holds, counted by other code."""

import json
from collections import Counter
from pathlib import Path

import pytest

from audit.verification import verify
from occupations.importing.files import import_files
from occupations.models import Duty, Ksb, Option, Standard, StandardVersion
from tests.occupations.pages import SHARED, needs_shared_data

pytestmark = pytest.mark.django_db
API = SHARED / "ifate-api-json"
LISTS = {"K": "knowledges", "S": "skills", "B": "behaviours"}
MAPPED = ("mappedKnowledge", "mappedSkills", "mappedBehaviour")


def counted(path: Path) -> tuple[tuple[str, str], Counter]:
    """Reference and version, and how many of each kind a file holds. A duty that says only "." is none."""
    record = json.loads(path.read_text("utf-8-sig"))
    ids = {value for key in LISTS.values() for item in record[key] for value in item.values() if len(value) == 36}
    duties = [duty for duty in record["duties"] if duty["dutyDetail"].strip(" .")]
    counts = Counter({kind: len(record[key]) for kind, key in LISTS.items()})
    counts["duties"] = len(duties)
    counts["mappings"] = sum(len({id_ for key in MAPPED for id_ in duty[key] or []} & ids) for duty in duties)
    return (record["referenceNumber"], record["version"]), counts


@needs_shared_data
def test_every_record_is_held_with_all_its_ksbs_duties_and_mappings():
    paths = sorted(API.glob("*.json"))
    wanted = dict(map(counted, paths))
    assert len(wanted) == len(paths) == 418

    report = import_files([API])
    assert report.errors == []
    assert (report.standards, report.versions) == (415, 418)
    assert (Standard.objects.count(), StandardVersion.objects.count()) == (415, 418)

    found: dict[tuple[str, str], Counter] = {key: Counter() for key in wanted}
    for *key, kind in Ksb.objects.values_list("version__standard__reference", "version__version", "type"):
        found[*key][kind] += 1
    for key in Duty.objects.values_list("version__standard__reference", "version__version"):
        found[key]["duties"] += 1
    for key in Duty.ksbs.through.objects.values_list("duty__version__standard__reference", "duty__version__version"):
        found[key]["mappings"] += 1
    assert {key: +counts for key, counts in found.items()} == {key: +counts for key, counts in wanted.items()}
    assert sum((counts for counts in found.values()), Counter()) > Counter(K=7_500, S=7_600, B=2_400, mappings=35_000)

    # Each option of a standard that can be split has KSBs of its own, and the record fits the rows.
    assert Option.objects.filter(ksbs__isnull=False).distinct().count() > 100
    assert list(verify()) == []

    again = import_files([API])
    assert (again.unchanged, again.versions, again.errors) == (418, 0, [])
