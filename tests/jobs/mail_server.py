"""A mail server for tests: takes what it is sent over SMTP and keeps it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    received: list[str]


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 mail.test")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.say("354 go on")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                self.server.received.append(b"".join(lines).decode())
            self.say("221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return


@contextmanager
def mail_server(port: int) -> Iterator[list[str]]:
    """Listen on a port of this machine; the mails that came in are the value."""
    with _Server(("127.0.0.1", port), _Session) as server:
        server.received = []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.received
        finally:
            server.shutdown()
            thread.join()
