"""Marking by keyboard alone: few keys, and each word on the claim that was on screen when it was typed."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from accounts.workflow import confirm_address
from assessments.commenting.workflow import add_comment
from assessments.models import ReviewDraft, Submission
from tests.browser import chromium
from tests.browser.people import sign_in
from tests.world import World, acting, make_version, make_world

pytestmark = pytest.mark.django_db(transaction=True)
CODES = [*(f"K{n}" for n in range(1, 5)), *(f"S{n}" for n in range(1, 6)), "B1"]
NOT_YET = ["K2", "K4", "S1", "S3", "B1"]
#: Each save takes as long as it takes to press thirty more keys, or the last one, and the first fails on the way.
SLOW = """
const real = window.fetch;
let keys = 0, isOver = false;
const waiting = new Set();
window.addEventListener("keydown", (event) => {
  keys += 1;
  isOver ||= event.ctrlKey && event.key === "Enter";
  for (const one of waiting) {
    if (isOver || keys >= one.until) one.goOn();
  }
}, true);
window.fetch = async (input, init) => {
  if (init?.method === "POST") {
    const save = Number(sessionStorage.saves ?? 0) + 1;
    sessionStorage.saves = save;
    if (!isOver) await new Promise((goOn) => waiting.add({ until: keys + 30, goOn }));
    if (save === 1) throw new TypeError("Failed to fetch");
  }
  return real(input, init);
};
"""


@pytest.fixture
def world(transactional_db: None, settings) -> World:  # type: ignore[no-untyped-def]
    settings.SECOND_FACTOR_REQUIRED = False
    made = make_world(version=make_version(knowledge=4, skills=5))
    confirm_address(made.assessor)
    return made


@pytest.fixture
def submission(world: World) -> Submission:
    return world.submitted(*CODES)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    yield made
    made.close()


def opened(context: BrowserContext, server: str, submission: Submission) -> Page:
    sign_in(context, server, User.objects.get(email="assessor@example.test"))
    page = context.new_page()
    page.goto(f"{server}/submissions/{submission.pk}/")
    return page


def said_of(code: str) -> str:
    return f"Say what came of {code} in the end, and when."


def mark(page: Page, midway: Callable[[], None] = lambda: None) -> int:
    """Mark all ten by keyboard, the first without going to it; how many keys that took besides the words.

    `midway` comes between the words of each text.
    """
    pressed = 0

    def press(key: str) -> None:
        nonlocal pressed
        page.keyboard.press(key)
        pressed += 1

    for code in CODES:
        if code != CODES[0]:
            press("j")
        if code in NOT_YET:
            press("n")
            page.keyboard.type(said_of(code)[:10])
            midway()
            page.keyboard.type(said_of(code)[10:])
            press("Escape")
        else:
            press("m")
    press("Control+Enter")
    return pressed


def assert_each_on_its_own() -> None:
    claims = ReviewDraft.objects.unscoped().finished().get().claims
    assert {code: (words.outcome, words.feedback.missing) for code, words in claims.items()} == {
        code: ("not_yet", said_of(code)) if code in NOT_YET else ("met", "") for code in CODES
    }


def test_ten_claims_are_marked_with_fewer_than_thirty_keys(
    context: BrowserContext, live_server, submission: Submission
) -> None:  # type: ignore[no-untyped-def]
    page = opened(context, live_server.url, submission)
    assert mark(page) < 30
    expect(page.get_by_role("heading", name="1 review to be sent")).to_be_visible()
    assert_each_on_its_own()


def test_keys_do_not_outrun_a_slow_server_or_a_save_that_failed(
    context: BrowserContext, live_server, submission: Submission
) -> None:  # type: ignore[no-untyped-def]
    context.add_init_script(SLOW)
    context.clock.install()
    page = opened(context, live_server.url, submission)
    # Longer than any save is put off.
    mark(page, midway=lambda: page.clock.fast_forward(9_000))
    expect(page.get_by_role("heading", name="1 review to be sent")).to_be_visible()
    assert int(page.evaluate("sessionStorage.saves")) > 2, "it was saved while more was typed"
    assert_each_on_its_own()


def test_a_comment_is_found_while_typing_and_inserted_by_key_without_marking_anything(
    context: BrowserContext, live_server, world: World, submission: Submission
) -> None:  # type: ignore[no-untyped-def]
    for text in ("Name the job board that you used.", "Say what came of it, [name]."):
        add_comment(acting(world.assessor), text, for_all=False)
    page = opened(context, live_server.url, submission)
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.keyboard.type("Good start. Name the bo")
    expect(page.get_by_role("button", name="Name the job board that you used.")).to_be_visible()
    assert not chromium.violations(page)
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    text = page.get_by_label("What is missing for K1?")
    expect(text).to_have_value("Good start. Name the job board that you used.")
    expect(text).to_be_focused()
    expect(page.locator("article[aria-labelledby=claim-K1]").get_by_label("Not yet", exact=True)).to_be_checked()
