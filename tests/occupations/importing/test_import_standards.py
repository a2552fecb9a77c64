"""The command: many files and folders, each for itself, told in sentences or in one JSON object."""

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from audit.models import Entry
from occupations.models import Ksb, Product, ProgressionLink, Revision, Standard, StandardVersion
from tests.occupations.pages import SEED, SEED_PATH, SHARED, line_of, needs_shared_data, without_line
from tests.occupations.records import record, statements

pytestmark = pytest.mark.django_db
NO_FILE = "this folder has no files that can be imported (.txt, .json, .csv, .md, .html, .htm)"
COUNTS = ("standards", "versions", "ksbs", "duties", "completed", "revisions", "unchanged")
NOTHING = dict.fromkeys(COUNTS, 0) | {"warnings": [], "errors": []}


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, output and error output of the command."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_standards", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as stop:
        return stop.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def told(*arguments: str | Path) -> tuple[int, dict]:
    """Exit code and JSON object."""
    code, out, err = run("--json", *arguments)
    assert err == ""
    assert len(out.splitlines()) == 1
    return code, json.loads(out)


def is_empty() -> bool:
    return not any(model.objects.exists() for model in (Standard, StandardVersion, Product, Ksb, Entry))


@pytest.fixture
def another(tmp_path: Path) -> Path:
    path = tmp_path / "ST0999.txt"
    path.write_text(SEED.replace("0321", "0999"))
    return path


def test_the_demo_standard_comes_in():
    code, report = told(SEED_PATH)
    assert code == 0
    warning = {"file": str(SEED_PATH), "line": 28, "reason": "the page names no version; version 1.0 is taken"}
    assert report == NOTHING | {"standards": 1, "versions": 1, "ksbs": 35, "warnings": [warning]}
    assert Ksb.objects.count() == 35


def test_the_same_file_again_changes_nothing():
    told(SEED_PATH)
    before = list(StandardVersion.objects.values())
    code, report = told(SEED_PATH, SEED_PATH)
    assert code == 0
    assert report | {"warnings": []} == NOTHING | {"unchanged": 2}
    assert list(StandardVersion.objects.values()) == before
    assert Entry.objects.count() == 1


def test_a_dry_run_tells_the_same_and_writes_nothing(another):
    code, report = told("--dry-run", SEED_PATH, another, SEED_PATH)
    assert code == 0
    assert report | {"warnings": []} == NOTHING | {"standards": 2, "versions": 2, "ksbs": 70, "unchanged": 1}
    assert is_empty()


def test_a_bad_file_is_refused_and_the_others_come_in(tmp_path, another):
    bad = tmp_path / "bad.txt"
    bad.write_text(without_line(SEED, "K3:"))
    code, report = told(bad, SEED_PATH, another)
    assert code == 1
    assert report["errors"] == [{"file": str(bad), "line": line_of(SEED, "K3:"), "reason": "K3 is missing before K4"}]
    assert (report["standards"], report["ksbs"]) == (2, 70)
    assert set(Standard.objects.values_list("reference", flat=True)) == {"ST0321", "ST0999"}


