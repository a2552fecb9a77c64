"""Rules on how the code is laid out that no linter knows. Import direction is import-linter's (make lint)."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.sources import PARTS, ROOT, named, python_files

MOST_LINES = 500
MOST_MODULES = 20

#: What is never in our code, and where it may stand all the same.
NEVER = {
    "a clock of its own: the moment comes from core.clock": (
        r"timezone\.now|datetime\.now|datetime\.utcnow|date\.today|localdate\(",
        # A session’s end is written by Django’s clock, and so is held against it.
        {"core/clock.py", "accounts/signed_in.py"},
    ),
    "text that templates would not escape": (r"\bmark_safe\b", {"core/markdown.py"}),
    "a form without a token": (r"csrf_exempt", set()),
    "SQL written around the querysets": (r"\.raw\(|\.extra\(|RawSQL", set()),
    "data that runs when it is read": (r"\bpickle\b|\bmarshal\b|yaml\.load|\beval\(|\bexec\(", set()),
    "a form that takes every field of its model, later ones too": (r"""fields\s*=\s*["']__all__["']""", set()),
    "a lock that whoever points to the row has to wait for": (r"select_for_update\((?!no_key=True)", set()),
    # Written with what points back (`replaced_by__replaces=None`), a database knows that most rows are such.
    "what nothing came after, by a missing id: PostgreSQL takes that for hardly any row, and reads all": (
        r"\b(superseded|replaced|undone)_by(=None|__isnull=True)",
        set(),
    ),
    "a shell": (r"shell=True|os\.system|os\.popen", set()),
}


def test_a_module_is_short_enough_to_be_about_one_thing():
    lengths = {named(path): len(path.read_text().splitlines()) for path in python_files(*PARTS, "tests")}
    assert {name for name, length in lengths.items() if length > MOST_LINES} == set()


def test_a_folder_is_small_enough_to_look_through():
    modules = Counter(named(path.parent) for path in python_files(*PARTS, "tests") if path.name != "__init__.py")
    assert {folder for folder, count in modules.items() if count > MOST_MODULES} == set()


def test_a_module_is_named_after_what_it_is_about():
    vague = {"utils.py", "helpers.py", "services.py", "managers.py", "common.py", "misc.py"}
    assert [named(path) for path in python_files(*PARTS) if path.name in vague] == []


@pytest.mark.parametrize("what", NEVER)
def test_no_part_has(what: str):
    pattern, allowed = NEVER[what]
    found = [named(path) for path in python_files(*PARTS) if re.search(pattern, path.read_text())]
    assert set(found) <= allowed


def test_pages_and_forms_ask_for_rows_on_behalf_of_somebody():
    """Only what checks a rule of its own, or no person asked for, may look past `visible_to`."""

    def is_near_the_browser(path: Path) -> bool:
        near = {"views", "templatetags"}
        return bool(near & {*path.parts, path.stem}) or path.stem.endswith("forms")

    near = [path for path in python_files(*PARTS) if is_near_the_browser(path)]
    assert len(near) > 10
    assert [named(path) for path in near if "unscoped(" in path.read_text()] == []


def test_every_module_says_what_is_inside():
    """A command says it in its help, and what declares an app needs no words."""
    silent = [
        named(path)
        for path in python_files(*PARTS)
        if path.read_text().strip() and not path.read_text().startswith('"""')
        if path.name != "apps.py" and path.parent.name != "commands"
    ]
    assert silent == []


def test_nothing_is_left_to_run_without_its_make_target():
    targets = (ROOT / "Makefile").read_text() + (ROOT / ".ci/run").read_text()
    tools = sorted(path.name for path in (ROOT / "bin").iterdir() if path.is_file())
    assert [name for name in tools if f"bin/{name}" not in targets] == []


def test_what_a_run_leaves_out_is_there():
    """A file that was moved would be run after all, and nobody would notice."""
    left_out = re.findall(r"--ignore=(\S+?)[\s\"]", (ROOT / "Makefile").read_text() + (ROOT / ".ci/run").read_text())
    assert len(left_out) > 4
    assert [path for path in left_out if not (ROOT / path).exists()] == []


def test_only_opening_and_the_jobs_reach_the_bytes_of_evidence():
    """What gives bytes to people goes through `open_file`; the jobs read them for the sandbox and the scanner."""
    reaches = re.compile(r"storing\.opened\(|default_storage\.open\(|\.(stored|cleaned)\.open\(|\bCopy\(")
    found = {
        str(path.relative_to(ROOT))
        for part in ("pages", "portfolios", "assessments", "reports")
        for path in (ROOT / part).rglob("*.py")
        if reaches.search(path.read_text())
    }
    assert found <= {
        "portfolios/workflow/opening.py",
        "portfolios/processing/checking.py",
        # Exports: the copies that `open_file` gave are put in, and an export goes to whoever asked for it.
        "reports/pack/writing.py",
        "reports/exports/workflow.py",
        # A portfolio from elsewhere that waits to be imported: the file as its uploader sent it, and no evidence yet.
        "reports/portfolio/arrivals.py",
        # Spoken feedback, which is no evidence: `open_voice` alone gives it, and its job prepares it.
        "assessments/voice/workflow.py",
        "assessments/voice/processing.py",
    }
