"""Waiting for what a page does, without a race: for what stays once it is there, or with what would end it held."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route, expect


@contextmanager
def held(page: Page, url: str) -> Iterator[None]:
    """Requests to these addresses wait until this ends, so that what is shown meanwhile stays as long as it takes."""
    waiting: list[Route] = []
    is_over = False

    def hold(route: Route) -> None:
        if is_over:
            route.continue_()
        else:
            waiting.append(route)

    # It stays: the browser lets go by itself of what waits for a handler that is taken away.
    page.route(url, hold)
    yield
    is_over = True
    for route in waiting:
        route.continue_()


def is_recorded(page: Page) -> None:
    """There is something to keep once the clock of this recording has moved; the one before left its time there."""
    running = page.locator("[data-recorder-panel][data-state=recording] [data-recorder-time]")
    expect(running).to_have_text(re.compile("[1-9]"))
