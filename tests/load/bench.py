"""`make bench`: how long the main pages take, beside the least that Django can do, in one run on one machine.

For each size a site with so many learners is loaded into a database of its own and served by the production server.
Each page is asked for in turn with a bare view that runs one indexed query and answers as many bytes, so that both
meet the same moment of the machine; what counts is the ratio. Times are those of a client on the same machine.

    python -m tests.load.bench [--learners 200 2000] [--requests 200]
"""

import argparse
import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.browser.site import ROOT, demo_environment, free_port

PASSWORD = "craftmark-demo-2026"  # noqa: S105


class Client:
    """A signed-in visitor who keeps one connection open."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes, str]:
        """Status, body and address to go to next."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        method, sent = ("GET", None) if form is None else ("POST", urlencode(form))
        try:
            self.connection.request(method, path, body=sent, headers=headers)
            response = self.connection.getresponse()
        except http.client.RemoteDisconnected:  # idle for longer than the server waits
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
        _, page, _ = self.ask("/account/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1].decode()
        status, _, _ = self.ask("/account/login/", {"csrfmiddlewaretoken": token, "login": email, "password": PASSWORD})
        if status != 302:
            raise RuntimeError(f"{email} could not sign in: {status}")

    def first(self, path: str, pattern: str) -> str:
        """The first match of `pattern` in the page at `path`."""
        found = re.search(pattern, self.ask(path)[1].decode())
        if not found:
            raise RuntimeError(f"nothing like {pattern} on {path}")
        return found[0]


@contextmanager
def served(application: str, environment: dict[str, str], log: Path) -> Iterator[int]:
    """The production server with `application` on a free port."""
    port = free_port()
    with log.open("w") as output:
        server = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}", application],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            for _ in range(150):
                try:
                    http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
                    break
                except OSError:
                    time.sleep(0.2)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=30)


def measured(client: Client, path: str, bare: Client, times: int) -> tuple[list[float], list[float], int]:
    """Milliseconds of each request to the page and to the bare view, in turn, and the page's bytes."""
    status, body, _ = client.ask(path)
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    beside = f"/?bytes={len(body)}"
    page_ms, bare_ms = [], []
    for number in range(times + 20):
        for visitor, address, kept in ((client, path, page_ms), (bare, beside, bare_ms)):
            start = time.perf_counter()
            visitor.ask(address)
            if number >= 20:  # the first ones warm both up
                kept.append((time.perf_counter() - start) * 1000)
    return page_ms, bare_ms, len(body)


def p(percent: int, values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def bench(learners: int, requests: int) -> None:
    with tempfile.TemporaryDirectory(prefix="craftmark-bench-") as name:
        folder = Path(name)
        environment = demo_environment(folder) | {"DEMO_PASSWORD": PASSWORD}
        environment["DATABASE_URL"] = os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{folder / 'bench.sqlite3'}"

        def manage(*command: str) -> None:
            subprocess.run(  # noqa: S603
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )

        manage("migrate", "--verbosity", "0")
        manage("createcachetable")
        manage("collectstatic", "--noinput", "--verbosity", "0")
        manage("import_standards", "demo/data/ST0321.txt")
        start = time.perf_counter()
        manage("seed_load", "--learners", str(learners))
        print(f"\n{learners} learners, loaded in {time.perf_counter() - start:.0f} s")
        with (
            served("config.wsgi", environment, folder / "site.log") as site,
            served("tests.load.bare", environment, folder / "bare.log") as bare_port,
        ):
            provider, assessor, bare = Client(site), Client(site), Client(bare_port)
            provider.sign_in("load-provider@load.test")
            assessor.sign_in("load-assessor-1@load.test")
            learner = assessor.first("/cohort/", r"/apprenticeships/[0-9a-f-]{36}/")
            pages = [
                ("learner page", assessor, learner),
                ("queue", assessor, "/queue/"),
                ("cohort report", provider, "/cohort/"),
            ]
            print(
                f"{'page':<16}{'bytes':>9}{'p50 ms':>9}{'p95 ms':>9}{'bare p50':>10}{'bare p95':>10}{'p50 ratio':>11}"
            )
            for title, client, path in pages:
                page_ms, bare_ms, size = measured(client, path, bare, requests)
                print(
                    f"{title:<16}{size:>9}{p(50, page_ms):>9.1f}{p(95, page_ms):>9.1f}"
                    f"{p(50, bare_ms):>10.1f}{p(95, bare_ms):>10.1f}{p(50, page_ms) / p(50, bare_ms):>11.1f}"
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, nargs="+", default=[200, 2000])
    parser.add_argument("--requests", type=int, default=200)
    given = parser.parse_args()
    for learners in given.learners:
        bench(learners, given.requests)


if __name__ == "__main__":
    main()
