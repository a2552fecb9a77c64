"""A confirmation by somebody with no account, on a phone from the asking to “This was not me”."""

import pytest
from playwright.sync_api import Browser, expect

from accounts.workflow import confirm_address
from signing.models import Link, Signature
from tests.browser import chromium
from tests.mail import delivered, link_in
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"viewport": {"width": 375, "height": 812}, "is_mobile": True, "has_touch": True}


def test_a_witness_is_asked_signs_and_says_that_it_was_not_them(
    browser: Browser,
    live_server,  # type: ignore[no-untyped-def]
    transactional_db: None,
    client,  # type: ignore[no-untyped-def]
    settings,  # type: ignore[no-untyped-def]
) -> None:
    settings.SITE_URL = live_server.url
    world = make_world()
    confirm_address(world.apprentice)
    submission = world.submitted("K1", "B1")
    client.force_login(world.apprentice)
    apprentice = browser.new_context(**PHONE)
    apprentice.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = apprentice.new_page()
    page.goto(f"{live_server.url}/evidence/{submission.evidence_id}/")
    page.get_by_role("link", name="Ask somebody to confirm").first.click()
    page.get_by_label("They saw it happen").check()
    page.get_by_label("Full name").fill("Wanda Witness")
    page.get_by_label("Email address").fill("wanda.witness@example.test")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("Wanda Witness").first).to_be_visible()
    address = link_in(delivered()[-1], "/sign/")

    witness = browser.new_context(**PHONE)
    for _scanned in range(2):
        # As mail scanners do, before anybody reads the mail.
        assert witness.request.head(address).ok
        assert witness.request.get(address).ok
    assert Link.objects.unscoped().get().started_at is None
    page = witness.new_page()
    page.goto(address)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Advert for a driver").first).to_be_visible()
    assert not chromium.violations(page)
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], "no sideways scrolling"
    page.get_by_label("Your full name").fill("Wanda Witness")
    page.get_by_label("Your job title").fill("Shift manager")
    page.locator(".btn-statement").click()
    expect(page.get_by_role("heading", name="Thank you. This is your receipt")).to_be_visible()
    signature = Signature.objects.unscoped().get()
    assert (signature.name, signature.role) == ("Wanda Witness", "Shift manager")
    assert signature.reference in delivered()[-1].body
    assert witness.request.get(address).status == 404, "it works once"
    page.locator("summary", has_text="This was not me").click()
    page.get_by_role("button", name="This was not me").click()
    expect(page.get_by_text("You told us that this was not you.")).to_be_visible()
    assert hasattr(Signature.objects.unscoped().get(), "disavowal")
    witness.close()
    apprentice.close()
