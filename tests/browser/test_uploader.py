"""Files from the page in a real browser: with the connection cut, given up, and with the page loaded anew."""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from tests.browser.screens import sign_in

MEGABYTE = 1024 * 1024
COMING = "[data-upload-list] > li"
PIECES = re.compile("/uploads/[0-9a-f-]+/$")


def text(name: str, megabytes: int) -> FilePayload:
    return {
        "name": name,
        "mimeType": "text/plain",
        "buffer": (name.encode() + b"\n").ljust(1024, b".") * 1024 * megabytes,
    }


@pytest.fixture
def form(browser: Browser, demo_address: str) -> Page:
    """The form for a new piece."""
    context = browser.new_context(viewport={"width": 375, "height": 812})
    sign_in(context, demo_address, "apprentice@demo.test")
    page = context.new_page()
    page.goto(demo_address)
    page.goto(demo_address + page.get_by_role("link", name="Add evidence").first.get_attribute("href"))
    yield page
    context.close()


@dataclass
class Middle:
    """Uploads of this page stop after their first piece, so that there is a middle to be in for as long as it takes."""

    page: Page
    held: list[Route] = field(default_factory=list)
    is_over: bool = False

    def __post_init__(self) -> None:
        self.page.route(PIECES, self._hold)

    def _hold(self, route: Route) -> None:
        if not self.is_over and int(route.request.headers.get("upload-offset", "0")):
            self.held.append(route)
        else:
            route.continue_()

    def let_go(self) -> None:
        """Send what waited, and hold nothing from now on."""
        self.is_over = True
        for route in self.held:
            route.continue_()

    def leave(self) -> None:
        """Load the page anew while a file is in the middle, which nothing holds from now on."""
        self.is_over = True
        self.page.reload()


def test_two_files_go_on_after_the_connection_was_cut(form: Page) -> None:
    middle = Middle(form)
    form.get_by_label("Add files").set_input_files([text("first.txt", 6), text("second.txt", 5)])
    expect(form.locator(COMING)).to_have_count(2)
    form.context.set_offline(True)
    middle.let_go()
    expect(form.locator(COMING).first).to_contain_text("No connection. It will carry on by itself.")
    assert form.locator(f"{COMING} progress").first.get_attribute("aria-label") == "Uploading first.txt"
    form.context.set_offline(False)
    expect(form.locator(COMING)).to_have_count(0)
    files = form.locator("#evidence-files")
    expect(files).to_contain_text("first.txt")
    expect(files).to_contain_text("second.txt")
    expect(form.locator("[data-upload-status]")).to_contain_text("arrived")


def test_a_reload_in_the_middle_goes_on_and_what_was_cancelled_does_not(form: Page) -> None:
    middle = Middle(form)
    form.get_by_label("Title").press_sequentially("x")
    form.get_by_label("Add files").set_input_files([text("kept.txt", 8), text("dropped.txt", 8)])
    expect(form.locator(COMING)).to_have_count(2)
    with form.expect_response(lambda answer: answer.request.method == "DELETE"):
        form.get_by_role("button", name="Cancel dropped.txt").click()
    expect(form.locator(COMING)).to_have_count(1)
    form.wait_for_url(re.compile("/edit/$"))
    form.on("dialog", lambda dialog: dialog.accept())
    middle.leave()
    expect(form.locator("#evidence-files")).to_contain_text("kept.txt")
    expect(form.locator(COMING)).to_have_count(0)
    expect(form.locator("#evidence-files")).not_to_contain_text("dropped.txt")


def test_what_cannot_be_evidence_is_said_by_its_row_and_a_pasted_picture_gets_a_name(form: Page) -> None:
    form.get_by_label("Add files").set_input_files([{"name": "setup.exe", "mimeType": "", "buffer": b"MZ"}])
    expect(form.locator(COMING)).to_contain_text(
        "You cannot add “setup.exe” because we do not accept this type of file."
    )
    form.get_by_role("button", name="Dismiss setup.exe").click()
    expect(form.locator(COMING)).to_have_count(0)
    form.evaluate(
        """async () => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 20, height: 20 });
            const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([blob], "image.png", { type: "image/png" }));
            document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }"""
    )
    pasted = form.locator("#evidence-files")
    expect(pasted).to_contain_text(re.compile(r"Screenshot \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png"))
    pasted.get_by_role("button", name="Remove").click()
    expect(pasted).not_to_contain_text("Screenshot")
    expect(form.locator("[data-upload-status]")).to_have_text("The file was removed.")
