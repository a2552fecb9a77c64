"""Files in their viewer: where a region is kept, however the picture lay, and films that the browser cannot draw."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from portfolios import workflow
from portfolios.models import Marker
from portfolios.processing.preparing import prepare
from tests.browser.people import sign_in
from tests.portfolios.processing.test_preparing import film
from tests.world import World, acting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(browser: Browser, live_server, world: World) -> Page:  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": 375, "height": 812})
    sign_in(context, live_server.url, world.apprentice)
    yield context.new_page()
    context.close()


def tall_picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (600, 900), "#88aacc").save(content, "PNG")
    return SimpleUploadedFile("board.png", content.getvalue(), "image/png")


@pytest.mark.parametrize(("turns", "kept"), [(0, (1000, 2000, 3000, 1000)), (1, (2000, 6000, 1000, 3000))])
def test_a_region_is_kept_as_it_lies_in_the_upright_picture(
    page: Page, live_server, world: World, turns: int, kept: tuple[int, ...]
) -> None:
    file = workflow.add_file(world.draft("K1").pk, acting(world.apprentice), tall_picture())
    page.goto(live_server.url + reverse("pages:file-page", args=[file.pk]))
    for _turn in range(turns):
        page.get_by_role("button", name="Turn right").click()
    page.get_by_label("Which KSB does it show?").select_option(index=1)
    page.get_by_role("button", name="Draw a region").click()
    frame, picture = page.locator(".viewer-frame"), page.locator(".viewer-sheet img")
    frame.scroll_into_view_if_needed()
    shown, room = picture.bounding_box(), frame.bounding_box()
    assert shown["width"] <= room["width"], "a picture on its side fits into its frame"
    left, top, width, height = shown["x"], shown["y"], shown["width"], shown["height"]
    page.mouse.move(left + width * 0.1, top + height * 0.2)
    page.mouse.down()
    page.mouse.move(left + width * 0.4, top + height * 0.3, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Mark it").click()
    expect(page.locator(".message, .alert, [role=status]").filter(has_text="Marked.").first).to_be_visible()
    marker = Marker.objects.get(file=file)
    assert (marker.left, marker.top, marker.width, marker.height) == pytest.approx(kept, abs=60)


@pytest.mark.parametrize(("container", "codec", "is_drawn"), [("webm", "libvpx", True), ("mp4", "mpeg4", False)])
def test_a_film_that_the_browser_cannot_draw_says_so_and_offers_the_download(
    page: Page, live_server, world: World, container: str, codec: str, is_drawn: bool
) -> None:
    brought = SimpleUploadedFile(f"clip.{container}", film(container, codec))
    file = workflow.add_file(world.draft("K1").pk, acting(world.apprentice), brought)
    prepare(file.pk)
    page.goto(live_server.url + reverse("pages:file-page", args=[file.pk]))
    player = page.locator("video")
    page.wait_for_function("player => player.readyState > 0 || player.error", arg=player.element_handle())
    expect(page.get_by_role("link", name="Download the video")).to_be_visible(visible=not is_drawn)
