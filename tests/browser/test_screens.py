"""Every main screen, as a person with any device and any eyes meets it."""

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import AXE_COLOUR_RULES, is_wider_than_its_window, violations
from tests.browser.screens import WIDTHS, visits

IS_TAB_OUT_OF_SIGHT = """() => {
  const here = document.querySelector(".section-nav [aria-current]")?.getBoundingClientRect();
  return here !== undefined && (here.left < 0 || here.right > window.innerWidth);
}"""


@pytest.mark.parametrize("width", list(WIDTHS))
def test_no_screen_has_an_accessibility_fault_or_scrolls_sideways(
    browser: Browser, demo_address: str, width: str
) -> None:
    faults = []
    for screen, page in visits(browser, demo_address, width, "light"):
        faults += [f"{screen.name}, light: {fault}" for fault in violations(page)]
        # The scheme is a matter of the style sheets alone: it changes the colours of an open page, and nothing else.
        page.emulate_media(color_scheme="dark")
        faults += [f"{screen.name}, dark: {fault}" for fault in violations(page, AXE_COLOUR_RULES)]
        if is_wider_than_its_window(page):
            faults.append(f"{screen.name}: wider than {width} px")
        if page.evaluate(IS_TAB_OUT_OF_SIGHT):
            faults.append(f"{screen.name}: the line of pages beside it does not show which one this is")
    assert not faults, "\n".join(faults)
