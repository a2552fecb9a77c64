"""Whoever sends slowly, reads slowly or lies about the length costs themself time, and nobody else."""

import hashlib
import signal
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from tests.hostile.server import RunningServer, made_site, running_server
from tests.hostile.slow_clients import BEGINNINGS, answer_on, connected, slow_clients
from tests.load.bench_uploads import MEGABYTE, PIECE_BYTES, Sender

#: More than a process has threads.
CROWD = 12


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return made_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def server(site: dict[str, str]) -> Iterator[RunningServer]:
    with running_server(site) as running:
        yield running


@pytest.fixture(scope="module")
def impatient(site: dict[str, str]) -> Iterator[RunningServer]:
    with running_server(site, "tests/hostile/impatient.py") as running:
        yield running


@pytest.fixture(scope="module")
def behind_a_proxy(site: dict[str, str]) -> Iterator[RunningServer]:
    with running_server(site | {"TRUSTED_PROXY_COUNT": "1"}, "tests/hostile/impatient.py") as running:
        yield running


def dripped(client: socket.socket, drop: bytes = b"x", *, at_most: int = 10_000) -> bytes:
    """Send a little now and then until the other side answers or closes; gives what it said."""
    client.settimeout(0.05)
    for _ in range(at_most):
        try:
            client.sendall(drop)
            came = client.recv(65536)
        except TimeoutError:
            continue
        except ConnectionError:
            return b""
        client.settimeout(60)
        return came + answer_on(client) if came else b""
    return b"still listening"


def is_open(client: socket.socket) -> bool:
    """Whether the other side still listens; it has said nothing so far."""
    client.setblocking(False)
    try:
        client.recv(1)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def sign_in_form(length: int, *, address: str = "") -> bytes:
    """The headers of a sign-in with a body of this length, for somebody whose address a proxy names."""
    forwarded = f"X-Forwarded-For: {address}\r\n" if address else ""
    return (
        f"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{forwarded}Content-Length: {length}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    ).encode()


# Senders --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", BEGINNINGS)
def test_others_are_served_while_a_hundred_send_slowly(server, kind):
    with slow_clients(server.port, every_seconds=1, **{kind: 100}):
        assert [server.get() for _ in range(5)] == [200] * 5


def test_headers_that_do_not_end_are_given_up(impatient):
    with connected(impatient.port, BEGINNINGS["headers"]) as client:
        assert dripped(client).startswith(b"HTTP/1.1 408")


def test_a_body_that_trickles_is_given_up(impatient):
    with connected(impatient.port, BEGINNINGS["body"]) as client:
        client.settimeout(60)
        assert answer_on(client).startswith(b"HTTP/1.1 408")


def test_a_connection_on_which_nothing_comes_is_closed(impatient):
    with connected(impatient.port) as client:
        client.settimeout(60)
        assert answer_on(client).startswith(b"HTTP/1.1 408")


def test_a_slow_line_that_keeps_coming_is_heard_out(impatient):
    """It takes longer than a body has that brings nothing."""
    with connected(impatient.port, sign_in_form(4_000)) as client:
        for _ in range(40):
            client.sendall(b"x" * 100)
            time.sleep(0.1)
        assert client.recv(65536).startswith(b"HTTP/1.1 403")


def test_of_too_many_requests_of_one_address_the_slowest_gives_way(impatient):
    steady = connected(impatient.port, sign_in_form(200_000))
    steady.sendall(b"x" * 100_000)
    time.sleep(1.5)
    with slow_clients(impatient.port, every_seconds=1, body=60) as slow:
        assert impatient.get() == 200
        assert slow.turned_away >= 30
        assert is_open(steady)
    steady.close()


def test_requests_that_were_answered_do_not_count_however_many_share_an_address(impatient):
    college = [HTTPConnection("127.0.0.1", impatient.port, timeout=60) for _ in range(60)]
    for _round in range(2):
        for browser in college:
            browser.request("GET", "/health/live")
            assert browser.getresponse().read() == b"ok"
    for browser in college:
        browser.close()


def test_behind_a_proxy_the_people_are_counted_and_not_the_proxy(behind_a_proxy):
    def sent_by(addresses: list[str]) -> list[socket.socket]:
        return [connected(behind_a_proxy.port, sign_in_form(1_000, address=f"1.1.1.1, {one}")) for one in addresses]

    college = sent_by([f"198.51.100.{number}" for number in range(60)])
    assert behind_a_proxy.get() == 200
    assert all(map(is_open, college))
    alone = sent_by(["203.0.113.9"] * 60)
    assert behind_a_proxy.get() == 200
    assert sum(map(is_open, alone)) <= 20
    for client in college + alone:
        client.close()


# Length ---------------------------------------------------------------------------------------------------------------
def test_a_form_that_ends_early_reaches_no_page(server):
    before = server.log.read_text()
    with connected(server.port, sign_in_form(1_000) + b"login=") as client:
        client.shutdown(socket.SHUT_WR)
        assert answer_on(client) == b""
    assert server.get() == 200
    assert server.log.read_text() == before


def test_what_comes_beyond_the_announced_length_is_no_part_of_the_request(server):
    with connected(server.port, sign_in_form(6) + b"login=" + b"beyond" * 10 + b"\r\n\r\n") as client:
        answers = answer_on(client)
    assert answers.startswith(b"HTTP/1.1 403")
    assert b"Bad Request" in answers


@pytest.mark.parametrize("length", ["-1", "1e3", "12, 13", "0x10", "９"])
def test_a_length_that_is_no_number_is_refused(server, length):
    beginning = f"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\nx".encode()
    with connected(server.port, beginning) as client:
        assert answer_on(client).startswith(b"HTTP/1.1 400")


def test_headers_have_a_limit(server):
    with connected(server.port, BEGINNINGS["headers"] + b"x" * 64 * 1024) as client:
        assert answer_on(client).startswith(b"HTTP/1.0 431")


def test_a_stranger_is_refused_a_large_body_before_it_is_sent(server):
    with connected(server.port, sign_in_form(500 * MEGABYTE)) as client:
        assert answer_on(client).startswith(b"HTTP/1.1 413")


def test_a_stranger_cannot_send_a_large_body_without_saying_so(server):
    head = b"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connected(server.port, head) as client:
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        assert dripped(client, chunk, at_most=40).startswith(b"HTTP/1.1 413")


def test_somebody_signed_in_sends_a_large_form_where_files_are_taken_and_nowhere_else(server):
    sender = Sender(server.port, 1, 1)
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{sender.token}\r\n'
        '--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
    )
    form = parts.encode() + b"words " * MEGABYTE + b"\r\n--x--\r\n"
    for path, is_refused in ((f"{sender.home}evidence/new/", False), ("/account/password/change/", True)):
        answer = sender.tus("POST", path, {"Content-Type": "multipart/form-data; boundary=x"}, form)
        assert (answer.status == 413) == is_refused
        sender.connection.close()


