"""A phone without a network: open the site, see one's progress, capture evidence, close it all, and lose nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from assessments import workflow as assessing
from occupations.models import Duty
from pages.offline import app as offline_app
from portfolios import workflow
from portfolios.content import EvidenceContent
from portfolios.models import Evidence
from tests.browser import chromium
from tests.browser.network import Network
from tests.browser.people import sign_in, sign_in_by_form, with_addresses
from tests.factories.files import make_jpeg
from tests.kept import kept
from tests.world import OWN_WORK, World, acting, make_version, make_world

Device = Callable[[], BrowserContext]
SIZE = {"width": 375, "height": 812}

#: A store of the test's own, on what the device keeps.
STORE = 'const { offlineStore } = await import("/static/js/offline/store.js");'

pytestmark = pytest.mark.django_db(transaction=True)


def _with_a_duty() -> World:
    made = make_world(make_version(knowledge=3, skills=11))
    Duty.objects.create(version=made.version, number=1, text="Write adverts").ksbs.set([made.ksb("S1"), made.ksb("K2")])
    return with_addresses(made)


def world_with_a_duty() -> World:
    """Fifteen KSBs, two of them those of a duty."""
    return kept("world with a duty", _with_a_duty)


@pytest.fixture
def world(transactional_db: None) -> World:
    return world_with_a_duty()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    # Nothing scrolls away from under a press.
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def device(browser: Browser, tmp_path: Path) -> Iterator[Device]:
    """A phone that is switched off and on: each call starts its browser anew, on the same storage."""
    started: list[BrowserContext] = []

    def start() -> BrowserContext:
        for context in started:
            context.close()
        started.clear()
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "phone",
            executable_path=chromium.executable(),
            args=chromium.FLAGS,
            viewport=SIZE,
        )
        context.set_default_timeout(chromium.PATIENCE_MS)
        started.append(context)
        return context

    yield start
    for context in started:
        context.close()


def until(page: Page, condition: str) -> None:
    """Wait for something that no element shows. The page's own policy forbids Playwright's way of waiting for it."""
    for _again in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never came true: {condition}")


def ready(device: BrowserContext, network: Network, world: World) -> Page:
    """A page of the apprentice, on a device that knows them and all that is needed offline."""
    sign_in(device, network.url, world.apprentice)
    page = device.new_page()
    page.goto(network.url)
    is_ready(page)
    return page


def is_ready(page: Page) -> None:
    """The device has the page for being offline, and the person's progress."""
    until(page, "navigator.serviceWorker.controller !== null")
    until(page, f"(async () => {{ {STORE} return Boolean((await offlineStore.current())?.snapshot); }})()")


def capture(page: Page, tmp_path: Path, title: str = "Advert at the gate", photo: bool = True) -> None:
    page.get_by_role("button", name="Capture evidence", exact=True).click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("What I did").fill("I put the advert up and asked two drivers to read it.")
    if photo:
        (tmp_path / "gate.jpg").write_bytes(make_jpeg("gate.jpg").read())
        page.locator(".offline-files input[type=file]").set_input_files(tmp_path / "gate.jpg")
    page.get_by_role("button", name="Next", exact=True).click()
    for code in ("K1", "S2"):
        choose(page, code)
        page.locator(f"#offline-why-{code}").fill(f"The photo shows {code}.")
    page.get_by_role("button", name="Keep and send").click()


def choose(page: Page, code: str) -> None:
    page.get_by_label("Find others by word or code").fill(code)
    page.locator(f"#offline-claim-{code}").check()


