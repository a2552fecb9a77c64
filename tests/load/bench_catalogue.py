"""`make bench-more`: how long the catalogue takes to answer what is computed when it is asked for.

The 418 records of the public API are held, then again under other references until there are as many standards as asked
for. Times are those inside the process, warm, with the queries; the first use in a process builds the index.

    python -m tests.load.bench_catalogue [FOLDER] [--standards 418 1000 2000]

BENCH_DATABASE_URL names another database than a new SQLite file; it must be empty.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.browser.site import ROOT, demo_environment
from tests.load.bench_imports import RECORDS
from tests.world import acting

PROGRESSION_MS, LENS_MS, SEARCH_MS = 200, 50, 50
#: What people look for: a title, skills, a number, letters that begin many words, what nothing has, slips of the
#: keyboard, and work that goes by another name.
WORDS = ("engineer", "risk assessment", "communicate with customers", "0321", "co", "a", "zyzzyva")
WORDS += ("softwre developer", "machne lerning", "plastrer", "ambulance driver", "dressmaker")
#: And how they narrow it.
FILTERS = ({}, {"level": "technical"}, {"product": "Apprenticeship"}, {"route": "Digital", "status": "Retired"})
#: What people did, for the lens: short, long, and nothing that any duty has.
DAYS = (
    "checked the equipment and wrote a report for the customer",
    "helped a colleague to plan the work of the week, ordered materials, measured what was delivered and told the "
    "manager that two of the parts were damaged, then tidied the site and filled in the safety checklist",
    "zzz",
)


def bench_catalogue(folder: Path, sizes: list[int]) -> None:
    """Print how long progression, the duty lens and search take with this many standards."""
    with tempfile.TemporaryDirectory(prefix="craftmark-bench-") as name:
        environment = demo_environment(Path(name)) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        environment["DATABASE_URL"] = os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{name}/bench.sqlite3"
        _run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], environment)
        held = 0
        for size in sizes:
            records = Path(name) / f"{size}.json"
            records.write_text(json.dumps(_records(folder, held, size), ensure_ascii=False))
            _run([sys.executable, "manage.py", "import_standards", str(records)], environment)
            held = size
            print(f"\n{size} records of the public API, on {environment['DATABASE_URL'].partition(':')[0]}")
            print(_run([sys.executable, "-m", "tests.load.bench_catalogue", "--measure"], environment), end="")


def measure() -> None:
    """Print the figures of the catalogue that is held, in this process."""
    import django

    django.setup()
    from accounts.models import User
    from occupations import listing
    from occupations.duty_lens import duties_for
    from occupations.matching import catalogue
    from occupations.models import StandardVersion
    from occupations.progression import carried_over, progression

    before = _megabytes()
    start = time.perf_counter()
    index = catalogue.held()
    seconds = time.perf_counter() - start
    print(f"{'index, built once':<34}{seconds:>6.2f} s   {len(index.versions)} standards, {_megabytes() - before} MB")
    reader, _ = User.objects.get_or_create(email="reader@example.test", defaults={"name": "Reader"})
    newest = StandardVersion.objects.filter(search_entry__isnull=False).select_related("standard")
    versions = list(newest.order_by("standard__reference"))
    _say(
        "one occupation against all others",
        lambda one: progression(one, acting(reader)),
        versions[:200],
        PROGRESSION_MS,
    )
    pairs = list(zip(versions[:200], versions[1:201], strict=False))
    _say("what carries over to another", lambda pair: carried_over(*pair), pairs, PROGRESSION_MS)
    with_duties = [version for version in versions[:418] if version.duties.exists()]
    asked = [(text, version) for version in with_duties for text in DAYS]
    _say("duties for what was done", lambda one: duties_for(*one), asked, LENS_MS)

    searches = [filters | {"words": words} for words in WORDS for filters in FILTERS] * 5
    _say("search, the whole answer", lambda one: listing.found_by(acting(reader), one), searches, SEARCH_MS)
    pages = [listing.found_by(acting(reader), one).ids for one in searches[:: len(FILTERS)]]
    _say(
        "search, its first page of rows",
        lambda ids: list(listing.page_of(ids, "1", acting(reader))),
        pages,
        SEARCH_MS,
    )
    _say("search, what the filters offer", lambda _: listing.choices(acting(reader)), [None] * 30, SEARCH_MS)


def _say(title: str, act: Callable, given: list, most_ms: int) -> None:
    """Run `act` on each of `given`, once to warm and then timed, and print the middle, the 95th and the slowest."""
    for one in given:
        act(one)
    times = []
    for one in given:
        start = time.perf_counter()
        act(one)
        times.append((time.perf_counter() - start) * 1000)
    high = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    print(
        f"{title:<34}{statistics.median(times):>6.1f} ms  95%: {high:.1f} (under {most_ms}), most: {max(times):.1f}, "
        f"{len(times)} asked"
    )


def _records(folder: Path, first: int, last: int) -> list[dict]:
    """The records from `first` to `last`: those of the folder, and from its end on the same under other references."""
    records = [json.loads(one.read_text("utf-8-sig")) for one in sorted(folder.glob("*.json"))]

    def named(number: int) -> dict:
        if number < len(records):
            return records[number]
        again = {"referenceNumber": f"ST{9999 - number:04}", "larsCode": 0, "status": "Approved for delivery"}
        return records[number % len(records)] | again

    return [named(number) for number in range(first, last)]


def _megabytes() -> int:
    """What this process has in memory now, where the system tells it; else 0."""
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[1]) * resource.getpagesize() // 1_000_000 if told.exists() else 0


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=RECORDS)
    parser.add_argument("--standards", type=int, nargs="+", default=[418, 1000, 2000])
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        measure()
    elif given.folder.is_dir():
        bench_catalogue(given.folder, sorted(given.standards))
    else:
        print(f"The records are not at {given.folder}; progression and the duty lens are not measured.")


if __name__ == "__main__":
    main()