def test_a_piece_of_an_upload_that_breaks_off_is_kept_as_far_as_it_came(server):
    sender = Sender(server.port, 1, 16)
    sender.announce()
    sender.cut_off(0)
    while not (offset := sender.offset()):
        time.sleep(0.05)
    assert 0 < offset <= PIECE_BYTES // 2
    while offset < sender.size:
        offset = sender.send_next(offset)
    assert sender.sha256().encode() in sender.receipt()


# Readers --------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def film(server: RunningServer) -> tuple[Sender, str]:
    """A file of 24 MB, by the person whose it is: more than any socket holds."""
    sender = Sender(server.port, 2, 24)
    sender.announce()
    offset = 0
    while offset < sender.size:
        offset = sender.send_next(offset)
    return sender, sender.receipt().decode().partition('"file": "')[2].partition('"')[0]


def asking(sender: Sender, path: str, extra: str = "") -> bytes:
    cookie = "; ".join(f"{name}={value}" for name, value in sender.cookies.items())
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nConnection: close\r\n{extra}\r\n".encode()


def test_others_are_served_while_many_read_nothing_of_a_large_file(server, film):
    sender, path = film
    readers = [connected(server.port, asking(sender, path), receive_buffer=64 * 1024) for _ in range(CROWD)]
    beginnings = [reader.recv(100) for reader in readers]
    assert all(beginning.startswith(b"HTTP/1.1 200") for beginning in beginnings)
    assert [server.get() for _ in range(5)] == [200] * 5
    whole = beginnings[0] + answer_on(readers[0])
    assert hashlib.sha256(whole.partition(b"\r\n\r\n")[2]).hexdigest() == sender.sha256()
    for reader in readers:
        reader.close()


def test_a_range_of_a_file_is_just_that(server, film):
    sender, path = film
    with connected(server.port, asking(sender, path, "Range: bytes=8388600-8388639\r\n")) as client:
        head, _, content = answer_on(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 206")
    assert content == sender.piece(0)[8388600:] + sender.piece(PIECE_BYTES)[:32]


def test_an_answer_without_a_body_leaves_the_connection_open(server):
    sender = Sender(server.port, 1, 1)
    sender.announce()
    answer = sender.tus("DELETE", sender.address, {})
    assert (answer.status, answer.getheader("Connection")) == (204, None)


# Stopping -------------------------------------------------------------------------------------------------------------
def test_a_request_that_has_begun_is_answered_before_the_server_stops(site):
    with running_server(site) as server, connected(server.port, sign_in_form(12) + b"login=") as client:
        server.get()  # by now it has read what the other one sent
        server.process.send_signal(signal.SIGTERM)
        client.sendall(b"12345!")
        assert answer_on(client).startswith(b"HTTP/1.1 403")
        server.process.wait(timeout=60)
        assert server.process.returncode == 0
