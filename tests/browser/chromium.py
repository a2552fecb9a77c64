"""Finding and starting the Chromium that is installed."""

import os
import shutil
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, Playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A microphone and a camera that give something to record, and a person who lets the page have them.
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
#: How long something may take is measured elsewhere. Here a machine that is busy with other work only takes longer.
PATIENCE_MS = 120_000
#: WCAG 2.2 AA and all that it builds on.
AXE_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    # Every element that is in order would be described too.
    "resultTypes": ["violations"],
}
#: Those that the colours of a page can break.
AXE_COLOUR_RULES = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}


def executable() -> str | None:
    """Where Chromium is: what CHROMIUM says, or the first one on the path."""
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium."""
    browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
    browser.on("context", lambda context: context.set_default_timeout(PATIENCE_MS))
    return browser


def violations(page: Page, rules: dict[str, Any] = AXE_RULES) -> list[str]:
    """What axe finds wrong with the page, a line each: rule, how bad, and the first places.

    Axe is half a megabyte of script: a page that is looked at twice gets it once.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run(rules)", rules)["violations"]
    return [
        f"{page.url} {violation['id']} ({violation['impact']}): "
        + "; ".join(node["html"][:140] for node in violation["nodes"][:3])
        for violation in found
    ]


def is_wider_than_its_window(page: Page) -> bool:
    """Whether the page must be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
