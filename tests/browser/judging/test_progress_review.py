"""The form of a progress review in a real browser: a lost network and an ended session lose nothing."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from programme.models import ReviewNotes
from tests.browser import chromium
from tests.browser.people import sign_in, sign_in_by_form
from tests.programme import reviewing
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
SAVED = re.compile(r"Saved \d\d:\d\d")


def opened(browser: Browser, url: str, path: str, person: User) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 375, "height": 800})
    sign_in(context, url, person)
    page = context.new_page()
    page.goto(f"{url}{path}")
    yield page
    context.close()


@pytest.fixture
def review(browser: Browser, live_server, world: World) -> Iterator[Page]:  # type: ignore[no-untyped-def]
    path = f"/progress-reviews/{reviewing.plan(world).pk}/write/"
    yield from opened(browser, live_server.url, path, world.assessor)


def state(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("[data-draft-state]")


def said(page: Page):  # type: ignore[no-untyped-def]
    return page.get_by_label("What the apprentice says")


def test_a_review_survives_a_lost_network_and_an_ended_session(review: Page, live_server) -> None:  # type: ignore[no-untyped-def]
    address = review.url
    review.context.set_offline(True)
    said(review).type("Said with nobody there.")
    expect(state(review)).to_contain_text("can’t reach the site")
    # The tab is gone before anything was sent: what is left is on the device.
    review.close(run_before_unload=False)
    after = review.context.new_page()
    review.context.set_offline(False)
    after.goto(address)
    after.get_by_role("button", name="Restore").click()
    expect(said(after)).to_have_value("Said with nobody there.")
    expect(state(after)).to_have_text(SAVED)
    Session.objects.all().delete()
    said(after).type(" And longer than my session.")
    expect(state(after)).to_contain_text("Your session ended")
    assert not chromium.violations(after)
    with after.context.expect_page() as another:
        after.get_by_role("link", name="Sign in again").click()
    sign_in_by_form(another.value, live_server.url, "assessor")
    another.value.close()
    expect(state(after)).to_have_text(SAVED)
    kept = ReviewNotes.objects.unscoped().get().words["section_apprentice"]
    assert "Said with nobody there." in kept
    assert "And longer than my session." in kept
