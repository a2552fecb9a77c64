"""A review in a real browser: what an assessor writes is never lost, and says so where it cannot be saved."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from apprenticeships import workflow as enrolling
from assessments import workflow
from assessments.models import Decision, ReviewDraft, Submission
from tests.browser import chromium
from tests.browser.people import sign_in, sign_in_by_form
from tests.world import World, acting

pytestmark = pytest.mark.django_db(transaction=True)
SAVED = re.compile(r"Saved \d\d:\d\d")


@pytest.fixture
def submission(world: World) -> Submission:
    return world.submitted("K1", "S1")


@pytest.fixture
def address(live_server, submission: Submission) -> str:  # type: ignore[no-untyped-def]
    return f"{live_server.url}/submissions/{submission.pk}/"


@pytest.fixture
def page(browser: Browser, live_server, world: World, address: str) -> Iterator[Page]:  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    sign_in(context, live_server.url, world.assessor)
    opened = context.new_page()
    opened.goto(address)
    yield opened
    context.close()


def state(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("[data-draft-state]")


def feedback(page: Page, code: str = "K1"):  # type: ignore[no-untyped-def]
    return page.get_by_label(f"What is missing for {code}?")


def judge(page: Page, code: str, outcome: str, words: str = "") -> None:
    claim = page.locator(f"article[aria-labelledby=claim-{code}]")
    claim.get_by_label(outcome, exact=True).check()
    feedback(page, code).fill(words)


def test_what_an_assessor_writes_is_there_after_a_reload(page: Page) -> None:
    judge(page, "K1", "Met", "Clear and complete.")
    expect(state(page)).to_have_text(SAVED)
    page.reload()
    expect(feedback(page)).to_have_value("Clear and complete.")
    expect(page.locator("article[aria-labelledby=claim-K1]").get_by_label("Met", exact=True)).to_be_checked()
    assert not chromium.violations(page)


def test_feedback_survives_a_network_that_is_gone_and_a_crash(page: Page, address: str) -> None:
    page.context.set_offline(True)
    feedback(page).type("Written with nobody there.")
    expect(state(page)).to_contain_text("can’t reach the site")
    page.get_by_role("button", name="Finish").click()
    expect(feedback(page)).to_have_value("Written with nobody there.")
    # The tab is gone before anything was sent: what is left is on the device.
    page.close(run_before_unload=False)
    after = page.context.new_page()
    page.context.set_offline(False)
    after.goto(address)
    expect(after.get_by_text("We kept what you typed")).to_be_visible()
    assert not chromium.violations(after)
    after.get_by_role("button", name="Restore").click()
    expect(feedback(after)).to_have_value("Written with nobody there.")
    expect(state(after)).to_have_text(SAVED)
    assert ReviewDraft.objects.get().claims["K1"].feedback.missing == "Written with nobody there."


def test_an_ended_session_keeps_the_feedback_and_goes_on_after_a_new_sign_in(page: Page, live_server) -> None:  # type: ignore[no-untyped-def]
    Session.objects.all().delete()
    feedback(page).type("Longer than my session.")
    expect(state(page)).to_contain_text("Your session ended")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again").click()
    sign_in_by_form(opened.value, live_server.url, "assessor")
    opened.value.close()
    expect(state(page)).to_have_text(SAVED)
    judge(page, "K1", "Met", "Longer than my session.")
    judge(page, "S1", "Met")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("It will be sent at")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('craftmark-draft:'))") == []
    assert ReviewDraft.objects.finished().get().claims["K1"].feedback.missing == "Longer than my session."


def test_a_review_given_to_a_colleague_says_so_and_keeps_the_words_in_sight(page: Page, world: World) -> None:
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They take over."
    )
    judge(page, "K1", "Met", "Half a page of feedback.")
    judge(page, "S1", "Met")
    expect(state(page)).to_contain_text("You are no longer the assessor of Apprentice. Second Assessor is now.")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("heading", name="What you wrote")).to_be_visible()
    expect(page.get_by_text("Half a page of feedback.")).to_be_visible()
    assert not chromium.violations(page)
    assert not Decision.objects.exists()


def test_an_unsent_piece_says_so_while_feedback_is_typed(page: Page, world: World, submission: Submission) -> None:
    workflow.take_back(submission.pk, acting(world.apprentice))
    feedback(page).type("Too late.")
    expect(state(page)).to_contain_text("Apprentice unsent this on")
    expect(feedback(page)).to_have_value("Too late.")


def test_two_tabs_of_one_review_show_both_texts(page: Page, address: str) -> None:
    other = page.context.new_page()
    other.goto(address)
    feedback(page).fill("From my first tab.")
    expect(state(page)).to_have_text(SAVED)
    feedback(other).fill("From my second tab.")
    conflict = other.get_by_role("alert")
    expect(conflict).to_contain_text("From my first tab.")
    assert not chromium.violations(other)
    conflict.get_by_role("button", name="Keep both").click()
    expect(feedback(other)).to_have_value("From my second tab.\n\nFrom my first tab.")
    expect(state(other)).to_have_text(SAVED)
    assert ReviewDraft.objects.get().claims["K1"].feedback.missing == "From my second tab.\n\nFrom my first tab."


def test_a_finished_review_is_undone_and_sent_by_keyboard(page: Page) -> None:
    judge(page, "K1", "Met", "Clear and complete.")
    judge(page, "S1", "Not yet", "Say what came of it.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="1 review to be sent")).to_be_visible()
    assert not chromium.violations(page)
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(feedback(page, "S1")).to_have_value("Say what came of it.")
    expect(page.locator("article[aria-labelledby=claim-S1]").get_by_label("Not yet", exact=True)).to_be_checked()
    assert not Decision.objects.exists()
    page.keyboard.press("Control+Enter")
    page.get_by_role("link", name="Advert for a driver").click()
    expect(page.get_by_text("Nobody else sees this until it is sent.")).to_be_visible()
    expect(page.get_by_text("Say what came of it.")).to_be_visible()
    assert not chromium.violations(page)
    page.get_by_role("button", name="Send now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Feedback sent.")).to_be_visible()
    assert Decision.objects.count() == 2


def test_a_review_is_skipped_with_its_words_kept(page: Page, submission: Submission) -> None:
    feedback(page).fill("So far.")
    page.get_by_text("Skip this, and come back to it").click()
    page.get_by_label("When do you want to see it again?").select_option(index=1)
    assert not chromium.violations(page)
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("heading", name="Skipped for now")).to_be_visible()
    assert not chromium.violations(page)
    assert ReviewDraft.objects.get().claims["K1"].feedback.missing == "So far."
    page.get_by_role("button", name="Back to the queue").click()
    expect(page.get_by_text("1 piece of evidence")).to_be_visible()


def test_choosing_a_day_to_come_back_on_begins_no_review(page: Page, submission: Submission) -> None:
    page.get_by_text("Skip this, and come back to it").click()
    page.get_by_label("When do you want to see it again?").select_option(index=2)
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("heading", name="Skipped for now")).to_be_visible()
    submission.refresh_from_db()
    assert submission.review_started_at is None


def test_reading_and_playing_keep_the_session_in_use(  # type: ignore[no-untyped-def]
    browser: Browser, live_server, world: World, address: str
) -> None:
    context = browser.new_context()
    sign_in(context, live_server.url, world.assessor)
    page = context.new_page()
    page.clock.install()
    page.goto(address)
    for sign in ("scroll", "timeupdate"):
        page.clock.fast_forward("05:00")
        with page.expect_request("**/account/in-use/"):
            page.evaluate("(sign) => document.querySelector('.review').dispatchEvent(new Event(sign))", sign)
    context.close()
