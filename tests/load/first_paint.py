"""How heavy the pages are on a phone: requests, bytes and first paint, at the first load and when loaded again.

The line has 150 ms round trip and 1.6 Mbit/s, the processor is four times slower than this one, and the browser was
never here before. Bytes are those of the line, with headers, and with what the service worker fetches.

    python -m tests.load.first_paint [--address http://127.0.0.1:8000]

With an address it measures the demo that is running there, otherwise one of its own.
"""

import argparse
from contextlib import nullcontext

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.network import network_before
from tests.browser.site import demo_site
from tests.browser.weight import first_load_and_reload, path_like, sign_in

PASSWORD = "craftmark-demo-2026"  # noqa: S105
PAGES = [
    ("learner page, apprentice", "apprentice@demo.test", r"/apprenticeships/[0-9a-f-]{36}/$", ""),
    ("evidence form, apprentice", "apprentice@demo.test", r"/apprenticeships/[0-9a-f-]{36}/$", "evidence/new/"),
    ("learner page, assessor", "assessor@demo.test", r"/apprenticeships/[0-9a-f-]{36}/$", ""),
    ("queue, assessor", "assessor@demo.test", r"/queue/$", ""),
    ("cohort, provider", "provider@demo.test", r"/cohort/$", ""),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address")
    given = parser.parse_args()
    with (
        nullcontext(given.address) if given.address else demo_site() as address,
        network_before(address) as network,
        sync_playwright() as playwright,
    ):
        browser = chromium.launch(playwright)
        for title, email, pattern, rest in PAGES:
            cookies = sign_in(browser, network.url, email, PASSWORD)
            path = path_like(browser, network.url, cookies, pattern) + rest
            first, again = first_load_and_reload(browser, network, cookies, path)
            print(f"{title:<28}{first}\n{'  loaded again':<28}{again}")
            print("".join(f"      {request}\n" for request in first.requests), end="")
        browser.close()


if __name__ == "__main__":
    main()
