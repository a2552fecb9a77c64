"""Capturing evidence in a real browser: how many presses it takes, and that nothing typed is lost.

The network is cut with the browser's own switch, which fails every request as a dead server does.
"""

import os
import re
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, Page, expect

from apprenticeships.workflow import undo_change
from core import clock
from occupations.models import Ksb
from portfolios.models import Evidence, EvidenceVersion
from tests.browser import chromium
from tests.browser.people import sign_in, sign_in_by_form, small_world
from tests.browser.waiting import held
from tests.factories.files import make_png
from tests.world import World, acting

pytestmark = pytest.mark.django_db(transaction=True)

STATEMENTS = {
    "K1": "The recruitment process and how an advert attracts candidates.",
    "K2": "Employment law and the checks that it asks for.",
    "S1": "Write and place an advert for a vacancy.",
    "S2": "Interview candidates by telephone.",
    "B1": "Works well with clients.",
}


@pytest.fixture
def world(transactional_db: None) -> World:
    made = small_world()
    for code, statement in STATEMENTS.items():
        Ksb.objects.filter(version=made.version, code=code).update(statement=statement)
    return made


@pytest.fixture
def page(browser: Browser, live_server, world: World) -> Page:  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    sign_in(context, live_server.url, world.apprentice)
    opened = context.new_page()
    yield opened
    context.close()


def new_form(page: Page, world: World, address: str) -> None:
    page.goto(f"{address}/apprenticeships/{world.apprenticeship.pk}/evidence/new/")


