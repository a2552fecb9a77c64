"""Capturing evidence on a phone, as a thumb does it: every tap and every swipe is counted, and no step is long."""

import math
from itertools import groupby
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from portfolios.models import Evidence
from tests.browser import chromium
from tests.browser.people import sign_in, world_of_a_real_standard
from tests.browser.waiting import is_recorded
from tests.factories.files import make_jpeg
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@pytest.fixture
def world(transactional_db: None) -> World:
    return world_of_a_real_standard()


@pytest.fixture
def phone(browser: Browser, live_server, world: World) -> Page:  # type: ignore[no-untyped-def]
    context = browser.new_context(**PHONE)
    sign_in(context, live_server.url, world.apprentice)
    opened = context.new_page()
    opened.goto(live_server.url)
    yield opened
    context.close()


#: From the top of a draft's form to its button for sending: on a phone with the step between.
MOST_TABS = {375: 15, 1280: 15}
MOST_BAR_PX = {375: 64, 320: 84}


class Thumb:
    """What a hand does: a tap on what is in sight, and swipes of two thirds of the screen to what is not."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.swipes, self.typed = page, 0, 0, 0

    def tap(self, place: Locator) -> None:
        expect(place).to_be_visible()
        self.swipe_to(place)
        place.tap()
        self.taps += 1

    def swipe_to(self, place: Locator) -> None:
        for _ in range(20):
            box, height = place.bounding_box(), self.page.viewport_size["height"]
            is_in_bar = place.evaluate("one => Boolean(one.closest('.evidence-actions'))")
            foot = 0 if is_in_bar else self.bar_height()
            if box["y"] >= 0 and box["y"] + min(box["height"], 60) <= height - foot:
                return
            way = math.copysign(height * 2 / 3, box["y"])
            self.page.evaluate("way => window.scrollBy({ top: way, behavior: 'instant' })", way)
            self.swipes += 1
        raise AssertionError(f"{place} cannot be reached.")

    def bar_height(self) -> float:
        return self.page.evaluate("document.querySelector('.evidence-actions')?.offsetHeight ?? 0")

    def takes_photo(self, button: Locator, path: Path) -> None:
        with self.page.expect_file_chooser() as opened:
            self.tap(button)
        opened.value.set_files(path)

    def types(self, box: Locator, words: str) -> None:
        self.tap(box)
        self.page.keyboard.type(words)
        self.typed += 1

    def __str__(self) -> str:
        return f"{self.taps} taps, {self.swipes} swipes, {self.typed} typed"


def page_height(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollHeight")


def test_two_photos_a_voice_note_and_three_ksbs_are_sent_in_fourteen_taps(  # type: ignore[no-untyped-def]
    phone: Page, world: World, live_server, tmp_path: Path
) -> None:
    photos = [tmp_path / name for name in ("board.jpg", "IMG_0002.jpg")]
    for number, photo in enumerate(photos):
        photo.write_bytes(make_jpeg(photo.name).read() + bytes([number]))
    thumb = Thumb(phone)

    thumb.takes_photo(phone.get_by_text("Take a photo"), photos[0])
    files = phone.locator(".file-list > li")
    expect(files).to_have_count(1)
    thumb.takes_photo(phone.get_by_text("Take a photo"), photos[1])
    expect(files).to_have_count(2)
    thumb.tap(phone.get_by_role("button", name="Voice note"))
    is_recorded(phone)
    thumb.tap(phone.get_by_role("button", name="Stop and add"))
    expect(files).to_have_count(3)
    expect(files.filter(has_text="Voice note, ")).to_have_count(1)
    heights = [page_height(phone)]
    thumb.types(
        phone.get_by_label("What I did"),
        "I wrote an advert for a driver with the client, placed it and interviewed the candidates.",
    )
    thumb.tap(phone.get_by_role("button", name="Next", exact=True))
    chips = phone.locator(".chip")
    expect(chips.nth(2)).to_be_visible()
    for number in range(3):
        before = chips.nth(number).bounding_box()
        thumb.tap(chips.nth(number))
        expect(chips.nth(number)).to_have_attribute("aria-pressed", "true")
        assert chips.nth(number).bounding_box() == before, "the page jumped"
    expect(phone.locator("[data-counts]")).to_have_text("3 files · 3 KSBs")
    heights.append(page_height(phone))
    assert not chromium.violations(phone)
    assert not chromium.is_wider_than_its_window(phone)
    thumb.tap(phone.get_by_role("button", name="Next: check and send"))
    expect(phone.get_by_label("This is my own work")).to_be_visible()
    heights.append(page_height(phone))
    thumb.tap(phone.get_by_label("This is my own work"))
    thumb.tap(phone.get_by_label("No", exact=True))
    thumb.tap(phone.get_by_role("button", name="Send to your assessor"))
    expect(phone.get_by_text("Round 1").first).to_be_visible()

    piece = Evidence.objects.get()
    assert (piece.state, piece.claims.count(), piece.files.count()) == ("submitted", 3, 3)
    assert piece.title.startswith("I wrote an advert for a driver")
    print(f"{thumb}, steps of {heights} px")
    assert thumb.taps <= 14
    assert thumb.swipes <= 4
    assert thumb.typed <= 2
    assert max(heights) <= 2_400


def test_a_draft_that_begins_with_a_photo_keeps_the_day_and_the_kind_that_the_form_shows(  # type: ignore[no-untyped-def]
    phone: Page, world: World, live_server, tmp_path: Path
) -> None:
    phone.goto(f"{live_server.url}/apprenticeships/{world.apprenticeship.pk}/evidence/new/")
    phone.get_by_label("When it happened").fill(str(world.apprenticeship.started_on))
    phone.get_by_label("Kind of evidence").select_option("project")
    (tmp_path / "IMG_1.jpg").write_bytes(make_jpeg().read())
    phone.get_by_label("Add files").set_input_files(tmp_path / "IMG_1.jpg")
    expect(phone.locator(".file-list > li")).to_have_count(1)
    expect(phone.locator("[data-draft-state]")).to_contain_text("Saved")
    phone.reload()
    expect(phone.get_by_label("When it happened")).to_have_value(str(world.apprenticeship.started_on))
    expect(phone.get_by_label("Kind of evidence")).to_have_value("project")
    assert Evidence.objects.get().title.startswith("Photo, ")


def test_files_that_arrive_together_all_stand_in_the_list(phone: Page, world: World, live_server) -> None:  # type: ignore[no-untyped-def]
    phone.goto(f"{live_server.url}/apprenticeships/{world.apprenticeship.pk}/evidence/new/")
    notes = [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": f"Note {n}".encode()} for n in range(6)]
    phone.get_by_label("Add files").set_input_files(notes)
    expect(phone.locator(".file-list > li")).to_have_count(6)
    expect(phone.locator("[data-upload-list] > li")).to_have_count(0)


COVERED = """() => {
    // A button for files is the label around or before an input that nobody sees.
    const focused = document.activeElement;
    const shown = focused.type === "file" ? focused.closest("label") ?? focused.labels[0] : focused;
    const box = shown.getBoundingClientRect();
    const at = document.elementFromPoint(box.x + Math.min(box.width, 20) / 2, box.y + Math.min(box.height, 20) / 2);
    return !(shown.contains(at) || at?.contains(shown));
}"""


@pytest.mark.parametrize("width", [375, 1280])
def test_the_focus_is_never_under_the_bar_and_sending_is_few_tabs_away(  # type: ignore[no-untyped-def]
    browser: Browser, world: World, live_server, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 700}, reduced_motion="reduce")
    sign_in(context, live_server.url, world.apprentice)
    page = context.new_page()
    piece = world.draft("K1", "S2")
    page.goto(f"{live_server.url}/evidence/{piece.pk}/edit/")
    expect(page.locator(".chip").first).to_be_attached()
    send = page.get_by_role("button", name="Next: check and send")
    page.locator(".uploader h2").focus()
    stops: list[str] = []
    while not (send.count() and send.evaluate("one => one === document.activeElement")):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
        hidden = page.evaluate(COVERED)
        assert not hidden, stops[-1]
        if page.evaluate("document.activeElement.dataset.toStep") == "shows":
            page.keyboard.press("Enter")
        assert len(stops) < 40
    # A day has three parts and a calendar within one field.
    tabs = len(list(groupby(stops)))
    print(f"{tabs} tabs at {width} px")
    assert tabs <= MOST_TABS[width]
    context.close()


def test_chosen_ksbs_are_one_stop_of_the_tab_key_and_arrows_move_within(  # type: ignore[no-untyped-def]
    browser: Browser, world: World, live_server
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    sign_in(context, live_server.url, world.apprentice)
    page = context.new_page()
    page.goto(f"{live_server.url}/evidence/{world.draft('K1', 'S2').pk}/edit/")
    line = page.get_by_label("How does it show K1?")
    line.focus()
    page.keyboard.press("Home")
    page.keyboard.type("Today: ")
    expect(line).to_have_value("Today: It shows K1.")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Remove K1")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("How does it show S2?")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".chosen-list :focus")).to_have_count(0)
    context.close()


def test_the_browsers_back_leads_from_the_second_step_to_the_first(  # type: ignore[no-untyped-def]
    phone: Page, world: World, live_server
) -> None:
    phone.goto(f"{live_server.url}/apprenticeships/{world.apprenticeship.pk}/evidence/new/")
    phone.get_by_label("What I did").fill("I wrote an advert for a driver.")
    phone.get_by_role("button", name="Next", exact=True).click()
    expect(phone.get_by_role("heading", name="2. What does this prove?")).to_be_visible()
    expect(phone.locator("[data-draft-state]")).to_contain_text("Saved")
    phone.go_back()
    expect(phone.get_by_label("What I did")).to_be_visible()
    expect(phone.get_by_label("What I did")).to_have_value("I wrote an advert for a driver.")
    assert phone.url.endswith("/edit/"), "a reload would begin another piece"
    phone.go_forward()
    expect(phone.get_by_role("heading", name="2. What does this prove?")).to_be_visible()
    phone.get_by_role("button", name="Back", exact=True).click()
    expect(phone.get_by_label("What I did")).to_be_visible()
    phone.go_back()
    expect(phone.get_by_role("heading", name="My progress")).to_be_visible()


@pytest.mark.parametrize("width", [375, 320])
def test_the_bar_takes_one_line_in_both_steps(  # type: ignore[no-untyped-def]
    browser: Browser, world: World, live_server, width: int
) -> None:
    context = browser.new_context(**PHONE | {"viewport": {"width": width, "height": 640}})
    sign_in(context, live_server.url, world.apprentice)
    page = context.new_page()
    page.goto(f"{live_server.url}/evidence/{world.draft('K1', 'S2').pk}/edit/")
    bar = page.locator(".evidence-actions")
    for step in ("capture", "shows"):
        page.get_by_label("What I did").evaluate("one => one.dispatchEvent(new Event('input', { bubbles: true }))")
        expect(page.locator("[data-draft-state]")).to_contain_text("Saved")
        buttons = {round(one.bounding_box()["y"]) for one in bar.locator(".btn:visible").all()}
        assert len(buttons) == 1, "a button has a line of its own"
        assert bar.bounding_box()["height"] <= MOST_BAR_PX[width]
        assert not chromium.is_wider_than_its_window(page)
        if step == "capture":
            page.get_by_role("button", name="Next", exact=True).tap()
    context.close()


def test_the_tab_key_gets_from_the_top_of_a_new_form_to_its_end_in_fifteen(  # type: ignore[no-untyped-def]
    browser: Browser, world: World, live_server
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    sign_in(context, live_server.url, world.apprentice)
    page = context.new_page()
    page.goto(f"{live_server.url}/apprenticeships/{world.apprenticeship.pk}/evidence/new/")
    page.get_by_label("What I did").fill("I wrote an advert for a driver and interviewed the candidates.")
    expect(page.locator(".chip").first).to_be_visible()
    page.locator(".uploader h2").focus()
    stops: list[str] = []
    while 'name="submit"' not in (stops or [""])[-1]:
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
        assert len(stops) <= 40
    # A day has three parts and a calendar within one field.
    fields = [stop for number, stop in enumerate(stops) if stop not in stops[:number]]
    print(f"{len(fields)} fields, {len(stops)} presses")
    assert len(fields) <= 15, fields
    context.close()


def test_a_code_finds_that_ksb_and_its_line_comes_back(phone: Page, world: World, live_server) -> None:  # type: ignore[no-untyped-def]
    phone.goto(f"{live_server.url}/apprenticeships/{world.apprenticeship.pk}/evidence/new/")
    phone.get_by_role("button", name="Next", exact=True).tap()
    expect(phone.locator(".ksb-choice:visible")).to_have_count(0)
    phone.get_by_label("Find others by word or code").fill("s1")
    expect(phone.locator(".ksb-choice:visible")).to_have_count(1)
    phone.locator(".ksb-choice:visible").get_by_role("checkbox").tap()
    expect(phone.locator(".chosen")).to_have_count(1)
    phone.get_by_label("How does it show S1?").fill("I found six drivers.")
    phone.get_by_role("button", name="Remove S1").tap()
    expect(phone.locator(".chosen")).to_have_count(0)
    phone.locator("#id_claim_S1").check()
    expect(phone.get_by_label("How does it show S1?")).to_have_value("I found six drivers.")
    expect(phone.locator("[data-draft-state]")).to_contain_text("Saved")
    piece = Evidence.objects.get()
    assert piece.claims.get().justification == "I found six drivers."

    phone.get_by_role("button", name="Remove S1").tap()
    expect(phone.locator("[data-draft-state]")).to_contain_text("Saved")
    assert not piece.claims.exists()
    phone.reload()
    phone.get_by_label("Find others by word or code").fill("s1")
    phone.locator("#id_claim_S1").check()
    expect(phone.get_by_label("How does it show S1?")).to_have_value("I found six drivers.")
