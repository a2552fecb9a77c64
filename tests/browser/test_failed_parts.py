"""A filter that fails says so in its place, and leaves no old numbers under the new filter."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, Route, expect

from core import clock
from tests.browser import chromium
from tests.browser.people import sign_in
from tests.browser.waiting import held
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(browser: Browser, live_server, world: World) -> Iterator[Page]:  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    sign_in(context, live_server.url, world.admin)
    opened = context.new_page()
    opened.goto(f"{live_server.url}/cohort/")
    expect(learners(opened)).to_be_visible()
    yield opened
    context.close()


def learners(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("#cohort")


def ask_for_another(page: Page) -> None:
    """Filter the learners, which htmx does in place."""
    page.locator("form.filters button[type=submit]").click()


def refused(status: int, **headers: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, headers=headers, body="<p>no</p>")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (refused(500), "Something went wrong."),
        (refused(403), "Something went wrong."),
        (lambda route: route.abort("connectionreset"), "We can’t reach the site."),
        (lambda route: route.abort("timedout"), "We can’t reach the site."),
    ],
    ids=["500", "403", "cut", "timeout"],
)
def test_a_filter_that_fails_says_so_and_shows_no_old_numbers(
    page: Page, fault: Callable[[Route], None], words: str
) -> None:
    page.route("**/cohort/?*", fault)
    ask_for_another(page)
    said = page.get_by_role("alert")
    expect(said).to_contain_text(words)
    expect(learners(page)).to_be_hidden()
    assert not chromium.violations(page)
    page.unroute("**/cohort/?*")
    said.get_by_role("button", name="Try again").click()
    expect(learners(page)).to_be_visible()
    expect(said).to_have_count(0)


def test_a_refused_part_says_the_sites_own_reason(page: Page, world: World) -> None:
    world.admin.memberships.update(ended_on=clock.today() - timedelta(days=1))
    ask_for_another(page)
    expect(page.get_by_role("alert")).to_contain_text("permission")
    expect(learners(page)).to_be_hidden()


def test_a_filter_that_a_busy_site_refuses_is_asked_for_again_by_itself(page: Page) -> None:
    with held(page, "**/cohort/?*"):
        page.route("**/cohort/?*", refused(503, **{"Retry-After": "1"}), times=1)
        ask_for_another(page)
        expect(page.get_by_role("alert")).to_contain_text("Trying again")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(learners(page)).to_be_visible()


def test_a_filter_after_the_session_ended_offers_to_sign_in_and_come_back(page: Page) -> None:
    Session.objects.all().delete()
    ask_for_another(page)
    said = page.get_by_role("alert")
    expect(said).to_contain_text("Your session ended.")
    expect(learners(page)).to_be_hidden()
    said.get_by_role("link", name="Sign in again").click()
    page.wait_for_url("**/account/login/?next=*cohort*")
