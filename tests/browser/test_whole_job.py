"""The whole job in a real browser: from a page of standard text to a signed-off KSB that everybody sees."""

import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page, expect

from jobs.working import work_off
from tests.browser.people import sign_in_by_form, world_of_a_real_standard
from tests.factories.files import make_jpeg, make_pdf
from tests.world import World


@pytest.fixture
def world(transactional_db: None) -> World:
    return world_of_a_real_standard()


def signed_in(browser: Browser, address: str, who: str) -> Page:
    """A page of somebody who has typed their address and password."""
    context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in_by_form(page, address, who)
    return page


def judge(page: Page, code: str, outcome: str, feedback: str = "", sign_off: bool = False) -> None:
    claim = page.locator(f"article[aria-labelledby=claim-{code}]")
    claim.get_by_label(outcome, exact=True).check()
    if feedback:
        claim.get_by_label(f"What is missing for {code}?").fill(feedback)
    if sign_off:
        claim.get_by_label(f"Sign {code} off as well").check()


def declare(page: Page) -> None:
    """Say that it is one's own work, without AI."""
    page.get_by_label("This is my own work").check()
    page.get_by_label("No", exact=True).check()


@pytest.mark.django_db(transaction=True)
def test_five_people_do_the_whole_job(browser: Browser, live_server, world: World, tmp_path: Path) -> None:
    photo, report = make_jpeg("advert.jpg"), make_pdf("results.pdf")
    for upload in (photo, report):
        (tmp_path / upload.name).write_bytes(upload.read())

    apprentice = signed_in(browser, live_server.url, "apprentice")
    apprentice.get_by_role("link", name="Add evidence").first.click()
    apprentice.get_by_label("Title").fill("Advert for a night driver")
    apprentice.get_by_label("What I did").fill("I wrote the advert with the client and placed it on two boards.")
    apprentice.get_by_label("When it happened").fill(str(world.apprenticeship.started_on))
    apprentice.get_by_label("Add files").set_input_files([tmp_path / "advert.jpg", tmp_path / "results.pdf"])
    apprentice.get_by_label("Or look through").select_option("all")
    for code in ("K1", "S2"):
        apprentice.locator(f"#id_claim_{code}").check()
        apprentice.locator(f"#id_why_{code}").fill(f"The advert and its results show {code}.")
    apprentice.locator("[name=save]").click()
    expect(apprentice.get_by_text("Draft saved.")).to_be_visible()
    expect(apprentice.get_by_text("advert.jpg").first).to_be_visible()
    apprentice.get_by_role("button", name="Next: check").click()
    declare(apprentice)
    apprentice.get_by_role("button", name="Send to your assessor").dblclick()
    expect(apprentice.get_by_text("Round 1").first).to_be_visible()

    # No worker runs beside this server: without one, others do not see files.
    work_off()
    assessor = signed_in(browser, live_server.url, "assessor")
    assessor.goto(f"{live_server.url}/queue/")
    assessor.get_by_role("button", name=re.compile("Review.*Advert for a night driver")).click()
    expect(assessor.get_by_role("img", name="advert.jpg")).to_be_visible()
    judge(assessor, "K1", "Met", sign_off=True)
    judge(assessor, "S2", "Not yet")
    assessor.get_by_role("button", name="Finish").click()
    expect(assessor.get_by_text("Say what is missing for S2.").first).to_be_visible()
    judge(assessor, "S2", "Not yet", "Show the advert after the client changed it.")
    assessor.get_by_role("button", name="Finish").click()
    assessor.get_by_role("button", name="Send now").click()
    expect(assessor.get_by_text("Feedback sent.")).to_be_visible()

    apprentice.goto(live_server.url)
    apprentice.locator("main").get_by_role("link", name="Advert for a night driver").first.click()
    expect(apprentice.get_by_text("Show the advert after the client changed it.")).to_be_visible()
    apprentice.get_by_role("link", name="Revise").click()
    apprentice.get_by_label("What I did").fill("I wrote it, the client changed the hours, and I placed it again.")
    apprentice.get_by_role("button", name="Next: check").click()
    declare(apprentice)
    apprentice.get_by_role("button", name="Send to your assessor").click()
    expect(apprentice.get_by_text("Round 2").first).to_be_visible()

    assessor.goto(f"{live_server.url}/queue/")
    assessor.get_by_role("button", name=re.compile("Review.*Advert for a night driver")).click()
    judge(assessor, "S2", "Met", "Now it is all there.")
    assessor.get_by_role("button", name="Finish").click()
    assessor.get_by_role("button", name="Send now").click()
    expect(assessor.get_by_text("Feedback sent.")).to_be_visible()
    assessor.goto(f"{live_server.url}/apprenticeships/{world.apprenticeship.pk}/ksbs/S2/")
    assessor.get_by_role("button", name="Sign S2 off").click()
    expect(assessor.get_by_text("S2 is signed off.")).to_be_visible()

    for who in ("apprentice", "mentor", "iqa"):
        page = apprentice if who == "apprentice" else signed_in(browser, live_server.url, who)
        page.goto(f"{live_server.url}/apprenticeships/{world.apprenticeship.pk}/")
        expect(page.get_by_text("2 of 35 KSBs signed off")).to_be_visible()

    provider = signed_in(browser, live_server.url, "admin")
    provider.goto(f"{live_server.url}/cohort/")
    row = provider.locator("tbody tr").filter(has=provider.get_by_role("link", name="Apprentice", exact=True))
    expect(row.locator("[data-label='Signed off']")).to_contain_text("2")

    out = io.StringIO()
    call_command("verify_audit", stdout=out)
    call_command("rebuild_coverage", "--check", stdout=out)
    assert "0 differences" in out.getvalue()
