"""A real Chromium for the tests of this folder; they skip, saying so, where none is installed."""

import os
from collections.abc import Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from pages.static_files import JoiningFinder
from tests.browser import chromium
from tests.browser.network import Network, network_before
from tests.browser.people import small_world
from tests.browser.site import demo_site
from tests.world import World

# Playwright keeps an event loop running in this thread, which Django takes for an async caller.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


expect.set_options(timeout=chromium.PATIENCE_MS)

# No test changes a style sheet or a script, and joining them anew for each page takes longer than the page.
JoiningFinder._write = cache(JoiningFinder._write)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests on the demo site: then one process has them all, and only that one makes the site."""
    items.sort(key=lambda item: "demo_address" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium.executable() is None:
        pytest.skip("No Chromium found: install it, or name it in CHROMIUM.")
    with sync_playwright() as playwright:
        launched = chromium.launch(playwright)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def demo_address() -> Iterator[str]:
    with demo_site() as address:
        yield address


@pytest.fixture
def world(transactional_db: None) -> World:
    """Everybody, with a few KSBs. Modules whose pages need more of them have a world of their own."""
    return small_world()


@pytest.fixture
def network(live_server: LiveServer) -> Iterator[Network]:
    """What stands between the browser and the site, and can be cut."""
    with network_before(live_server.url) as made:
        yield made