def test_a_refused_file_leaves_nothing(tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_text(SEED[: SEED.index("B9:")])
    code, report = told(bad)
    assert code == 1
    assert report | {"errors": []} == NOTHING
    assert is_empty()


def test_a_folder_is_searched_for_files_that_may_be_standards_and_are_not_hidden(tmp_path, another):
    deeper = tmp_path / "deeper" / "still"
    deeper.mkdir(parents=True)
    (deeper / "page.TXT").write_text(SEED)
    for skipped in (".hidden.txt", "notes.doc", ".git/page.txt"):
        (tmp_path / skipped).parent.mkdir(exist_ok=True)
        (tmp_path / skipped).write_text("nothing of the kind")
    code, report = told(tmp_path)
    assert code == 0
    assert report["versions"] == 2


def test_what_cannot_be_read_is_an_error_of_the_same_form(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    empty = tmp_path / "empty"
    empty.mkdir()
    missing = tmp_path / "missing.txt"
    code, report = told(pipe, empty, missing, "nul\0byte")
    assert code == 1
    assert report["errors"] == [
        {"file": str(pipe), "line": None, "reason": "this is neither a file nor a folder"},
        {"file": str(empty), "line": None, "reason": NO_FILE},
        {"file": str(missing), "line": None, "reason": "this file or folder does not exist"},
        {"file": "nul?byte", "line": None, "reason": "this file or folder does not exist"},
    ]


def test_an_odd_file_name_is_shown_and_kept_as_text(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9\n.txt")
    path.write_text(SEED)
    code, out, _ = run(path)
    assert code == 0
    assert StandardVersion.objects.get().source_name == "caf\N{REPLACEMENT CHARACTER}?.txt"


def test_a_person_is_told_in_sentences(tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_text("Not a page")
    code, out, err = run(SEED_PATH, bad)
    assert code == 1
    assert "ST0321 Recruitment resourcer (version 1.0) imported with 9 K, 17 S, 9 B." in out
    assert "Imported: 1. Filled in: 0. Suggested changes: 0. Unchanged: 0. Refused: 1." in out
    assert f"Refused: {bad}, line 1: this is not a standard in any format we recognise" in err
    code, out, err = run("--dry-run", SEED_PATH)
    assert "is already here with the same wording." in out
    assert "This was a dry run; nothing was written." in out


def test_another_text_for_a_version_that_is_held_is_recorded_and_changes_nothing(tmp_path):
    told(SEED_PATH)
    changed = tmp_path / "changed.txt"
    changed.write_text(SEED.replace("B5: Innovative", "B5: Inventive"))
    code, report = told(changed)
    assert code == 0
    assert report["revisions"] == 1
    note = report["warnings"][-1]
    assert note["line"] == 28
    assert "ST0321 version 1.0 is already here and differs in: ksbs." in note["reason"]
    assert Ksb.objects.get(code="B5").statement.startswith("Innovative")
    assert Revision.objects.get().version == StandardVersion.objects.get()
    code, out, _ = run(changed)
    assert "is already here" in out
    assert Revision.objects.count() == 1


def test_more_about_a_version_that_is_held_is_filled_in_and_said(tmp_path):
    told(SEED_PATH)
    mapping = tmp_path / "mapping.json"
    outcome = {"id": "AO1", "title": "Advertising", "scope": "core", "ksbs": ["K1", "S2"]}
    mapping.write_text(json.dumps({"standard": "ST0321", "version": "1.0", "assessment_outcomes": [outcome]}))
    code, out, _ = run(mapping)
    assert code == 0
    assert "is already here; missing details were filled in." in out
    assert "Imported: 0. Filled in: 1. Suggested changes: 0. Unchanged: 0. Refused: 0." in out


def test_the_format_can_be_forced(tmp_path):
    code, report = told("--format", "ifate-json", SEED_PATH)
    assert code == 1
    assert report["errors"][0]["reason"] == "the file is not JSON: it begins with neither “{” nor “[”"


@needs_shared_data
def test_the_whole_folder_of_pages_comes_in():
    code, report = told(SHARED / "map-page-text", SHARED / "derived-map-page-text")
    assert code == 0
    assert (report["standards"], report["versions"], report["errors"]) == (13, 13, [])
    assert report["ksbs"] == Ksb.objects.count() == 757


def test_a_published_way_onward_is_kept_to_a_standard_that_comes_later_in_the_same_import(tmp_path):
    (tmp_path / "1.json").write_text(
        json.dumps(
            record(
                referenceNumber="FA0001",
                larsCode=801,
                knowledges=...,
                skills=...,
                behaviours=...,
                duties=...,
                technicalKnowledges=statements("TK", "How yeast works"),
                technicalSkills=statements("TS", "Knead dough by hand"),
                employabilitySkillsAndBehaviours=statements("ESB", "Rise early and gladly"),
                relatedOccupations=[{"name": "Baker", "reference": "OCC0123"}],
            )
        )
    )
    (tmp_path / "2.json").write_text(json.dumps(record()))
    for _ in range(2):
        code, _, _ = run(tmp_path)
        assert code == 0
        assert ProgressionLink.objects.values_list("start__reference", "end__reference").get() == ("FA0001", "ST0123")
