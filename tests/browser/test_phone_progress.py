"""An apprentice's own page, a KSB and a piece that came back, on a phone: what comes first is in sight at once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import chromium
from tests.browser.capturing.test_phone_capture import COVERED, PHONE, page_height
from tests.browser.people import sign_in, world_of_a_real_standard
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

#: The highest that an own page with 35 KSBs and a few pieces may be, its statements folded.
MOST_PX = 2_800


@pytest.fixture
def world(transactional_db: None) -> World:
    return world_of_a_real_standard()


@pytest.fixture(params=[375, 320])
def phone(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer, world: World) -> Iterator[Page]:
    world.judged({"K1": "met", "S1": "not_yet", "S2": "not_yet"}, title="Advert for a cook")
    size = {"viewport": {"width": request.param, "height": 812}, "reduced_motion": "reduce"}
    context = browser.new_context(**PHONE | size)
    sign_in(context, live_server.url, world.apprentice)
    opened = context.new_page()
    opened.goto(live_server.url)
    yield opened
    context.close()


def is_in_sight(place: Locator) -> bool:
    """Whether it is on the screen, clear of what is fixed at its foot."""
    expect(place).to_be_visible()
    box = place.bounding_box()
    return place.page.evaluate(
        "({ x, y, width, height }) => y >= 0 && Boolean(document.elementFromPoint(x + width / 2, y + height / 2)"
        "?.closest('main'))",
        box,
    )


def is_sound(page: Page) -> None:
    assert not chromium.violations(page)
    assert not chromium.is_wider_than_its_window(page)


def test_the_first_screen_says_what_to_do_next_and_every_statement_is_a_tap_away(phone: Page) -> None:
    expect(phone.get_by_role("heading", name="2 KSBs need work")).to_be_visible()
    assert is_in_sight(phone.get_by_role("link", name="Read the feedback"))
    if phone.viewport_size["width"] == 375:
        assert is_in_sight(phone.locator(".tile").first)
        print(f"{page_height(phone)} px")
        assert page_height(phone) <= MOST_PX
    expect(phone.get_by_text("Planned end", exact=True)).to_be_hidden()
    is_sound(phone)
    before = phone.url
    for summary in phone.get_by_text("Read what each one says").all():
        summary.tap()
    shown = phone.locator(".statements li")
    expect(shown).to_have_count(35)
    for statement in shown.all():
        assert statement.is_visible()
    assert phone.url == before
    is_sound(phone)


def test_the_focus_is_never_under_the_navigation_at_the_foot(phone: Page) -> None:
    phone.locator("#main").focus()
    for _stop in range(30):
        phone.keyboard.press("Tab")
        assert not phone.evaluate(COVERED), phone.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_feedback_is_one_tap_from_home_and_in_sight_in_both_steps_of_the_revision(phone: Page) -> None:
    phone.get_by_role("link", name="Read the feedback").tap()
    said = phone.get_by_role("heading", name="What your assessor said")
    expect(said).to_be_visible()
    assert is_in_sight(said)
    is_sound(phone)
    phone.get_by_role("link", name="Revise").tap()
    expect(said).to_be_visible()
    assert is_in_sight(said)
    phone.get_by_role("button", name="Next", exact=True).tap()
    expect(phone.get_by_role("heading", name="2. What does this prove?")).to_be_visible()
    assert is_in_sight(said)
    beside = phone.locator(".chosen").filter(has_text="S1").locator(".feedback")
    expect(beside).to_contain_text("Say more.")
    is_sound(phone)


def test_a_ksb_says_on_its_first_screen_what_it_asks_and_what_was_said(phone: Page) -> None:
    phone.locator(".tile").filter(has_text="S1").first.tap()
    expect(phone.get_by_role("heading", name="S1", exact=True)).to_be_visible()
    phone.wait_for_load_state()
    for words in ("A skill is something you can do.", "Still missing: the changes", "What was said last"):
        assert is_in_sight(phone.get_by_text(words))
    is_sound(phone)
