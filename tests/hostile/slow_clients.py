"""Clients that take their time, on raw sockets: they send a byte now and then, or read none of what they asked for."""

import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: What each kind sends at once. The rest comes a byte at a time, or never.
BEGINNINGS = {
    "headers": b"GET /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "body": b"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin=",
    "silent": b"",
}


def connected(port: int, beginning: bytes = b"", *, receive_buffer: int = 0) -> socket.socket:
    """A connection on which `beginning` has been sent."""
    client = socket.socket()
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.settimeout(30)
    client.connect(("127.0.0.1", port))
    client.sendall(beginning)
    return client


def answer_on(client: socket.socket) -> bytes:
    """All that comes until the other side closes; nothing where it just hangs up."""
    came = b""
    try:
        while chunk := client.recv(65536):
            came += chunk
    except ConnectionError:
        pass
    return came


class SlowClients(threading.Thread):
    """This many slow clients of each kind. Whoever is turned away comes again."""

    def __init__(self, port: int, counts: dict[str, int], *, every_seconds: float = 5) -> None:
        super().__init__(daemon=True)
        self.port, self.counts, self.every_seconds = port, counts, every_seconds
        self.turned_away = 0
        self._over = threading.Event()
        self._begun = threading.Event()
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        for kind, count in self.counts.items():
            for _ in range(count):
                self._open(kind)
        self._begun.set()
        next_byte = time.monotonic() + self.every_seconds
        while not self._over.is_set():
            for key, _events in self._selector.select(0.1):
                self._hear(key.fileobj, key.data)
            if time.monotonic() >= next_byte:
                next_byte += self.every_seconds
                for key in list(self._selector.get_map().values()):
                    if key.data != "silent":
                        self._drip(key.fileobj, key.data)
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()

    def _open(self, kind: str) -> None:
        try:
            client = connected(self.port, BEGINNINGS[kind])
        except OSError:
            self.turned_away += 1
            return
        client.setblocking(False)
        self._selector.register(client, selectors.EVENT_READ, kind)

    def _hear(self, client: socket.socket, kind: str) -> None:
        try:
            if client.recv(65536):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._again(client, kind)

    def _drip(self, client: socket.socket, kind: str) -> None:
        try:
            client.send(b"x")
        except BlockingIOError:
            pass
        except OSError:
            self._again(client, kind)

    def _again(self, client: socket.socket, kind: str) -> None:
        self._selector.unregister(client)
        client.close()
        self.turned_away += 1
        self._open(kind)

    def stop(self) -> None:
        self._over.set()
        self.join()


@contextmanager
def slow_clients(port: int, *, every_seconds: float = 5, **counts: int) -> Iterator[SlowClients]:
    """This many of each kind (`headers`, `body`, `silent`) while the block runs, all connected when it begins."""
    clients = SlowClients(port, counts, every_seconds=every_seconds)
    clients.start()
    clients._begun.wait()
    try:
        yield clients
    finally:
        clients.stop()
