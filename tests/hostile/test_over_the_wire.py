"""What breaks off on its way to a real server, on raw sockets: nothing of it is kept, whatever the server makes of it.

The server may answer such a request or just hang up. `test_broken_off` tries every address without one.
"""

import json
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from assessments.models import ReviewDraft
from core import clock
from portfolios.models import Evidence
from tests.access.browsers import signed_in_browser
from tests.hostile import bodies
from tests.hostile.bodies import TOKEN, Body
from tests.hostile.calling import everything_kept
from tests.hostile.server import RunningServer, running_server
from tests.world import World, feedback_form, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(params=["config/gunicorn.py", "tests/hostile/plain_server.py"])
def server(request: pytest.FixtureRequest, world: World, tmp_path: Path) -> Iterator[RunningServer]:
    """The site's own server, and a plain one, on the database of the test."""
    name = connection.settings_dict["NAME"]
    is_file = connection.vendor == "sqlite"
    database = f"sqlite:///{name}" if is_file else urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    (tmp_path / "static").mkdir()
    ours = {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "VAR_DIR": str(tmp_path),
        "STATIC_ROOT": str(tmp_path / "static"),
        "WEB_CONCURRENCY": "1",
    }
    with running_server(dict(os.environ) | ours, request.param) as running:
        yield running


class Sender:
    """Sends requests of one person, and no more of each than it is told to."""

    def __init__(self, server: RunningServer, browser: Client) -> None:
        self.port = server.port
        cookies = {name: morsel.value for name, morsel in browser.cookies.items()} | {settings.CSRF_COOKIE_NAME: TOKEN}
        self.cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def head(self, path: str, content_type: str, *more: str) -> bytes:
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Cookie: {self.cookie}",
            f"X-CSRFToken: {TOKEN}",
            f"Content-Type: {content_type}",
            "Connection: close",
            *more,
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def send(self, path: str, body: Body, arrives: int | None = None, *, resets: bool = False) -> bytes:
        """Announce a body and send `arrives` bytes of it (all, if not said), then stop; gives what is answered.

        With `resets` the connection breaks instead, and nobody is there for an answer.
        """
        head = self.head(path, body.content_type, f"Content-Length: {len(body.content)}")
        return self.raw(head + body.content[:arrives], resets=resets)

    def raw(self, sent: bytes, *, resets: bool = False) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as wire:
            wire.sendall(sent)
            if resets:
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return b""
            wire.shutdown(socket.SHUT_WR)
            came = b""
            try:
                while chunk := wire.recv(65536):
                    came += chunk
            except ConnectionError:
                pass
            return came


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def is_refused(answer: bytes) -> bool:
    return not answer or status_of(answer) == 400


def whole_capture(world: World) -> Body:
    said = {
        "evidence": str(uuid4()),
        "capture": str(uuid4()),
        "title": "Advert for a driver",
        "narrative": "I wrote the advert. " * 20,
        "happened_on": clock.today().isoformat(),
        "claims": [{"ksb": str(world.ksb("K1").pk), "why": "It shows it."}],
    }
    return Body("application/json", json.dumps(said).encode())


def test_what_breaks_off_changes_nothing(world: World, server: RunningServer):
    draft, submission = world.draft("K1", "S1"), world.submitted("S2")
    words = {"revision": str(draft.revision), "title": "Advert", "narrative": "Better. " * 40, "claim_K1": "on"}
    judgement = {"outcome_S2": "met", **feedback_form("S2", "Clear and well argued. " * 20)}
    of_apprentice = Sender(server, signed_in_browser(world, "apprentice"))
    of_assessor = Sender(server, signed_in_browser(world, "assessor"))
    attempts = [
        (of_apprentice, reverse("pages:evidence-edit", args=[draft.pk]), bodies.urlencoded(words)),
        (of_apprentice, reverse("pages:evidence-edit", args=[draft.pk]), bodies.multipart(words)),
        (of_apprentice, reverse("pages:autosave", args=[world.apprenticeship.pk, draft.pk]), bodies.urlencoded(words)),
        (of_apprentice, reverse("pages:captures", args=[world.apprenticeship.pk]), whole_capture(world)),
        (of_assessor, reverse("pages:review-finish", args=[submission.pk]), bodies.urlencoded(judgement)),
        (of_assessor, reverse("pages:review-finish", args=[submission.pk]), bodies.multipart(judgement)),
    ]
    before = everything_kept()

    for sender, path, body in attempts:
        for arrives in body.cuts():
            assert is_refused(sender.send(path, body, arrives)), (path, body.content_type, arrives)
            sender.send(path, body, arrives, resets=True)

    assert everything_kept() == before
    # The same, whole, is taken, also after all that was cut.
    assert status_of(of_assessor.send(*attempts[-1][1:])) == 302
    assert status_of(of_apprentice.send(*attempts[0][1:])) == 302
    assert ReviewDraft.objects.unscoped().finished().count() == 1
    assert Evidence.objects.unscoped().get(pk=draft.pk).revision == draft.revision + 1


def test_what_lies_about_its_length_changes_nothing(world: World, server: RunningServer):
    sender = Sender(server, signed_in_browser(world, "apprentice"))
    path = reverse("pages:evidence-new", args=[world.apprenticeship.pk])
    body = bodies.urlencoded({"token": str(uuid4()), "title": "Advert", "narrative": "I wrote it. " * 20, "save": "1"})
    size, text = len(body.content), body.content
    lies = [
        (["Transfer-Encoding: chunked"], b"%x\r\n%s" % (size, text[: size // 2])),
        (["Transfer-Encoding: chunked"], b"%x\r\n%s\r\n" % (size, text)),
        (["Transfer-Encoding: chunked", f"Content-Length: {size}"], text),
        ([f"Content-Length: {size}", f"Content-Length: {size // 2}"], text),
        ([f"Content-Length: {size // 2}, {size}"], text),
        ([f"Content-Length: -{size}"], text),
        ([f"Content-Length: {size}x"], text),
        ([f"Content-Length: {size * 10}"], text),
    ]
    before = everything_kept()

    for headers, sent in lies:
        answer = sender.raw(sender.head(path, body.content_type, *headers) + sent)
        assert not answer or status_of(answer) in (400, 411, 413, 501), (headers, answer[:200])

    assert everything_kept() == before


def test_a_body_in_chunks_is_taken_whole_or_asked_for_its_length(world: World, server: RunningServer):
    sender = Sender(server, signed_in_browser(world, "apprentice"))
    path = reverse("pages:evidence-new", args=[world.apprenticeship.pk])
    body = bodies.urlencoded({"token": str(uuid4()), "title": "Advert", "narrative": "I wrote it.", "save": "1"})
    head = sender.head(path, body.content_type, "Transfer-Encoding: chunked")

    answer = sender.raw(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body.content), body.content))

    kept = [piece.narrative for piece in Evidence.objects.unscoped()]
    assert (status_of(answer), kept) in [(302, ["I wrote it."]), (411, [])]


def test_headers_alone_are_answered_without_a_body(world: World, server: RunningServer):
    """Seen: the body followed, and on a connection that is kept open it stood before the next person's answer."""
    paths = ["/account/login/", "/no-such-page/", "/feed/", "/health/live", "/", "/people/records/", "/downloads/"]
    for who in ("admin", "stranger"):
        sender = Sender(server, signed_in_browser(world, who))
        for path in paths:
            head = f"HEAD {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {sender.cookie}\r\n\r\n"
            headers, _end, body = sender.raw(head.encode()).partition(b"\r\n\r\n")
            assert (headers[:9], body) == (b"HTTP/1.1 ", b""), (who, path)