def press_sign_out(page: Page) -> None:
    page.locator("details.account > summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()


def queue(page: Page) -> Locator:
    return page.locator("[data-queue] li")


def receipts(page: Page) -> Locator:
    return page.locator("[data-receipts] [data-list] > li")


def test_what_was_captured_offline_is_sent_once_with_its_photo(
    network: Network, world: World, device: Device, tmp_path: Path
) -> None:
    page = ready(device(), network, world)

    network.down()
    page.reload()
    expect(page.get_by_text("No connection to the site.")).to_be_visible()
    expect(page.locator("[data-lead]")).to_contain_text("Apprentice · Last updated")
    page.get_by_role("button", name="K1").click()
    expect(page.get_by_role("dialog")).to_contain_text("Statement of K1")
    page.get_by_role("button", name="Close").click()
    capture(page, tmp_path)
    expect(queue(page)).to_contain_text("Waiting for the network")
    assert not Evidence.objects.exists()

    # The browser is closed, which ends the session too, and started again, still without a network.
    page = device().new_page()
    page.goto(network.url)
    expect(queue(page)).to_contain_text("Advert at the gate")

    network.up()
    page.goto(f"{network.url}/offline/")
    expect(page.get_by_text("You were signed out.")).to_be_visible()
    page.goto(f"{network.url}/account/login/")
    expect(page.get_by_text("Sign in to send 1 piece of evidence from this device.")).to_be_visible()
    sign_in_by_form(page, network.url, path="/offline/")
    expect(receipts(page)).to_contain_text("Advert at the gate")
    expect(queue(page)).to_have_count(0)

    piece = Evidence.objects.get()
    assert {claim.ksb.code: claim.justification for claim in piece.claims.all()} == {
        "K1": "The photo shows K1.",
        "S2": "The photo shows S2.",
    }
    photo = piece.files.get()
    assert photo.name == "gate.jpg"
    receipts(page).locator("summary").click()
    expect(receipts(page)).to_contain_text(photo.sha256)


def test_edits_made_elsewhere_and_on_the_device_are_both_there(
    network: Network, world: World, phone: BrowserContext, tmp_path: Path
) -> None:
    draft = world.draft("K1", title="Advert for a driver")
    page = ready(phone, network, world)
    network.down()
    page.goto(f"{network.url}/offline/")
    page.get_by_role("button", name="Continue with Advert for a driver").click()
    page.get_by_label("What I did").fill("I wrote the advert. On the bus I counted forty answers.")
    page.get_by_role("button", name="Next", exact=True).click()
    choose(page, "S1")
    page.get_by_role("button", name="Keep and send").click()
    expect(queue(page)).to_contain_text("Waiting for the network")

    elsewhere = {world.ksb("K1").pk: "It shows K1.", world.ksb("B1").pk: "I stayed calm."}
    workflow.revise_evidence(
        draft.pk,
        acting(world.apprentice),
        revision=draft.revision,
        content=EvidenceContent.written(
            title=draft.title,
            narrative="At the desk I wrote it anew for the second site.",
            happened_on=draft.happened_on,
            claims=elsewhere,
        ),
    )
    network.up()
    page.get_by_role("button", name="Send now").click()
    expect(receipts(page)).to_contain_text("We have kept both.")

    draft.refresh_from_db()
    assert "At the desk I wrote it anew" in draft.narrative
    assert "On the bus I counted forty answers." in draft.narrative
    assert set(draft.claims.values_list("ksb__code", flat=True)) == {"K1", "S1", "B1"}


def test_a_line_that_was_unticked_offline_comes_back_and_reaches_the_site(
    network: Network, world: World, phone: BrowserContext
) -> None:
    page = ready(phone, network, world)
    network.down()
    page.goto(f"{network.url}/offline/")
    page.get_by_role("button", name="Capture evidence", exact=True).click()
    page.get_by_label("Title").fill("Advert at the gate")
    page.get_by_role("button", name="Next", exact=True).click()
    choose(page, "K1")
    page.locator("#offline-why-K1").fill("Two drivers read it.")
    page.locator("#offline-claim-K1").uncheck()
    page.get_by_role("button", name="Finish later").click()
    page.get_by_role("button", name="Edit Advert at the gate").click()
    page.get_by_role("button", name="Next", exact=True).click()
    choose(page, "K1")
    expect(page.locator("#offline-why-K1")).to_have_value("Two drivers read it.")
    page.locator("#offline-claim-K1").uncheck()
    page.get_by_role("button", name="Keep and send").click()
    expect(queue(page)).to_contain_text("Waiting for the network")

    network.up()
    page.get_by_role("button", name="Send now").click()
    expect(receipts(page)).to_contain_text("Advert at the gate")
    piece = Evidence.objects.get()
    assert piece.kept_lines == {world.ksb("K1").pk: "Two drivers read it."}
    assert not piece.claims.exists()

    page.goto(f"{network.url}/evidence/{piece.pk}/edit/")
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_label("Or look through").select_option("all")
    page.locator("#id_claim_K1").check()
    expect(page.get_by_label("How does it show K1?")).to_have_value("Two drivers read it.")


def test_a_second_sending_of_the_same_piece_adds_nothing(
    network: Network, world: World, phone: BrowserContext, tmp_path: Path
) -> None:
    page = ready(phone, network, world)
    page.goto(f"{network.url}/offline/")
    answered: set[tuple[str, str]] = set()

    def lose_first_answer(route: Route) -> None:
        asked = (route.request.method, route.request.url)
        if asked in answered:
            return route.fallback()
        answered.add(asked)
        route.fetch()
        return route.abort()

    for address in ("**/captures/", "**/uploads/**"):
        page.context.route(address, lose_first_answer)
    capture(page, tmp_path)
    # The words, the file's announcement, its bytes and its receipt: each is done again, since nobody heard of it.
    send = page.get_by_role("button", name="Send now")
    for _again in range(600):
        if receipts(page).count():
            break
        # Pressed where it stands, never waited for: it goes away by itself once nothing waits.
        send.evaluate_all("buttons => buttons.forEach((button) => button.click())")
        page.wait_for_timeout(100)
    expect(receipts(page)).to_contain_text("Advert at the gate")
    assert {method for method, _address in answered} >= {"POST", "HEAD", "PATCH", "GET"}
    assert Evidence.objects.get().files.count() == 1


def test_signing_out_asks_about_what_is_unsent_and_leaves_the_device_empty(
    network: Network, world: World, phone: BrowserContext, tmp_path: Path
) -> None:
    page = ready(phone, network, world)
    network.down()
    page.goto(f"{network.url}/offline/")
    capture(page, tmp_path, photo=False)
    expect(queue(page)).to_have_count(1)
    network.up()
    # Sending fails for now, so that there is something to ask about.
    page.context.route("**/captures/", lambda route: route.fulfill(status=503))
    page.goto(f"{network.url}/account/profile/")
    press_sign_out(page)
    question = page.get_by_role("dialog", name="Not everything was sent")
    expect(question).to_contain_text("Advert at the gate")
    assert chromium.violations(page) == []
    question.get_by_role("button", name="Send now").click()
    expect(question).to_contain_text("cannot be reached now")
    question.get_by_role("button", name="Stay signed in").click()
    expect(question).to_be_hidden()

    # Unsaved words, and a file on its way, of the pages with a network: a question more, and “no” is an answer.
    page.evaluate(
        """() => {
            localStorage.setItem("craftmark-draft:a:b:c", JSON.stringify({ person: "a", piece: "b" }));
            localStorage.setItem("craftmark-draft:damaged", "{");
            return new Promise((done) => { const it = indexedDB.open("craftmark-uploads", 1);
                it.onsuccess = () => { it.result.close(); done(); }; });
        }"""
    )
    page.once("dialog", lambda dialog: dialog.dismiss())
    press_sign_out(page)
    expect(question).to_be_hidden()
    assert page.evaluate("localStorage.length") == 2
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out", exact=True).click()
    question.get_by_role("button", name="Discard it and sign out").click()
    page.wait_for_url("**/account/login/**")
    kept = page.evaluate(
        """async () => {
            STORE
            return {
                uploads: (await indexedDB.databases()).filter((store) => store.name === "craftmark-uploads"),
                pieces: await offlineStore.waitingCount(),
                person: await offlineStore.current(),
                caches: await caches.keys(),
                local: localStorage.length,
            };
        }""".replace("STORE", STORE)
    )
    assert kept == {"uploads": [], "pieces": 0, "person": None, "caches": [], "local": 0}
    assert not Evidence.objects.exists()


def test_whoever_signs_in_next_sees_nothing_of_the_person_before(
    network: Network, world: World, phone: BrowserContext, tmp_path: Path
) -> None:
    page = ready(phone, network, world)
    network.down()
    page.goto(f"{network.url}/offline/")
    capture(page, tmp_path, photo=False)
    expect(queue(page)).to_have_count(1)
    network.up()
    page.context.clear_cookies()  # the session ends by itself

    sign_in_by_form(page, network.url, "second_apprentice")
    is_ready(page)
    network.down()
    page.goto(f"{network.url}/offline/")
    expect(page.locator("[data-lead]")).to_contain_text("Second Apprentice")
    expect(page.get_by_text("Advert at the gate")).to_have_count(0)
    network.up()
    page.goto(f"{network.url}/account/profile/")
    press_sign_out(page)
    page.wait_for_url("**/account/login/**")
    assert not Evidence.objects.exists()

    sign_in_by_form(page, network.url, path="/offline/")
    expect(receipts(page)).to_contain_text("Advert at the gate")
    assert Evidence.objects.get().apprenticeship_id == world.apprenticeship.pk


def test_a_new_version_of_the_site_takes_hold_by_itself(
    network: Network, world: World, phone: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ready(phone, network, world)
    (before,) = page.evaluate("caches.keys()")
    made = offline_app.offline_app()
    newer = replace(made, page=made.page.replace("</h1>", " anew</h1>", 1), version="newer")
    monkeypatch.setattr("pages.offline.views.offline_app", lambda: newer)
    page.goto(f"{network.url}/account/profile/")
    until(page, "caches.keys().then((names) => String(names) === 'craftmark-newer')")
    network.down()
    page.goto(f"{network.url}/offline/")
    expect(page.get_by_role("heading", level=1)).to_have_text("On this device anew")
    assert before != "craftmark-newer"
    assert page.evaluate("caches.open('craftmark-newer').then((cache) => cache.keys()).then((all) => all.length)") == (
        1 + len(made.files)
    )


def test_a_photo_that_comes_after_its_piece_was_submitted_gets_a_draft_of_its_own(
    network: Network, world: World, phone: BrowserContext, tmp_path: Path
) -> None:
    page = ready(phone, network, world)
    page.context.route("**/uploads/", lambda route: route.abort())
    page.goto(f"{network.url}/offline/")
    capture(page, tmp_path)
    expect(page.get_by_text("No connection to the site.")).to_be_visible()
    piece = Evidence.objects.get()
    assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK)

    page.context.unroute("**/uploads/")
    page.get_by_role("button", name="Send now").click()
    expect(receipts(page)).to_contain_text("received")
    draft = Evidence.objects.exclude(pk=piece.pk).get()
    assert (piece.files.count(), draft.files.get().name) == (0, "gate.jpg")
    assert "which was submitted when it was sent" in draft.narrative
