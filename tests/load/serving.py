"""The production server on a site made for measuring, and somebody who visits it."""

import http.client
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.browser.site import ROOT, free_port

PASSWORD = "craftmark-demo-2026"  # noqa: S105


class Visitor:
    """Somebody who keeps one connection open, and can sign in.

    `accepts` is the compression that they take: browsers take "gzip", while "" gives bodies that can be read at once.
    """

    def __init__(self, port: int, cookies: dict[str, str] | None = None, accepts: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = dict(cookies or {})
        self.accepts = accepts

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes, str]:
        """Status, body and address to go to next."""
        headers = {"Cookie": cookie_header(self.cookies), "Accept-Encoding": self.accepts or "identity"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        method, sent = ("GET", None) if form is None else ("POST", urlencode(form))
        try:
            self.connection.request(method, path, body=sent, headers=headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):  # idle for longer than the server waits
            self.connection.close()
            self.connection.request(method, path, body=sent, headers=headers)
            response = self.connection.getresponse()
        body = response.read()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, kept = value.partition(";")[0].partition("=")
                self.cookies[cookie] = kept
        return response.status, body, response.getheader("Location") or ""

    def sign_in(self, email: str) -> None:
        """Sign in with the password of the demo."""
        _, page, _ = self.ask("/account/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1].decode()
        form = {"csrfmiddlewaretoken": token, "login": email, "password": PASSWORD}
        status, _, _ = self.ask("/account/login/", form)
        if status != 302:
            raise RuntimeError(f"{email} could not sign in: {status}")


def cookie_header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


#: How bin/run starts it.
OURS = "python -m gunicorn -c config/gunicorn.py -b {address} {application}"


@contextmanager
def served(application: str, environment: dict[str, str], log: Path, command: str = OURS) -> Iterator[int]:
    """The production server, or the one that `command` starts, with `application` on a free port, which is given."""
    port = free_port()
    words = shlex.split(command.format(address=f"127.0.0.1:{port}", port=port, application=application))
    with log.open("w") as output:
        server = subprocess.Popen(  # noqa: S603
            [str(Path(sys.executable).parent / words[0]), *words[1:]],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(port, server, log)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(port: int, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the server did not start: {log.read_text()[-2_000:]}")
        try:
            if Visitor(port).ask("/health/live")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the server did not answer within a minute: {log.read_text()[-2_000:]}")
