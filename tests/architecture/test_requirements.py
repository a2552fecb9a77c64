"""What is installed is pinned with hashes; what is vendored is what its list says."""

import hashlib
import re

import pytest

from tests.architecture.sources import ROOT


def pinned(file: str) -> dict[str, str]:
    """Package and version of each pin, with any condition on the platform."""
    text = (ROOT / file).read_text().replace("\\\n", " ")
    pins = {}
    for line in text.splitlines():
        if match := re.match(r"([a-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", line, re.IGNORECASE):
            assert "--hash=sha256:" in line, f"{line[:60]} has no hash"
            pins[match[1].lower()] = match[2]
    return pins


def wanted(file: str) -> set[str]:
    names = re.findall(r"^([A-Za-z0-9._-]+)", (ROOT / file).read_text(), re.MULTILINE)
    return {name.lower() for name in names if not name.startswith("-")}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_all_that_is_wanted_is_pinned_with_hashes(name: str):
    assert wanted(f"{name}.in") <= pinned(f"{name}.txt").keys()


def test_tests_run_on_the_versions_that_the_site_runs_on():
    assert pinned("requirements.txt").items() <= pinned("requirements-dev.txt").items()


def test_every_direct_dependency_has_its_reason():
    page = (ROOT / "docs/dependencies.md").read_text().lower()
    assert [name for name in sorted(wanted("requirements.in")) if name not in page] == []


def test_vendored_files_are_what_their_list_says():
    vendor = ROOT / "static/vendor"
    listed = dict(re.findall(r"`([^`]+/[^`]+)` \| `([0-9a-f]{64})`", (vendor / "README.md").read_text()))
    present = {
        path.relative_to(vendor).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file() and path.parent != vendor
    }
    assert listed == present
