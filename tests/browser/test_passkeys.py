"""Adding a passkey and signing in with it, in a browser that holds one."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_passkey_that_was_added_signs_its_owner_in(browser: Browser, live_server: LiveServer, world: World) -> None:
    # A passkey belongs to a name, not to a number.
    site = live_server.url.replace("127.0.0.1", "localhost")
    page = browser.new_context().new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    abilities = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": abilities | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    page.goto(f"{site}/account/login/?next=/account/2fa/webauthn/add/")
    page.locator("#id_login").fill("apprentice@example.test")
    page.locator("#id_password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.get_by_label("Name").fill("My phone")
    page.locator("[name=passwordless]").check()
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)

    page.context.clear_cookies()
    page.goto(f"{site}/account/login/?next=/account/2fa/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/account/2fa/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.context.close()
