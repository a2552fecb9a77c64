"""Files come in any order: what is held in the end is the same, and the same files again change nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.verification import verify
from occupations.importing.draft import StandardDraft
from occupations.importing.files import Report, import_files
from occupations.importing.known_formats import read
from occupations.importing.writing import Outcome, write
from occupations.models import Revision, StandardVersion
from tests.occupations.pages import SEED, SHARED, needs_shared_data
from tests.occupations.records import record

pytestmark = pytest.mark.django_db

LIST = "code,statement\nK1,Flours and their uses\nK2,How yeast works\nS1,Knead dough by hand\n"
METADATA = {
    "url": "https://www.example.org/apprenticeships/st0123-v1-1",
    "title": "Baker",
    "notice_text": "A new version is coming.",
    "version_log": [["Version", "Change", "Earliest start date", "Latest start date"], ["1.1", "Revised", "", ""]],
    "lars_code": 57,
}
OUTCOME = {"id": "AO1", "title": "Baking", "scope": "core", "ksbs": ["K1", "S2"]}
MAPPING = {"standard": "ST0123", "version": "1.0", "assessment_outcomes": [OUTCOME]}
SOURCES = {
    "record.json": json.dumps(record()),
    "later.json": json.dumps(record(versionNumber="2.0", version="2.0", knowledges=[{"id": "n1", "detail": "Ovens"}])),
    "metadata.json": json.dumps(METADATA),
    "ST0123.csv": LIST,
    "mapping.json": json.dumps(MAPPING),
    "ST0123 duties.html": "<table><tr><th>Duty</th><th>KSBs</th></tr><tr><td>Duty 1 Bake for everybody</td>"
    "<td>K1 K2 S1 B1</td></tr><tr><td>Duty 2 Serve what was baked</td><td>K3 S2</td></tr></table>",
}


def held() -> dict[str, dict]:
    """What every version says, without what only tells where a text is from."""
    return {str(version): version.content() for version in StandardVersion.objects.all()}


def nothing_new(report: Report) -> bool:
    return not (report.errors or report.versions or report.completed or report.revisions)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("sources")
    for name, text in SOURCES.items():
        (made / name).write_text(text)
    return made


any_order = given(order=st.permutations(list(SOURCES)))
few = settings(max_examples=16, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@any_order
def test_one_import_of_the_same_files_in_any_order_gives_the_same(folder, order):
    with taken_back():
        assert import_files(folder / name for name in SOURCES).errors == []
        usual = held()
    found = [folder / name for name in order]
    with taken_back():
        assert import_files(found).errors == []
        assert held() == usual
        assert nothing_new(import_files(found))
        assert nothing_new(import_files(reversed(found)))
        assert held() == usual
        outcome = StandardVersion.objects.get(version="1.0").assessments.get()
        assert [ksb.code for ksb in outcome.ksbs.order_by("position")] == ["K1", "S2"]
        assert list(verify()) == []


@few
@any_order
def test_files_that_come_one_by_one_are_taken_in_or_ask_and_again_change_nothing(folder, order):
    with taken_back():
        for name in [*order, *order]:
            import_files([folder / name])
        before = held()
        for name in order:
            report = import_files([folder / name])
            assert nothing_new(report), (name, report.errors)
        assert held() == before
        assert not StandardVersion.objects.get(version="1.1").ksbs.exists()
        first = StandardVersion.objects.get(version="1.0")
        assert first.ksbs.count() == 6
        assert [duty.ksbs.count() for duty in first.duties.all()] == [4, 2]
        assert [ksb.code for ksb in first.assessments.get().ksbs.order_by("position")] == ["K1", "S2"]
        assert list(verify()) == []


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back what is imported inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@needs_shared_data
def test_pages_of_the_map_and_the_records_of_the_same_standards_fit_in_either_order():
    for page in sorted((SHARED / "derived-map-page-text").glob("*.txt")):
        (path,) = (SHARED / "ifate-api-json").glob(f"{page.stem}_v*.json")
        states = []
        for first, second in ((page, path), (path, page)):
            with taken_back():
                outcomes = [write(draft_of(source)).outcome for source in (first, second, first, second)]
                assert outcomes == [Outcome.CREATED, Outcome.COMPLETED, *[Outcome.UNCHANGED] * 2], page.name
                assert not Revision.objects.exists()
                told = StandardVersion.objects.get().content()
                states.append((told["status"], len(told["options"]), len(told["duties"]), told["products"]))
        assert states[0] == states[1]


def draft_of(path: Path) -> StandardDraft:
    with path.open("rb") as stream:
        (draft,) = read(stream, path.name)
    assert isinstance(draft, StandardDraft)
    return draft


def test_the_demo_page_twice_changes_nothing(tmp_path):
    (tmp_path / "ST0321.txt").write_text(SEED)
    assert import_files([tmp_path]).versions == 1
    assert nothing_new(import_files([tmp_path]))