def state(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("[data-draft-state]")


def test_what_is_typed_is_saved_by_itself_as_one_piece(page: Page, world: World, live_server) -> None:  # type: ignore[no-untyped-def]
    new_form(page, world, live_server.url)
    page.get_by_label("Title").fill("Advert")
    page.get_by_label("What I did").type("I wrote it.")
    expect(state(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    page.get_by_label("What I did").type(" Then I placed it.")
    expect(state(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert Evidence.objects.get().narrative == "I wrote it. Then I placed it."
    page.reload()
    expect(page.get_by_label("What I did")).to_have_value("I wrote it. Then I placed it.")


def test_words_typed_while_a_save_is_on_its_way_are_not_called_saved(page: Page, world: World, live_server) -> None:  # type: ignore[no-untyped-def]
    new_form(page, world, live_server.url)
    with held(page, "**/autosave/"):
        with page.expect_request("**/autosave/"):
            page.get_by_label("What I did").type("I wrote it.")
        page.get_by_label("What I did").type(" Then I placed it.")
        expect(state(page)).to_have_text("Not saved yet")
    expect(state(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert Evidence.objects.get().narrative == "I wrote it. Then I placed it."


def test_a_server_that_is_gone_costs_no_word(page: Page, world: World, live_server) -> None:  # type: ignore[no-untyped-def]
    new_form(page, world, live_server.url)
    page.context.set_offline(True)
    page.get_by_label("What I did").type("Written with nobody there.")
    expect(state(page)).to_contain_text("We can’t reach the site")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_label("What I did")).to_have_value("Written with nobody there.")
    page.context.set_offline(False)
    expect(state(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert Evidence.objects.get().narrative == "Written with nobody there."


def test_an_ended_session_keeps_the_words_and_goes_on_after_a_new_sign_in(
    page: Page, world: World, live_server
) -> None:  # type: ignore[no-untyped-def]
    new_form(page, world, live_server.url)
    Session.objects.all().delete()
    page.get_by_label("What I did").type("Longer than my session.")
    expect(state(page)).to_contain_text("You are signed out")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again").click()
    sign_in_by_form(opened.value, live_server.url)
    opened.value.close()
    expect(state(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert Evidence.objects.get().narrative == "Longer than my session."
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Draft saved.")).to_be_visible()


def test_two_tabs_show_both_texts_and_lose_neither(page: Page, world: World, live_server) -> None:  # type: ignore[no-untyped-def]
    piece = world.draft("K1")
    address = f"{live_server.url}/evidence/{piece.pk}/edit/"
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    page.get_by_label("What I did").fill("From my first tab.")
    expect(state(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    other.get_by_label("What I did").fill("From my second tab.")
    conflict = other.get_by_role("alert")
    expect(conflict).to_contain_text("From my first tab.")
    expect(other.get_by_label("What I did")).to_have_value("From my second tab.")
    assert not chromium.violations(other)
    conflict.get_by_role("button", name="Take the other").click()
    expect(other.get_by_label("What I did")).to_have_value("From my first tab.")
    expect(state(other)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    kept = [version.content["narrative"] for version in EvidenceVersion.objects.filter(evidence=piece)]
    assert {"From my first tab.", "From my second tab."} <= set(kept)


def kill(folder: Path) -> None:
    """End the browser that keeps its profile in `folder`, as a crash does."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = str(folder).encode() in (process / "cmdline").read_bytes()
            if is_ours:
                os.kill(int(process.name), signal.SIGKILL)
        except (OSError, ProcessLookupError):
            continue


def is_on_disk(folder: Path, words: str) -> bool:
    """Whether the browser has written this into its profile, which it does a few seconds after the page kept it."""
    return any(
        words.encode() in content or words.encode("utf-16-le") in content
        for path in folder.rglob("*.log")
        if (content := path.read_bytes())
    )


def test_a_killed_browser_brings_the_words_back(browser: Browser, world: World, live_server, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    opening = {"executable_path": chromium.executable(), "args": chromium.FLAGS}
    context: BrowserContext = browser.browser_type.launch_persistent_context(str(tmp_path / "profile"), **opening)
    context.set_default_timeout(chromium.PATIENCE_MS)
    sign_in(context, live_server.url, world.apprentice)
    page = context.new_page()
    new_form(page, world, live_server.url)
    context.set_offline(True)
    page.get_by_label("What I did").type("Before the crash.")
    while not is_on_disk(tmp_path / "profile", "Before the crash."):
        page.wait_for_timeout(100)
    kill(tmp_path / "profile")
    again = browser.browser_type.launch_persistent_context(str(tmp_path / "profile"), **opening)
    again.set_default_timeout(chromium.PATIENCE_MS)
    sign_in(again, live_server.url, world.apprentice)
    page = again.new_page()
    new_form(page, world, live_server.url)
    expect(page.locator("[data-excerpt]")).to_have_text("Before the crash.")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_label("What I did")).to_have_value("Before the crash.")
    expect(state(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert Evidence.objects.get().narrative == "Before the crash."
    again.close()


def test_twenty_files_and_three_ksbs_are_submitted_within_a_minute_of_handling(  # type: ignore[no-untyped-def]
    page: Page, world: World, live_server, tmp_path: Path
) -> None:
    """Counted as the keystroke-level model does, by what a practised person does and not by what the machine takes."""
    paths = []
    for number in range(20):
        file = make_png(f"photo-{number}.png")
        paths.append(tmp_path / file.name)
        paths[-1].write_bytes(file.read() + bytes([number]))
    handling = Handling(page)
    new_form(page, world, live_server.url)
    handling.presses(page.get_by_label("Title"))
    handling.types("Advert for a driver")
    handling.presses(page.get_by_label("What I did"))
    handling.types("I wrote and placed the advert.")
    handling.drops(paths)
    expect(page.locator(".file-list > li")).to_have_count(20)
    handling.presses(page.get_by_label("Or look through"))
    page.get_by_label("Or look through").select_option("all")
    for code, why in (("S1", "I wrote it."), ("K1", "It drew people."), ("K2", "Checked by law.")):
        page.locator(f"#id_claim_{code}").scroll_into_view_if_needed()
        handling.presses(page.locator(f"#id_claim_{code}"))
        handling.presses(page.locator(f"#id_why_{code}"))
        handling.types(why)
    handling.presses(page.get_by_role("button", name="Next: check"))
    handling.presses(page.get_by_label("This is my own work"))
    handling.presses(page.get_by_label("No", exact=True))
    handling.presses(page.get_by_role("button", name="Send to your assessor"))
    expect(page.get_by_text("Round 1").first).to_be_visible()
    piece = Evidence.objects.get()
    assert (piece.state, piece.claims.count(), piece.files.count()) == ("submitted", 3, 20)
    print(f"handling: {handling}")
    assert handling.seconds < 60


class Handling:
    """Adds up what a person does: each press needs a thought, a way with the pointer and a click; each key a key."""

    POINT, CLICK, KEY, HOME, THINK = 1.1, 0.2, 0.2, 0.4, 1.35

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.keys, self.seconds = page, 0, 0, 0.0

    def presses(self, target) -> None:  # type: ignore[no-untyped-def]
        target.click()
        self.clicks += 1
        self.seconds += self.POINT + self.CLICK

    def types(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.keys += len(words)
        self.seconds += self.HOME + self.THINK + self.KEY * len(words)

    def drops(self, paths: list[Path]) -> None:
        """All at once, as from an open folder: one thought, a selection and one drag."""
        self.page.locator(".uploader-plain input[type=file]").set_input_files(paths)
        self.clicks += 2
        self.seconds += self.THINK + 2 * (self.POINT + self.CLICK) + self.KEY * 2

    def __str__(self) -> str:
        return f"{self.clicks} clicks, {self.keys} keys, {self.seconds:.0f} s"


def test_a_suggestion_is_accepted_and_claims_nothing_by_itself(page: Page, world: World, live_server) -> None:  # type: ignore[no-untyped-def]
    new_form(page, world, live_server.url)
    page.get_by_label("Title").fill("Advert for a vacancy")
    page.get_by_label("What I did").fill("I wrote an advert for a vacancy and placed the advert.")
    row = page.locator(".suggestion").filter(has_text="S1")
    expect(row).to_be_visible()
    assert not Evidence.objects.get().claims.exists()
    row.locator(".chip").click()
    expect(row.locator(".chip")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("How does it show S1?").fill("I wrote it.")
    expect(state(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert Evidence.objects.get().claims.get().justification == "I wrote it."
    assert Evidence.objects.get().suggestion_answers.get().answer == "accepted"
    expect(page.locator("#id_claim_S1")).to_be_hidden()
    page.get_by_label("Find others by word or code").fill("K1")
    expect(page.locator(".ksb-choice:visible")).to_have_count(1)


def test_suggestions_that_arrive_above_do_not_move_what_somebody_is_about_to_press(  # type: ignore[no-untyped-def]
    page: Page, world: World, live_server
) -> None:
    new_form(page, world, live_server.url)
    with held(page, "**/suggestions/"):
        page.get_by_label("Title").fill("Advert for a vacancy")
        page.get_by_label("What I did").fill("I wrote an advert for a vacancy and placed the advert.")
        page.get_by_label("Or look through").select_option("all")
        with page.expect_request("**/suggestions/"):
            page.locator("#id_claim_K1").check()
        before = page.locator("#id_claim_S2").bounding_box()["y"]
    expect(page.locator(".suggestion").filter(has_text="S1")).to_be_attached()
    assert page.locator("#id_claim_S2").bounding_box()["y"] == pytest.approx(before, abs=1)


def test_the_grid_is_driven_by_keys_and_takes_back(page: Page, world: World, live_server) -> None:  # type: ignore[no-untyped-def]
    piece = world.draft("K1")
    with clock.at(clock.now() - timedelta(days=2)):
        world.submitted("S1", title="Sent before")
    page.goto(f"{live_server.url}/apprenticeships/{world.apprenticeship.pk}/grid/")
    page.get_by_role("checkbox", name="K1: Advert").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("It shows the law.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="K2: Advert")).to_be_focused()
    expect(page.locator("[data-is-unsaved]")).to_have_count(0)
    assert piece.claims.get(ksb__code="K2").justification == "It shows the law."
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-is-unsaved]")).to_have_count(0)
    assert {claim.ksb.code for claim in piece.claims.all()} == {"K1"}
    assert not chromium.violations(page)


def test_a_line_in_the_grid_that_is_refused_says_why_and_is_kept_on_the_device(
    page: Page,
    world: World,
    live_server,  # type: ignore[no-untyped-def]
) -> None:
    world.draft("K1")
    address = f"{live_server.url}/apprenticeships/{world.apprenticeship.pk}/grid/"
    page.goto(address)
    page.get_by_role("checkbox", name="K1: Advert").focus()
    change = world.withdrawn()
    page.get_by_label("How does it show this?").fill("I asked the manager first.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is now “Withdrawn”")).to_be_visible()
    expect(page.get_by_text("What you wrote is kept on this device.")).to_be_visible()
    page.goto(address)
    kept = page.locator(".device-copy")
    expect(kept).to_contain_text("K1: I asked the manager first.")
    expect(kept.get_by_role("button", name="Restore")).to_be_hidden()
    undo_change(change.pk, acting(world.admin), "The wrong learner.")
    page.goto(address)
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert world.apprenticeship.evidence.get().claims.get().justification == "I asked the manager first."
