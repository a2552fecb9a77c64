"""The browser in which each of the world's people is signed in."""

from django.conf import settings
from django.test import Client

from accounts.sessions import SEEN_AT
from core import clock
from tests.access.rules import whole_world
from tests.kept import kept
from tests.world import World


def world_and_sessions() -> tuple[World, dict[str, str]]:
    """The world, and the session of each of its people."""
    return kept("everybody signed in", _everybody_signed_in)


def _everybody_signed_in() -> tuple[World, dict[str, str]]:
    world = whole_world()
    return world, {who: _sign_in(world, who) for who in world.people}


def _sign_in(world: World, who: str) -> str:
    """As after typing a password just now; what asks for it again is tested with sign-in.

    However long the tests take, the session does not end, and does not write down that it is used.
    """
    client = Client()
    client.force_login(world.people[who])
    session, tomorrow = client.session, clock.now().timestamp() + 24 * 3600
    session[SEEN_AT] = tomorrow
    session["account_authentication_methods"] = [{"method": "password", "reauthenticated": True, "at": tomorrow}]
    session["account_authentication_methods_user"] = str(world.people[who].pk)
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def browser_of(who: str, sessions: dict[str, str]) -> Client:
    """A browser that somebody is signed in with; `anonymous` is not."""
    client = Client(raise_request_exception=True)
    if who in sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[who]
    return client


def signed_in_browser(world: World, who: str) -> Client:
    """A browser that one of any world's people is signed in with; `anonymous` is not."""
    return browser_of(who, {who: _sign_in(world, who)} if who in world.people else {})


def from_the_start(fields: dict[str, object]) -> dict[str, object]:
    """The same fields for the next person: whoever sent them before sent each file to its end."""
    for value in fields.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return fields
