"""Every main screen, as a person with any device and any eyes meets it."""

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import is_wider_than_its_window, violations
from tests.browser.screens import SCHEMES, WIDTHS, visits


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", list(WIDTHS))
def test_no_screen_has_an_accessibility_fault_or_scrolls_sideways(
    browser: Browser, demo_address: str, width: str, scheme: str
) -> None:
    faults = []
    for screen, page in visits(browser, demo_address, width, scheme):
        faults += [f"{screen.name}: {fault}" for fault in violations(page)]
        if is_wider_than_its_window(page):
            faults.append(f"{screen.name}: wider than {width} px")
    assert not faults, "\n".join(faults)
