"""`make bench`: what each main page costs the server, beside the least that it could cost (`tests.load.floor`).

Made-up learners fill a database of its own, on SQLite or on the server that DATABASE_URL names. For each page it prints
the server's processor time for a request and for its floor, taken in turn; statements; bytes, raw and as sent; and how
many milliseconds somebody waits for the production server, alone and when eight people ask at once.

It exits with 1 where a page takes more than 2.5 times the processor time of its floor, runs more statements than it
may, or runs more statements for more rows. Milliseconds depend on the machine: they are printed beside their aims, and
never fail.

    python -m tests.load.bench [PAGE …] [--cpu] [--keep FOLDER]
"""

import argparse
import gzip
import io
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.browser.site import ROOT, demo_environment
from tests.load.bench_pages import BenchedPage, Site, Visit
from tests.load.bench_rows import make
from tests.load.serving import PASSWORD, Visitor, cookie_header, served

MOST_TIMES_THE_FLOOR = 2.5
APPLICATION = "tests.load.floor.application"
CLIENTS = 8
#: From how many calls further in a page is asked for, in turn.
DEPTHS = tuple(range(0, 100, 10))
#: How long each thing is measured.
SECONDS = 1.0

Application = Callable[[dict[str, Any], Any], Any]
Cookies = dict[str, dict[str, str]]


@dataclass
class Answer:
    """What a page answered in this process."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def raw(self) -> bytes:
        return gzip.decompress(self.body) if self.headers.get("Content-Encoding") == "gzip" else self.body


@dataclass
class Figures:
    """What was measured of one page. Processor times and waits are in milliseconds."""

    page: BenchedPage
    cpu: float
    floor_cpu: float
    statements: int
    statements_few: int
    statements_many: int
    floor_statements: int
    raw_bytes: int
    sent_bytes: int
    is_compressed: bool
    alone: list[float]
    floor_alone: list[float]
    beside: list[float]
    floor_beside: list[float]

    @property
    def ratio(self) -> float:
        return self.cpu / self.floor_cpu

    def faults(self) -> list[str]:
        """What the page is held to and does not keep."""
        found = []
        if self.ratio > MOST_TIMES_THE_FLOOR:
            found.append(f"takes {self.ratio:.1f} times its floor; {MOST_TIMES_THE_FLOOR} is the most")
        if self.statements > self.page.most_statements:
            found.append(f"runs {self.statements} statements; {self.page.most_statements} is the most")
        if self.statements_many > self.statements_few:
            found.append(f"runs {self.statements_few} statements for few rows and {self.statements_many} for many")
        return found


def asked(application: Application, visit: Visit, cookies: Cookies) -> Answer:
    """Ask the application in this process, through all its middleware, as the server would."""
    parts = urlsplit(visit.path)
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_ACCEPT_ENCODING": "gzip",
        "HTTP_COOKIE": cookie_header(cookies[visit.email]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    told: list[Any] = []
    response = application(environ, lambda status, headers, exc_info=None: told.extend([status, headers]))
    try:
        body = b"".join(response)
    finally:
        response.close()
    return Answer(int(told[0].split()[0]), dict(told[1]), body)


def statements(application: Application, visit: Visit, cookies: Cookies) -> int:
    """How many statements a request runs, once the caches are warm."""
    from django.db import connection

    count = 0

    def counting(execute: Any, *given: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*given)

    asked(application, visit, cookies)
    with connection.execute_wrapper(counting):
        answer = asked(application, visit, cookies)
    if answer.status != 200:
        raise RuntimeError(f"{visit.path} answered {answer.status} to {visit.email}")
    return count


def cpu_times(
    application: Application, visits: tuple[Visit, Visit], cookies: Cookies, seconds: float
) -> tuple[float, float]:
    """The middle of the processor times of two visits, made in turn for this many seconds, in milliseconds.

    Python 3.11 keeps the frames of its calls in pieces of about a hundred, and takes and gives back a piece each time a
    call crosses their border. A page whose longest loop happens to lie there takes up to 1.8 times as long, and that
    depends on how deep the caller stands. So each turn asks from another depth.
    """
    times: tuple[list[float], list[float]] = ([], [])
    until = time.monotonic() + seconds
    while time.monotonic() < until or len(times[0]) < 2 * len(DEPTHS):
        depth = DEPTHS[len(times[0]) % len(DEPTHS)]
        for visit, kept in zip(visits, times, strict=True):
            start = time.process_time()
            _deeper(depth, application, visit, cookies)
            kept.append((time.process_time() - start) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def _deeper(depth: int, application: Application, visit: Visit, cookies: Cookies) -> Answer:
    """Ask from this many calls deeper."""
    return _deeper(depth - 1, application, visit, cookies) if depth else asked(application, visit, cookies)


def waits_alone(visitor: Visitor, visits: tuple[Visit, Visit], seconds: float) -> tuple[list[float], list[float]]:
    """The milliseconds that one person waits for each of two pages, asked for in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for visit in visits * 4:  # both of the server's processes warm up
        _timed(visitor, visit)
    until = time.monotonic() + seconds
    while time.monotonic() < until or len(times[0]) < 10:
        for visit, kept in zip(visits, times, strict=True):
            kept.append(_timed(visitor, visit))
    return times


