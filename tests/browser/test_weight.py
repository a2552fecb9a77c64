"""What the pages of the demo take over the line, on a first visit and when they are loaded again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.network import Network, network_before
from tests.browser.weight import first_load_and_reload, path_like, sign_in

MOST_REQUESTS = 12
MOST_BYTES_AGAIN = 15_000
PASSWORD = "craftmark-demo-2026"  # noqa: S105


@pytest.fixture
def network(demo_address: str) -> Iterator[Network]:
    with network_before(demo_address) as made:
        yield made


@pytest.mark.parametrize(
    ("who", "rest", "most_bytes"),
    [("apprentice", "", 100_000), ("assessor", "", 100_000), ("apprentice", "evidence/new/", 130_000)],
)
def test_a_page_takes_little_over_the_line(
    browser: Browser, network: Network, who: str, rest: str, most_bytes: int
) -> None:
    cookies = sign_in(browser, network.url, f"{who}@demo.test", PASSWORD)
    path = path_like(browser, network.url, cookies, r"/apprenticeships/[0-9a-f-]{36}/$") + rest
    first, again = first_load_and_reload(browser, network, cookies, path)
    assert len(first.requests) <= MOST_REQUESTS, first.requests
    assert first.received_bytes <= most_bytes, first
    assert again.received_bytes <= MOST_BYTES_AGAIN, again
    kinds = [address.rpartition(".")[2] for address in first.requests if address.startswith("/static/")]
    assert kinds.count("css") == 1
    # A page that changes in parts has htmx as well.
    assert kinds.count("js") == (2 if rest else 1)
