"""What loading a page takes: requests, bytes and the time until something is seen."""

import re
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from tests.browser.network import Network

#: A slow 4G line and an old phone.
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOW_PROCESSOR = 4
#: The page is still while nothing was asked for so long.
QUIET_MS = 1_500


@dataclass(frozen=True)
class Load:
    """One load of a page: all requests, the service worker's included, and all bytes that came, headers included."""

    requests: tuple[str, ...]
    received_bytes: int
    first_paint_ms: float
    loaded_ms: float

    def __str__(self) -> str:
        return (
            f"{len(self.requests):>3} requests {self.received_bytes / 1000:>7.1f} KB"
            f"   first paint {self.first_paint_ms:>5.0f} ms   loaded {self.loaded_ms:>5.0f} ms"
        )


def sign_in(browser: Browser, address: str, email: str, password: str) -> list[dict]:
    """The cookies of somebody who signed in with a browser that is then thrown away."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/account/login/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/login" not in url)
    # Without an end, as the session's cookie came.
    cookies = [{key: value for key, value in one.items() if key != "expires"} for one in context.cookies()]
    context.close()
    return cookies


def path_like(browser: Browser, address: str, cookies: list[dict], pattern: str) -> str:
    """The first link like this on the home page, or the page that home leads to."""
    context = browser.new_context()
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{address}/")
    links = [page.url, *page.locator("a[href]").evaluate_all("links => links.map((link) => link.href)")]
    context.close()
    paths = [link.removeprefix(address) for link in links]
    return next(path for path in paths if re.search(pattern, path))


def first_load_and_reload(browser: Browser, network: Network, cookies: list[dict], path: str) -> tuple[Load, Load]:
    """Load a page with a browser that was never here, and once more."""
    context = browser.new_context(viewport={"width": 375, "height": 812})
    context.add_cookies(cookies)
    try:
        page, session = _slow_page(context)
        first = _measured(network, page, session, lambda: page.goto(f"{network.url}{path}"))
        again = _measured(network, page, session, lambda: page.reload())
    finally:
        context.close()
    return first, again


def _slow_page(context: BrowserContext) -> tuple[Page, CDPSession]:
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PROCESSOR})
    return page, session


def _measured(network: Network, page: Page, session: CDPSession, load) -> Load:
    network.forget()
    answer = load()
    if answer.status != 200:
        raise AssertionError(f"{page.url} answered {answer.status}")
    page.wait_for_load_state("load")
    seen = -1
    while len(network.requests) != seen:
        seen = len(network.requests)
        page.wait_for_timeout(QUIET_MS)
    paint, loaded = page.evaluate(
        """() => [
            performance.getEntriesByType("paint").find((entry) => entry.name === "first-contentful-paint").startTime,
            performance.getEntriesByType("navigation")[0].loadEventEnd,
        ]"""
    )
    return Load(tuple(network.requests), network.received_bytes, paint, loaded)
