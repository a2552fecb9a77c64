"""`python -m tests.load.slow`: what people wait for a page while others hold connections open and send next to nothing.

Sign-in pages and learner pages are asked for by a few people at a time: with nobody slow, with slow headers, with slow
bodies, and with connections that stay silent. `--serve` measures another server, with {address}, {port} and
{application} filled in.

    python -m tests.load.slow [--slow 100] [--people 4] [--seconds 30]
    python -m tests.load.slow --serve "waitress-serve --listen={address} {application}"
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.site import ROOT, demo_environment
from tests.hostile.slow_clients import slow_clients
from tests.load.serving import OURS, PASSWORD, Visitor, served

LEAST_WAIT = 30.0


@dataclass
class LoadedSite:
    """Where it is served, an assessor's address, and its settings."""

    port: int
    person: str
    environment: dict[str, str]

    def manage(self, *command: str) -> str:
        """What a command of the site's prints."""
        return _manage(self.environment, *command)


def _manage(environment: dict[str, str], *command: str) -> str:
    return subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout


@contextmanager
def loaded_site(learners: int, command: str = OURS) -> Iterator[LoadedSite]:
    """A site with this many learners, served by `command`."""
    with tempfile.TemporaryDirectory(prefix="craftmark-load-") as name:
        folder = Path(name)
        environment = demo_environment(folder) | {"DEMO_PASSWORD": PASSWORD}
        environment["DATABASE_URL"] = os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{folder / 'load.sqlite3'}"
        for step in (
            "migrate --verbosity 0",
            "createcachetable",
            "collectstatic --noinput --verbosity 0",
            "import_standards demo/data/ST0321.txt",
            f"seed_load --learners {learners}",
        ):
            _manage(environment, *step.split())
        with served("config.wsgi:application", environment, folder / "server.log", command) as port:
            yield LoadedSite(port, "load-assessor-1@load.test", environment)


def waits(port: int, person: str, people: int, seconds: float) -> list[float]:
    """Seconds that each page took that this many people asked for, each on a connection of its own."""
    found: list[float] = []
    until = time.monotonic() + seconds

    def ask(cookies: dict[str, str], path: str) -> None:
        while (began := time.monotonic()) < until:
            visitor = Visitor(port)
            visitor.connection.timeout = LEAST_WAIT
            visitor.cookies = dict(cookies)
            try:
                status = visitor.ask(path)[0]
                found.append(time.monotonic() - began if status == 200 else LEAST_WAIT)
            except OSError:
                found.append(LEAST_WAIT)
            visitor.connection.close()
            time.sleep(0.2)

    threads = [threading.Thread(target=ask, args=given) for given in _pages(port, person, people)]
    until = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


_signed_in: dict[int, tuple[dict[str, str], str]] = {}


def _pages(port: int, person: str, people: int) -> list[tuple[dict[str, str], str]]:
    """Whom to ask as, and for what: half sign-in pages, half a learner's."""
    if port not in _signed_in:
        assessor = Visitor(port)
        assessor.sign_in(person)
        _signed_in[port] = assessor.cookies, _first_learner(assessor)
    return [({}, "/account/login/") if number % 2 else _signed_in[port] for number in range(people)]


def _first_learner(visitor: Visitor) -> str:
    return re.search(r"/apprenticeships/[0-9a-f-]{36}/", visitor.ask("/cohort/")[1].decode())[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slow", type=int, default=100)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--learners", type=int, default=20)
    parser.add_argument("--serve", default=OURS)
    given = parser.parse_args()
    is_good = True
    print(given.serve)
    print(f"{'slow connections':<22}{'pages':>7}{'p50 s':>8}{'p95 s':>8}{'worst s':>9}{'turned away':>13}{'load':>7}")
    with loaded_site(given.learners, given.serve) as site:
        _pages(site.port, site.person, 1)
        for counts in ({}, {"headers": given.slow}, {"body": given.slow}, {"silent": given.slow}):
            with slow_clients(site.port, **counts) as slow:
                found = waits(site.port, site.person, given.people, given.seconds)
            p95 = statistics.quantiles(found, n=100)[94] if len(found) > 1 else LEAST_WAIT
            is_good = is_good and p95 <= 1
            title = " ".join(f"{count} {kind}" for kind, count in counts.items()) or "none"
            print(
                f"{title:<22}{len(found):>7}{statistics.median(found):>8.2f}{p95:>8.2f}{max(found):>9.2f}"
                f"{slow.turned_away:>13}{os.getloadavg()[0]:>7.1f}",
                flush=True,
            )
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
