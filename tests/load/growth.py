"""`make bench-growth`: whether the pages of a provider cost the same however many learners other providers have.

A provider of 500 learners is measured alone, then beside 1,000 and beside 10,000 learners of another one, on SQLite or
on the server that DATABASE_URL names. Then the cohort of the other one, with its 10,000: its first page by each column,
both ways, and with each filter. What counts is what a page takes with its database: on SQLite the processor time,
which is of both; on PostgreSQL the time that passes. It is the quickest of several turns: a busy machine makes
every turn longer, but seldom all of them.

    python -m tests.load.growth [--own 500] [--others 1000 10000] [--pieces 4] [--turns 25]

It fails where a page takes more than 1.5 times as long as alone, or a first page of 10,000 more than 250 ms.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.site import ROOT, demo_environment
from tests.load.bench import Application, asked, database
from tests.load.bench_pages import Visit
from tests.load.serving import PASSWORD, Visitor, served

MOST_TIMES_ALONE = 1.5
MOST_MS_OF_MANY = 250
SMALL, LARGE, ASSESSOR = "load-provider@load.test", "load-provider@load2.test", "load-assessor-1@load.test"
Cookies = dict[str, dict[str, str]]


@dataclass
class Measure:
    """The application in this process, with who is signed in, and how often each page is asked for."""

    application: Application
    cookies: Cookies
    turns: int

    def milliseconds(self, visit: Visit) -> float:
        """The quickest of several turns, once everything that is kept is there."""
        from django.db import connection

        clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
        best = float("inf")
        for _ in range(self.turns + 2):
            start = clock()
            answer = asked(self.application, visit, self.cookies)
            best = min(best, (clock() - start) * 1000)
            if answer.status != 200:
                raise RuntimeError(f"{visit.path} answered {answer.status}")
        return best

    def text(self, visit: Visit) -> str:
        return asked(self.application, visit, self.cookies).raw.decode()


def pages_of_a_provider(measure: Measure) -> dict[str, Visit]:
    """The pages that must not grow with other providers, by name."""
    learner = re.search(r'"(/apprenticeships/[0-9a-f-]{36}/)"', measure.text(Visit(SMALL, "/cohort/")))[1]
    return {
        "a learner, by the assessor": Visit(ASSESSOR, learner),
        "a learner's evidence": Visit(SMALL, f"{learner}evidence/"),
        "an assessor's queue": Visit(ASSESSOR, "/queue/"),
        "the provider's queue": Visit(SMALL, "/queue/"),
        "the cohort": Visit(SMALL, "/cohort/"),
        "the record": Visit(SMALL, "/record/"),
    }


def pages_of_many(measure: Measure) -> dict[str, Visit]:
    """The first page of a large cohort, by every column and with every filter."""
    from reports.cohorts.cohort import PAGE_COLUMNS

    page = measure.text(Visit(LARGE, "/cohort/"))
    paths = {"as it opens": "/cohort/"}
    for column in PAGE_COLUMNS:
        paths |= {f"by {sign}{column.name}": f"/cohort/?sort={sign}{column.name}" for sign in ("", "-")}
    for name in ("assessor", "employer", "standard", "start", "status", "rag", "has"):
        choices = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)[0]
        if found := re.search(r'value="([^"]+)"', choices):
            paths[f"with {name}"] = f"/cohort/?{name}={found[1]}"
    paths["with a name"] = "/cohort/?name=09"
    paths["with a pace, by -rag"] = "/cohort/?rag=red&has=met&sort=-rag"
    return {name: Visit(LARGE, path) for name, path in paths.items()}


def growth(folder: Path, own: int, others: list[int], pieces: int, turns: int) -> int:
    """Print both tables. Returns 1 where something grows that must not."""
    faults: list[str] = []
    with database(folder) as address:
        environment = demo_environment(folder) | {
            "DATABASE_URL": address,
            "DEMO_PASSWORD": PASSWORD,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

        def manage(*command: Any) -> None:
            subprocess.run(  # noqa: S603
                [sys.executable, "manage.py", *map(str, command)],
                cwd=ROOT,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

        manage("migrate", "--verbosity", "0")
        manage("createcachetable")
        manage("collectstatic", "--noinput", "--verbosity", "0")
        manage("seed_load", "--learners", own)
        manage("seed_load", "--learners", 1, "--provider", 2)
        _analyse(manage)
        os.environ.update(environment)
        with served("config.wsgi:application", environment, folder / "server.log") as port:
            cookies: Cookies = {}
            for email in (SMALL, LARGE, ASSESSOR):
                visitor = Visitor(port)
                visitor.sign_in(email)
                cookies[email] = visitor.cookies
        from config.wsgi import application

        measure = Measure(application, cookies, turns)
        pages = pages_of_a_provider(measure)
        found: dict[str, list[float]] = {name: [measure.milliseconds(visit)] for name, visit in pages.items()}
        present = 1
        for count in others:
            start = time.monotonic()
            manage("seed_load", "--learners", count - present, "--provider", 2, "--pieces", pieces, "--again")
            print(f"{count - present} learners loaded in {time.monotonic() - start:.0f} s", flush=True)
            present = count
            _analyse(manage)
            for name, visit in pages.items():
                found[name].append(measure.milliseconds(visit))
        print(f"\n{address.partition(':')[0]}, {own} learners; load average {os.getloadavg()[0]:.1f}")
        print(f"{'ms':<30}{'alone':>10}" + "".join(f"{f'beside {count}':>14}" for count in others) + f"{'times':>8}")
        for name, times in found.items():
            grown = times[-1] / times[0]
            print(f"{name:<30}{times[0]:>10.1f}" + "".join(f"{one:>14.1f}" for one in times[1:]) + f"{grown:>8.2f}")
            if grown > MOST_TIMES_ALONE:
                faults.append(f"{name} takes {grown:.1f} times as long beside others")
        print(f"\n{'first page of ' + str(present):<30}{'ms':>10}")
        for name, visit in pages_of_many(measure).items():
            took = measure.milliseconds(visit)
            print(f"{name:<30}{took:>10.0f}", flush=True)
            if took > MOST_MS_OF_MANY:
                faults.append(f"the cohort {name} takes {took:.0f} ms")
        from django.db import connections

        connections.close_all()
    for fault in faults:
        print(f"NOT KEPT: {fault}")
    return 1 if faults else 0


def _analyse(manage: Any) -> None:
    """What PostgreSQL does by itself once there are many new rows, and SQLite when a connection closes."""
    manage("shell", "--no-imports", "--command", "from django.db import connection as c; c.cursor().execute('ANALYZE')")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--own", type=int, default=500)
    parser.add_argument("--others", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--pieces", type=int, default=4, help="of each learner of the other provider")
    parser.add_argument("--turns", type=int, default=25)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="craftmark-growth-") as name:
        sys.exit(growth(Path(name), given.own, given.others, given.pieces, given.turns))


if __name__ == "__main__":
    main()
