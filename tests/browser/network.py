"""A network that can be switched off: connections to a live server pass through a port of ours that comes and goes.

`BrowserContext.set_offline` does not reach a service worker that starts after it; a port that nobody listens on does.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Network:
    """Stands before a server. While it is down, every connection is refused or cut."""

    def __init__(self, server_url: str) -> None:
        server = urlsplit(server_url)
        self._server = (server.hostname, server.port)
        self._port = 0
        self._door: socket.socket | None = None
        self._lines: set[socket.socket] = set()
        self.up()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def up(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self._port), reuse_port=False)
        self._port = self._door.getsockname()[1]
        threading.Thread(target=self._welcome, args=[self._door], daemon=True).start()

    def down(self) -> None:
        door, self._door = self._door, None
        for line in [door, *self._lines]:
            if line is not None:
                _close(line)
        self._lines.clear()

    def _welcome(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                browser, _address = door.accept()
                if self._door is not door:
                    browser.close()
                    return
                server = socket.create_connection(self._server)
                self._lines |= {browser, server}
                for pair in ((browser, server), (server, browser)):
                    threading.Thread(target=_carry, args=pair, daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    _close(source)
    _close(target)


def _close(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


@contextmanager
def network_before(server_url: str) -> Iterator[Network]:
    network = Network(server_url)
    try:
        yield network
    finally:
        network.down()
