"""An assessor records an observation on a phone, marks KSBs while it runs, and loses none of it by a reload."""

import os
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from portfolios.models import Evidence, Marker
from tests.assessments import quality
from tests.browser import chromium
from tests.browser.people import sign_in, small_world
from tests.browser.waiting import is_recorded
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return small_world()


@pytest.fixture
def page(browser: Browser, live_server, world: World) -> Page:  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": 375, "height": 740}, has_touch=True)
    sign_in(context, live_server.url, world.assessor)
    opened = context.new_page()
    yield opened
    context.close()


def test_a_press_while_it_records_marks_the_ksb_at_its_time(page: Page, world: World, live_server) -> None:  # type: ignore[no-untyped-def]
    piece = quality.observation(world)
    page.goto(f"{live_server.url}/evidence/{piece.pk}/observation/")
    page.get_by_role("button", name="Voice note", exact=True).click()
    is_recorded(page)
    page.locator("[data-mark=K1]").click()
    said = page.locator("[data-mark-said]")
    expect(said).to_have_text(re.compile(r"^K1 at \d:\d\d$"))
    time = said.text_content().rpartition(" ")[2]
    minutes, seconds = map(int, time.split(":"))
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/observing.png", full_page=True)
    page.get_by_role("button", name="Stop and add").click()
    expect(page.locator("#evidence-files")).to_contain_text("Voice note")
    page.reload()
    expect(page.locator("[data-mark-list]")).to_contain_text(f"K1 {time}")
    page.get_by_label("Your notes").fill("She listened to him.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert not chromium.violations(page)
    mark = Marker.objects.get()
    assert (mark.ksb.code, mark.starts_ms) == ("K1", (minutes * 60 + seconds) * 1000)
    assert mark.starts_ms >= 1000
    piece.refresh_from_db()
    assert piece.narrative == "She listened to him."
    page.get_by_role("button", name="Give it to").click()
    expect(page.get_by_text("confirms it by sending it").first).to_be_visible()
    assert Evidence.objects.get(pk=piece.pk).handed_over_at


def test_marks_of_a_discarded_recording_do_not_go_with_the_next_one(page: Page, world: World, live_server) -> None:  # type: ignore[no-untyped-def]
    piece = quality.observation(world)
    page.goto(f"{live_server.url}/evidence/{piece.pk}/observation/")
    for code, act in (("K1", "Discard"), ("S1", "Stop and add")):
        page.get_by_role("button", name="Voice note", exact=True).click()
        is_recorded(page)
        page.locator(f"[data-mark={code}]").click()
        expect(page.locator("[data-mark-list] li")).to_have_count(1)
        page.get_by_role("button", name=act).click()
        expect(page.locator("[data-mark-list] li")).to_have_count(0 if act == "Discard" else 1)
    expect(page.locator("#evidence-files")).to_contain_text("Voice note")
    assert "K1" not in page.locator("input[name=marks]").input_value()
    assert "S1" in page.locator("input[name=marks]").input_value()