def waits_beside(port: int, cookies: dict[str, str], visit: Visit, seconds: float) -> list[float]:
    """The milliseconds that each waits while eight ask for the page again and again."""
    times: list[float] = []
    faults: list[Exception] = []
    ready = threading.Barrier(CLIENTS)

    def client() -> None:
        try:
            visitor = Visitor(port, cookies, accepts="gzip")
            _timed(visitor, visit)
            ready.wait(timeout=60)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                times.append(_timed(visitor, visit))
        except Exception as fault:
            ready.abort()
            faults.append(fault)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return times


def _timed(visitor: Visitor, visit: Visit) -> float:
    start = time.perf_counter()
    status, _, _ = visitor.ask(visit.path)
    if status != 200:
        raise RuntimeError(f"{visit.path} answered {status} to {visit.email}")
    return (time.perf_counter() - start) * 1000


def measured(page: BenchedPage, application: Application, cookies: Cookies, port: int | None, filling: Path) -> Figures:
    """Everything about one page; without the port of a server, all but the waits."""
    email = page.visit.email
    answer = asked(application, page.visit, cookies)
    name = page.name.replace(" ", "-").replace(",", "")
    (filling / f"{name}.html").write_bytes(answer.raw)
    bare = asked(application, Visit(email, page.floor), cookies)
    if answer.status != 200 or bare.status != 200:
        raise RuntimeError(f"{page.name} answered {answer.status}, and its floor {bare.status}")
    if len(bare.raw) > len(answer.raw) * 1.05:
        raise RuntimeError(f"the floor of {page.name} has {len(bare.raw)} bytes, and the page {len(answer.raw)}")
    # The templates of floors are UTF-8 and hardly more than ASCII, so characters missing are as good as bytes.
    floor = Visit(email, f"{page.floor}?as={name}&missing={max(0, len(answer.raw) - len(bare.raw))}")
    counts = [statements(application, visit, cookies) for visit in (page.visit, page.few, page.many, floor)]
    cpu, floor_cpu = cpu_times(application, (page.visit, floor), cookies, SECONDS * 1.5)
    alone, floor_alone, beside, floor_beside = [], [], [], []
    if port:
        visitor = Visitor(port, cookies[email], accepts="gzip")
        alone, floor_alone = waits_alone(visitor, (page.visit, floor), SECONDS)
        beside = waits_beside(port, cookies[email], page.visit, SECONDS)
        floor_beside = waits_beside(port, cookies[email], floor, SECONDS / 2)
    return Figures(
        page,
        cpu,
        floor_cpu,
        *counts,
        raw_bytes=len(answer.raw),
        sent_bytes=len(answer.body if answer.body != answer.raw else gzip.compress(answer.raw, 6)),
        is_compressed=answer.body != answer.raw,
        alone=alone,
        floor_alone=floor_alone,
        beside=beside,
        floor_beside=floor_beside,
    )


HEADINGS = (
    f"{'':<21}{'CPU ms':>8}{'floor':>7}{'ratio':>7}{'state-':>8}{'bytes':>9}{'sent':>8}"
    f"{'alone ms':>12}{'floor':>7}{'8 clients':>13}{'floor':>7}\n"
    f"{'page':<44}{'ments':>8}{'':>17}{'p50   p95':>12}{'p50':>7}{'p50   p95':>13}{'p50':>7}  aims"
)


