"""Every main screen, as a person with any device and any eyes meets it."""

from playwright.sync_api import Browser

from tests.browser.chromium import AXE_COLOUR_RULES, AXE_RULES, is_wider_than_its_window, violations
from tests.browser.screens import WIDTHS, visits

IS_TAB_OUT_OF_SIGHT = """() => {
  const here = document.querySelector(".section-nav [aria-current]")?.getBoundingClientRect();
  return here !== undefined && (here.left < 0 || here.right > window.innerWidth);
}"""


def test_no_screen_has_an_accessibility_fault_or_scrolls_sideways(browser: Browser, demo_address: str) -> None:
    """Width and scheme are matters of the style sheets alone: they change how an open page looks, and nothing else."""
    faults = []
    for screen, page in visits(browser, demo_address):
        for width, size in WIDTHS.items():
            page.set_viewport_size(size)
            if is_wider_than_its_window(page):
                faults.append(f"{screen.name}: wider than {width} px")
            if page.evaluate(IS_TAB_OUT_OF_SIGHT):
                faults.append(f"{screen.name}, {width}: the line of pages beside it does not show which one this is")
            for scheme, rules in (("light", AXE_RULES), ("dark", AXE_COLOUR_RULES)):
                page.emulate_media(color_scheme=scheme)
                faults += [f"{screen.name}, {width}, {scheme}: {fault}" for fault in violations(page, rules)]
    assert not faults, "\n".join(faults)
