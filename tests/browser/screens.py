"""Every main screen of the demo: its name, who looks at it, and how to get there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page

WIDTHS = {"375": {"width": 375, "height": 812}, "1280": {"width": 1280, "height": 900}}
SCHEMES = ["light", "dark"]


def follow(*texts: str) -> Callable[[Page], None]:
    """Open the first link in the page's main part with each of these texts (or, with `css=`, that selector) in turn."""

    def go(page: Page) -> None:
        for text in texts:
            main = page.locator("main")
            link = main.locator(text[4:]) if text.startswith("css=") else main.get_by_role("link", name=text)
            page.goto(link.first.evaluate("link => link.href"))

    return go


def open_review(page: Page) -> None:
    """Start the oldest waiting review, as the queue's button does."""
    page.locator("main form[action*='/start/'] button").first.click()
    page.wait_for_load_state()


def refused_evidence(page: Page) -> None:
    """Send the evidence form with a date in the future."""
    page.get_by_label("Title").fill("Tomorrow’s work")
    page.get_by_label("When it happened").fill("2199-01-01")
    page.locator("main [name=save]").click()
    page.wait_for_load_state()


@dataclass(frozen=True)
class Screen:
    """A screen: where it starts, and what is done there before it is looked at."""

    name: str
    who: str
    path: str
    act: Callable[[Page], None] | None = None


APPRENTICE, ASSESSOR, IQA = "apprentice@demo.test", "assessor@demo.test", "iqa@demo.test"
PROVIDER, EMPLOYER = "provider@demo.test", "employer@demo.test"

SCREENS = [
    Screen("sign-in", "", "/account/login/"),
    Screen("password-reset", "", "/account/password/reset/"),
    Screen("not-found", APPRENTICE, "/nowhere/"),
    Screen("apprentice-coverage", APPRENTICE, "/"),
    Screen("apprentice-ksb", APPRENTICE, "/", follow("css=a[href*='/ksbs/K2/']")),
    Screen("apprentice-evidence-list", APPRENTICE, "/", follow("All evidence")),
    Screen("apprentice-evidence-needs-work", APPRENTICE, "/", follow("All evidence", "Needs work", "css=.row-list a")),
    Screen("apprentice-evidence-accepted", APPRENTICE, "/", follow("All evidence", "Accepted", "css=.row-list a")),
    Screen("apprentice-add-evidence", APPRENTICE, "/", follow("Add evidence")),
    Screen(
        "apprentice-evidence-refused",
        APPRENTICE,
        "/",
        lambda page: (follow("Add evidence")(page), refused_evidence(page)),
    ),
    Screen(
        "apprentice-check-and-submit",
        APPRENTICE,
        "/",
        follow("All evidence", "Draft", "css=.row-list a", "Check and submit"),
    ),
    Screen("apprentice-draft", APPRENTICE, "/", follow("All evidence", "Draft", "css=.row-list a", "Go on")),
    Screen("apprentice-grid", APPRENTICE, "/", follow("Add evidence", "Grid")),
    Screen("assessor-queue", ASSESSOR, "/queue/"),
    Screen("assessor-review", ASSESSOR, "/queue/", open_review),
    Screen("assessor-learners", ASSESSOR, "/cohort/"),
    Screen("assessor-learner", ASSESSOR, "/cohort/", follow("css=a[href*='/apprenticeships/']")),
    Screen("iqa-cohort", IQA, "/cohort/"),
    Screen("iqa-record", IQA, "/record/"),
    Screen("provider-cohort", PROVIDER, "/cohort/"),
    Screen("provider-people", PROVIDER, "/people/"),
    Screen("provider-portfolio-rules", PROVIDER, "/portfolio-policy/"),
    Screen("provider-prompts", PROVIDER, "/portfolio-policy/prompts/project/"),
    Screen("provider-invite", PROVIDER, "/people/invite/"),
    Screen("provider-enrol", PROVIDER, "/apprenticeships/enrol/"),
    Screen("provider-record", PROVIDER, "/record/"),
    Screen("employer-learners", EMPLOYER, "/cohort/"),
    Screen("employer-learner", EMPLOYER, "/cohort/", follow("css=a[href*='/apprenticeships/']")),
    Screen("standards", PROVIDER, "/standards/"),
    Screen("standard", PROVIDER, "/standards/", follow("css=a[href*='/standards/ST0321/']")),
    Screen("profile", APPRENTICE, "/account/profile/"),
    Screen("second-factor", PROVIDER, "/account/2fa/"),
    Screen("sessions", PROVIDER, "/account/sessions/"),
]


def sign_in(context: BrowserContext, address: str, who: str) -> None:
    """Sign in by the demo's one-click button."""
    page = context.new_page()
    page.goto(f"{address}/account/login/")
    page.locator(f"form:has(input[value='{who}']) button").click()
    page.wait_for_url(lambda url: "/account/login" not in url)
    page.close()


def visits(browser: Browser, address: str, width: str, scheme: str) -> Iterator[tuple[Screen, Page]]:
    """Each screen, open in a page of this width and colour scheme."""
    contexts: dict[str, BrowserContext] = {}
    for screen in SCREENS:
        if screen.who not in contexts:
            context = browser.new_context(viewport=WIDTHS[width], color_scheme=scheme, reduced_motion="reduce")
            if screen.who:
                sign_in(context, address, screen.who)
            contexts[screen.who] = context
        page = contexts[screen.who].new_page()
        page.goto(f"{address}{screen.path}")
        if screen.act:
            screen.act(page)
        yield screen, page
        page.close()
    for context in contexts.values():
        context.close()