def _percentile(percent: int, values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[percent - 1] if values else 0


def line(figures: Figures) -> str:
    """One page's line of the table."""
    page = figures.page
    grows = f"{figures.statements}" + (
        f" ({figures.statements_few}→{figures.statements_many})"
        if figures.statements_many > figures.statements_few
        else ""
    )
    sent = f"{'' if figures.is_compressed else '~'}{figures.sent_bytes / 1000:.1f}k"
    aims = [f"alone ≤ {page.aim_alone_ms}"] if page.aim_alone_ms else []
    aims += [f"8 clients ≤ {page.aim_with_8_ms}"] if page.aim_with_8_ms else []
    return (
        f"{page.name:<21}{figures.cpu:>8.1f}{figures.floor_cpu:>7.1f}{figures.ratio:>7.1f}{grows:>8}"
        f"{figures.raw_bytes / 1000:>8.1f}k{sent:>8}"
        f"{_percentile(50, figures.alone):>7.0f}{_percentile(95, figures.alone):>5.0f}"
        f"{_percentile(50, figures.floor_alone):>7.0f}"
        f"{_percentile(50, figures.beside):>8.0f}{_percentile(95, figures.beside):>5.0f}"
        f"{_percentile(50, figures.floor_beside):>7.0f}  {', '.join(aims)}"
    )


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """The address of a database for this run: a file, or one of its own on the server that DATABASE_URL names."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    import psycopg

    name = f"craftmark_bench_{uuid.uuid4().hex[:8]}"
    parts = urlsplit(given)
    maintenance = parts._replace(path="/postgres").geturl().replace("postgres://", "postgresql://")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def made(folder: Path, environment: dict[str, str]) -> Site:
    """The site in `folder`, made where it is not there yet."""

    def manage(*command: str) -> None:
        subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
        )

    kept = folder / "site.json"
    manage("collectstatic", "--noinput", "--verbosity", "0")
    if kept.exists():
        return Site.kept(kept)
    manage("migrate", "--verbosity", "0")
    manage("createcachetable")
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.load.bench", "--make", str(folder)], cwd=ROOT, env=environment, check=True
    )
    return Site.kept(kept)


def bench(folder: Path, wanted: list[str], *, with_waits: bool) -> int:
    """Print the table and what is not kept. Returns 1 where something is not kept."""
    with database(folder) as address:
        environment = demo_environment(folder) | {
            "DATABASE_URL": address,
            "DEMO_PASSWORD": PASSWORD,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "FLOOR_FILLING": str(folder / "filling"),
        }
        (folder / "filling").mkdir(exist_ok=True)
        start = time.monotonic()
        site = made(folder, environment)
        print(f"{address.partition(':')[0]}, made in {time.monotonic() - start:.0f} s; {_load()}", flush=True)
        os.environ.update(environment)
        all_figures = []
        with served(APPLICATION, environment, folder / "server.log") as port:
            cookies: Cookies = {}
            for email in dict.fromkeys(site.emails):
                visitor = Visitor(port)
                visitor.sign_in(email)
                cookies[email] = visitor.cookies
            from tests.load.floor.application import application

            print(HEADINGS, flush=True)
            for page in site.pages():
                if wanted and not any(page.name.startswith(name) for name in wanted):
                    continue
                figures = measured(page, application, cookies, port if with_waits else None, folder / "filling")
                all_figures.append(figures)
                print(line(figures), flush=True)
            from django.db import connections

            connections.close_all()
        print(f"{_load()}; {time.monotonic() - start:.0f} s in all. ~ means compressed here, not by the server.")
        faults = [(figures.page.name, fault) for figures in all_figures for fault in figures.faults()]
        for name, fault in faults:
            print(f"NOT KEPT: {name} {fault}")
        return 1 if faults or not all_figures else 0


def _load() -> str:
    return "load average " + " ".join(f"{value:.1f}" for value in os.getloadavg())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", nargs="*", help="measure these pages alone, named by their beginning")
    parser.add_argument("--cpu", action="store_true", help="measure no waits: quicker, while working on a page")
    parser.add_argument("--keep", type=Path, help="make the site in this folder (SQLite), and use again what is there")
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make:
        import django

        django.setup()
        make(given.make).keep(given.make / "site.json")
        return
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        sys.exit(bench(given.keep.resolve(), given.page, with_waits=not given.cpu))
    with tempfile.TemporaryDirectory(prefix="craftmark-bench-") as name:
        sys.exit(bench(Path(name), given.page, with_waits=not given.cpu))


if __name__ == "__main__":
    main()
