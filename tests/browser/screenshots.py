"""`make screenshots`: a PNG of every main screen of the demo, at two widths, light and dark, into screenshots/."""

import sys

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.screens import SCHEMES, WIDTHS, visits
from tests.browser.site import ROOT, demo_site


def main() -> int:
    if chromium.executable() is None:
        print("No Chromium found. Install it (Debian: apt-get install chromium) or name it in CHROMIUM.")
        return 1
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    count = 0
    with demo_site() as address, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for screen, page in visits(browser, address):
            for width, size in WIDTHS.items():
                page.set_viewport_size(size)
                # As tall as the page, so that what keeps to the window's edge is not drawn over its middle.
                height = page.evaluate("document.documentElement.scrollHeight")
                page.set_viewport_size({"width": size["width"], "height": min(height, 16_000)})
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    page.screenshot(path=folder / f"{screen.name}-{width}-{scheme}.png")
                    count += 1
        browser.close()
    print(f"{count} screenshots in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
