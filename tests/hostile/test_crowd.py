"""Whoever cannot be served in time is told so at once, and loses nothing."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.server.crowd import Queue
from tests.hostile.server import RunningServer, made_site, running_server
from tests.hostile.slow_clients import answer_on, connected

FORM = b"csrfmiddlewaretoken=abc&feedback=Well+done%2C+%3Cb%3Eall%3C%2Fb%3E&did=finish"


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("site")
    environment = made_site(folder)
    (folder / "crowd").write_text("0")
    with running_server(environment, "tests/hostile/crowded.py") as running:
        yield running


def said(server: RunningServer, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[str, str]:
    """Head and body of the answer to a browser."""
    sent = {"Host": f"127.0.0.1:{server.port}", "Accept": "text/html", "Connection": "close"} | headers
    if body:
        sent |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))} | headers
    lines = [
        f"{method} /queue/?page=2 HTTP/1.1",
        *(f"{name.replace('_', '-')}: {value}" for name, value in sent.items()),
    ]
    with connected(server.port, "\r\n".join([*lines, "", ""]).encode() + body) as client:
        head, _, content = answer_on(client).decode().partition("\r\n\r\n")
    return head, content


@pytest.fixture(autouse=True)
def wait_seconds(crowded: RunningServer) -> Iterator[Path]:
    """The file that says how long the queue is: here, longer than who looks would wait."""
    crowd = crowded.log.parent / "crowd"
    crowd.write_text("4.5")
    yield crowd
    crowd.write_text("0")


@pytest.fixture
def much_more_crowded(crowded: RunningServer, wait_seconds: Path) -> RunningServer:
    wait_seconds.write_text("6")
    return crowded


def test_somebody_who_looks_is_asked_to_come_again_by_a_page_that_does_it_by_itself(crowded):
    head, page = said(crowded)
    assert head.startswith("HTTP/1.1 503")
    seconds = head.partition("Retry-After: ")[2].split("\r\n")[0]
    assert f'<meta http-equiv="refresh" content="{seconds}">' in page
    assert "default-src 'none'" in head


def test_whoever_asks_how_the_server_is_waits_behind_nobody(much_more_crowded):
    assert much_more_crowded.get("/health/live") == 200


def test_somebody_who_saves_is_served_while_those_who_look_wait(crowded):
    head, _page = said(crowded, "POST", FORM)
    assert head.startswith("HTTP/1.1 403")  # by the site, which does not know the token


def test_a_form_that_cannot_be_taken_is_kept_in_the_page_and_sent_again(much_more_crowded):
    own = f"http://127.0.0.1:{much_more_crowded.port}"
    head, page = said(much_more_crowded, "POST", FORM, Origin=own)
    assert head.startswith("HTTP/1.1 503")
    assert 'action="/queue/?page=2" data-again-seconds="' in page
    assert '<textarea name="feedback" hidden>\nWell done, &lt;b&gt;all&lt;/b&gt;</textarea>' in page
    assert '<textarea name="did" hidden>\nfinish</textarea>' in page
    assert "http-equiv" not in page


@pytest.mark.parametrize(
    ("origin", "body"), [("https://elsewhere.example", FORM), ("", FORM), ("own", b"login=a%40b.test&password=secret1")]
)
def test_a_page_holds_no_form_of_another_site_and_no_password(much_more_crowded, origin, body):
    origin = f"http://127.0.0.1:{much_more_crowded.port}" if origin == "own" else origin
    head, page = said(much_more_crowded, "POST", body, Origin=origin)
    assert head.startswith("HTTP/1.1 503")
    assert "Well done" not in page
    assert "secret1" not in page
    assert "Go back, wait" in page


def test_files_are_chosen_again(much_more_crowded):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nWell done\r\n'
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nwords\r\n--x--\r\n'
    )
    headers = {
        "Origin": f"http://127.0.0.1:{much_more_crowded.port}",
        "Content-Type": "multipart/form-data; boundary=x",
    }
    _head, page = said(much_more_crowded, "POST", body, **headers)
    assert "Go back, wait" in page
    whole = body.replace(b'filename="a.txt"', b'filename=""').replace(b"\r\n\r\nwords", b"\r\n\r\n")
    _head, page = said(much_more_crowded, "POST", whole, **headers)
    assert "\nWell done</textarea>" in page


@pytest.mark.parametrize("headers", [{"Accept": "*/*"}, {"HX-Request": "true"}])
def test_a_script_is_told_in_a_word_when_to_try_again(much_more_crowded, headers):
    head, answer = said(much_more_crowded, **headers)
    assert head.startswith("HTTP/1.1 503")
    assert "Retry-After: " in head
    assert answer.startswith('{"state": "busy"')


class Waiting:
    """A task that is over when it is told."""

    def __init__(self, over: threading.Event) -> None:
        self.over = over

    def service(self) -> None:
        self.over.wait()

    def cancel(self) -> None:
        return


def test_the_wait_grows_with_those_who_wait_and_ends_with_them():
    over, queue = threading.Event(), Queue(2)
    assert queue.wait_seconds == 0
    for _ in range(42):
        queue.add_task(Waiting(over))
    waits = queue.wait_seconds
    assert waits > 0
    queue.note(2.0)
    assert queue.wait_seconds > waits
    over.set()
    queue.shutdown()
    assert queue.wait_seconds == 0
