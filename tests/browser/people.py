"""The worlds of these tests, in which everybody can sign in, and signing in."""

import io
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from accounts.models import User
from accounts.workflow import confirm_address
from occupations.models import StandardVersion
from tests.kept import kept
from tests.world import World, make_world

SEED = Path(__file__).resolve().parents[2] / "demo" / "data" / "ST0321.txt"


def with_addresses(world: World) -> World:
    for person in world.people.values():
        confirm_address(person)
    return world


def small_world() -> World:
    """The world of all tests."""
    return kept("small world", lambda: with_addresses(make_world()))


def world_of_a_real_standard() -> World:
    """The same people, with the 35 KSBs of ST0321."""

    def make() -> World:
        call_command("import_standards", str(SEED), stdout=io.StringIO(), stderr=io.StringIO())
        return with_addresses(make_world(StandardVersion.objects.get(standard__reference="ST0321")))

    return kept("world of a real standard", make)


def sign_in(context: BrowserContext, address: str, person: User) -> None:
    """Let somebody be signed in, without the page for it."""
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": session.key, "value": session.value, "url": address}])


def sign_in_by_form(page: Page, address: str, who: str = "apprentice", path: str = "/") -> None:
    """Sign in as people do, with address and password on the page."""
    page.goto(f"{address}/account/login/?next={path}")
    page.locator("#id_login").fill(f"{who}@example.test")
    page.locator("#id_password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/login" not in url)
