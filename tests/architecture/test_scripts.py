"""The scripts are type-checked, and the words that they show are in the pages."""

import json
import re

from tests.architecture.sources import ROOT, named

SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
#: words(holder, "name"), counted(holder, "name", 2), and the same through a method of the holder's.
SAID = re.compile(r'\b(?:words|counted|said|say)\((?:[\w.]+, )?"([a-z-]+)"')
REASON = re.compile(r'reason(?: = |: )(?:[^",;]*\? )?"([a-z-]+)"')
HELD = re.compile(r"data-say-([a-z-]+)")


def test_every_script_is_checked_for_its_types():
    assert [named(path) for path in SCRIPTS if not path.read_text().startswith("// @ts-check\n")] == []


def test_the_words_that_scripts_ask_for_are_in_the_pages():
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "pages").rglob("*.py")]
    held = {re.sub(r"-(?:one|other)$", "", name) for path in pages for name in HELD.findall(path.read_text())}
    texts = {path: path.read_text() for path in SCRIPTS}
    asked = {name for text in texts.values() for name in (*SAID.findall(text), *REASON.findall(text))}
    assert len(asked) > 40
    assert asked - held == set()


def test_no_script_asks_how_wide_the_window_is():
    """That is for the style sheets to know; a page is looked at in one width and then, as it is, in another."""
    asks = re.compile(r"\b(?:innerWidth|outerWidth|matchMedia)\b|\bscreen\.width\b")
    assert [named(path) for path in SCRIPTS if asks.search(path.read_text())] == []


def test_node_packages_are_for_development_and_name_no_host():
    assert "dependencies" not in json.loads((ROOT / "package.json").read_text())
    assert "://" not in "".join(
        line for line in (ROOT / "package-lock.json").read_text().splitlines() if '"resolved"' in line
    )
