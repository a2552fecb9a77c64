"""The form that captures evidence without a network: the same two steps, and nothing of a recording is lost."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portfolios.models import Evidence
from tests.browser import chromium
from tests.browser.capturing.test_offline import choose, queue, ready, receipts, world_with_a_duty
from tests.browser.capturing.test_phone_capture import PHONE
from tests.browser.network import Network
from tests.browser.waiting import is_recorded
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return world_with_a_duty()


@pytest.fixture
def filming(browser: Browser, network: Network, world: World) -> Iterator[Page]:
    """A phone with a camera and a microphone, which knows the apprentice and has no network any more."""
    # What is still scrolling may lie under the bar for a moment.
    context = browser.new_context(**PHONE, reduced_motion="reduce")
    page = ready(context, network, world)
    network.down()
    page.goto(f"{network.url}/offline/")
    page.get_by_role("button", name="Capture evidence", exact=True).tap()
    yield page
    context.close()


def record(page: Page, what: str) -> None:
    page.get_by_role("button", name=what, exact=True).tap()
    is_recorded(page)
    page.get_by_role("button", name="Stop and add").tap()


def test_one_captures_in_the_same_two_steps_and_what_was_captured_arrives_whole(
    network: Network, world: World, filming: Page
) -> None:
    page = filming
    assert chromium.violations(page) == []
    record(page, "Voice note")
    record(page, "Video")
    chosen = page.locator("[data-upload-list] li")
    expect(chosen).to_have_count(2)
    expect(page.get_by_label("Title")).to_have_value(re.compile(r"Voice note, \d{1,2} \w+"))
    page.get_by_label("What I did").fill("I showed a driver how to fill in the form.")
    page.get_by_label("What I did").blur()
    page.get_by_label("Kind of evidence").select_option("observation")
    expect(page.get_by_label("Title")).to_have_value("I showed a driver how to fill in the form")
    expect(page.locator("[data-counts]")).to_have_text("2 files · 0 KSBs")
    page.get_by_role("button", name="Next", exact=True).tap()
    page.get_by_role("heading", name="2. What does this prove?").wait_for()
    page.get_by_text("Find them by what you do at work").tap()
    chip = page.locator(".duty-ways").get_by_role("button", name="S1", exact=True)
    chip.tap()
    expect(chip).to_have_attribute("aria-pressed", "true")
    choose(page, "K2")
    expect(page.locator("[data-counts]")).to_have_text("2 files · 2 KSBs")
    page.locator("#offline-why-S1").fill("The film shows it.")
    assert chromium.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_role("button", name="Keep and send").tap()
    expect(queue(page)).to_contain_text("2 files · K2, S1")

    network.up()
    page.goto(f"{network.url}/offline/")
    expect(receipts(page)).to_have_count(1)
    piece = Evidence.objects.get()
    assert (piece.kind, piece.narrative) == ("observation", "I showed a driver how to fill in the form.")
    assert piece.title == "I showed a driver how to fill in the form"
    assert {claim.ksb.code: claim.justification for claim in piece.claims.all()} == {
        "K2": "",
        "S1": "The film shows it.",
    }
    names = sorted(piece.files.values_list("name", flat=True))
    assert [name.split(",")[0] for name in names] == ["Video", "Voice note"]
    assert all(piece.files.values_list("size_bytes", flat=True))


def test_s1_finds_s1_and_not_s10_and_the_gaps_are_a_choice(filming: Page) -> None:
    page = filming
    page.get_by_role("button", name="Next", exact=True).tap()
    shown = page.locator(".ksb-list .ksb-choice:visible strong[data-code]")
    expect(shown).to_have_count(0)
    page.get_by_label("Find others by word or code").fill("s1")
    expect(shown).to_have_text(["S1"])
    page.get_by_label("Find others by word or code").fill("")
    page.get_by_label("Or look through").select_option("gaps")
    expect(page.get_by_text("15 of 15 shown")).to_be_visible()


def test_a_film_that_does_not_fit_is_said_and_offered_before_it_is_lost(filming: Page, tmp_path: Path) -> None:
    page = filming
    (tmp_path / "long.mp4").write_bytes(bytes(500_000))
    little = "navigator.storage.estimate = async () => ({ quota: 200_000, usage: 0 })"
    page.evaluate(little)
    page.locator(".offline-files input[type=file]").set_input_files(tmp_path / "long.mp4")
    fault = page.locator("[data-fault]")
    expect(fault).to_contain_text("long.mp4 is 488 KB, and this device has room for 176 KB.")
    with page.expect_download() as saved:
        fault.get_by_role("link", name="Save long.mp4").tap()
    assert Path(saved.value.path()).read_bytes() == bytes(500_000)
    expect(page.locator("[data-upload-list] li")).to_have_count(0)


def test_a_recording_ends_before_there_is_no_room_and_is_kept(filming: Page) -> None:
    page = filming
    page.get_by_role("button", name="Finish later").tap()
    page.evaluate("navigator.storage.estimate = async () => ({ quota: 900_000, usage: 0 })")
    page.get_by_role("button", name="Capture evidence", exact=True).tap()
    expect(page.get_by_text("room for about 791 KB: less than a minute of video.")).to_be_visible()
    page.get_by_role("button", name="Video", exact=True).tap()
    expect(page.get_by_text("The recording was stopped")).to_be_visible()
    expect(page.locator("[data-upload-list] li")).to_have_count(1)
    expect(page.locator("[data-fault]")).to_be_hidden()


def test_the_form_stays_open_while_it_records(filming: Page) -> None:
    page = filming
    page.get_by_role("button", name="Voice note", exact=True).tap()
    stop = page.get_by_role("button", name="Stop and add")
    expect(stop).to_be_visible()
    for name in ("Finish later", "Next", "Keep and send"):
        page.get_by_role("button", name=name, exact=True).tap()
    expect(page.locator("[data-fault]")).to_contain_text("You are still recording.")
    page.get_by_role("button", name="Back", exact=True).tap()
    is_recorded(page)
    stop.tap()
    expect(page.locator("[data-upload-list] li")).to_have_count(1)
    expect(page.locator("[data-fault]")).to_be_hidden()


def test_back_leads_to_the_first_step_of_the_piece_that_is_open(filming: Page) -> None:
    page = filming
    for title in ("At the gate", "At the desk"):
        page.get_by_label("Title").fill(title)
        page.get_by_role("button", name="Next", exact=True).tap()
        page.get_by_label("Find others by word or code").fill("s1")
        page.go_back()
        expect(page.get_by_label("Title")).to_have_value(title)
        page.get_by_role("button", name="Next", exact=True).tap()
        expect(page.get_by_label("Find others by word or code")).to_have_value("s1")
        page.get_by_role("button", name="Keep and send").tap()
        page.get_by_role("button", name="Capture evidence", exact=True).tap()
        expect(page.get_by_label("Title")).to_be_visible()
