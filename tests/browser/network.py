"""A network that can be switched off and measured: connections to a live server pass through a port of ours.

`BrowserContext.set_offline` does not reach a service worker that starts after it; a port that nobody listens on does.
"""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_REQUEST = re.compile(rb"^(?:GET|HEAD|POST|PUT|PATCH|DELETE) (\S+) HTTP/1\.1\r$", re.MULTILINE)


class Network:
    """Stands before a server. While it is down, every connection is refused or cut.

    `requests` are the addresses that were asked for, `received_bytes` all that the server sent, since `forget`.
    """

    def __init__(self, server_url: str) -> None:
        server = urlsplit(server_url)
        self._server = (server.hostname, server.port)
        self._port = 0
        self._door: socket.socket | None = None
        self._lines: set[socket.socket] = set()
        self.forget()
        self.up()

    def forget(self) -> None:
        self.requests: list[str] = []
        self.received_bytes = 0

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
                for source, target, note in ((browser, server, self._asked), (server, browser, self._came)):
                    threading.Thread(target=_carry, args=(source, target, note), daemon=True).start()

    def _asked(self, data: bytes) -> None:
        self.requests += [hit.decode() for hit in _REQUEST.findall(data)]

    def _came(self, data: bytes) -> None:
        self.received_bytes += len(data)


def _carry(source: socket.socket, target: socket.socket, note: Callable[[bytes], None]) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            note(data)
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
