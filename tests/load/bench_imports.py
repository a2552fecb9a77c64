"""`make bench-more`: how long the whole catalogue takes to come in, and to come in again.

The 418 records of the public API are imported into an empty database, and then once more when nothing has changed.
A list of the size of the whole public one, made of the same records, shows how much memory a list takes.

    python -m tests.load.bench_imports [FOLDER] [--list-records 2010]

They come into a new SQLite file and, if DATABASE_URL names a PostgreSQL server, into a database of its own there, which
is dropped afterwards. At the end the catalogue is searched.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.browser.site import ROOT, demo_environment

RECORDS = ROOT.parent / "shared" / "data" / "standards" / "ifate-api-json"
FIRST_SECONDS, AGAIN_SECONDS, LIST_MEGABYTES = 30, 10, 150

#: Runs an import, and says after its sentences how much memory it took at most.
_IMPORT = """
import resource, sys
from django.core.management import call_command
import django; django.setup()
call_command("import_standards", sys.argv[1], stderr=open("/dev/null", "w"))
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_maxrss // 1024, round(used.ru_utime + used.ru_stime, 1))
"""


#: What people look for: a title, a skill, a word that many have, a number, and what nothing has.
_SEARCH = """
import statistics, time
import django; django.setup()
from accounts.models import User
from core.actor import Actor
from occupations import listing
from occupations.models import SearchEntry
reader, _ = User.objects.get_or_create(email="reader@example.test", defaults={"name": "Reader"})
for words in ("engineer", "risk assessment", "communicate with customers", "0321", "softwre developer", "zyzzyva"):
    times = []
    for _ in range(20):
        start = time.perf_counter()
        found = listing.found_by(Actor(reader.pk), {"words": words}).ids
        times.append((time.perf_counter() - start) * 1000)
    print(f"search for {words!r:<32}{statistics.median(times):>6.1f} ms (at most 50)  {len(found)} of", end=" ")
    print(SearchEntry.objects.unscoped().count(), "standards")
"""
_MAKE, _DROP = "CREATE DATABASE", "DROP DATABASE IF EXISTS"


def bench_imports(path: Path, list_records: int = 0) -> None:
    """Measure on SQLite, and on PostgreSQL where there is a server."""
    with tempfile.TemporaryDirectory(prefix="craftmark-bench-") as name:
        _bench(path, f"sqlite:///{Path(name, 'bench.sqlite3')}", Path(name), list_records)
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        print("\nDATABASE_URL names no PostgreSQL server; imports are not measured there.")
        return
    scratch = f"craftmark_bench_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="craftmark-bench-") as name:
        _ask(server, f"{_MAKE} {scratch}")
        try:
            _bench(path, urlsplit(server)._replace(path=f"/{scratch}").geturl(), Path(name), list_records=0)
        finally:
            _ask(server, f"{_DROP} {scratch}")


def _ask(server: str, statement: str) -> None:
    with psycopg.connect(server.replace("postgres://", "postgresql://", 1), autocommit=True) as connection:
        connection.execute(statement)


def _bench(path: Path, address: str, folder: Path, list_records: int) -> None:
    """Print how long importing `path` takes, twice; and the memory for a list of this many of its records."""
    environment = demo_environment(folder) | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": address}
    engine = environment["DATABASE_URL"].partition(":")[0]
    _run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], environment)
    print(f"\n{len(list(path.glob('*.json')))} records of the public API, on {engine}")
    for title, most in (("into an empty catalogue", FIRST_SECONDS), ("again, unchanged", AGAIN_SECONDS)):
        seconds, busy, megabytes, outcome = _import(path, environment)
        limit = f"(at most {most}; {busy:.1f} of the processor)"
        print(f"{title:<26}{seconds:>6.1f} s {limit:<36}{megabytes:>4} MB                {outcome}")
    if list_records:
        whole = _list_of(list_records, path, folder / "list.json")
        seconds, busy, megabytes, outcome = _import(whole, environment)
        size = f"one list of {whole.stat().st_size / 1_000_000:.0f} MB"
        limit = f"({busy:.1f} of the processor)"
        print(f"{size:<26}{seconds:>6.1f} s {limit:<36}{megabytes:>4} MB (at most {LIST_MEGABYTES})  {outcome}")
    print(_run([sys.executable, "-c", _SEARCH], environment).rstrip())


def _import(path: Path, environment: dict[str, str]) -> tuple[float, float, int, str]:
    """Seconds, seconds of the processor, the most megabytes of memory, and the last line of the report."""
    start = time.perf_counter()
    output = _run([sys.executable, "-c", _IMPORT, str(path)], environment)
    seconds = time.perf_counter() - start
    *_, outcome, used = output.strip().splitlines()
    megabytes, busy = used.split()
    return seconds, float(busy), int(megabytes), outcome


def _list_of(count: int, path: Path, target: Path) -> Path:
    """One list of `count` records: those of `path`, again and again under other references, in the API's layout."""
    records = [json.loads(one.read_text("utf-8-sig")) for one in sorted(path.glob("*.json"))]
    with target.open("w") as file:
        for number in range(count):
            record = records[number % len(records)] | {"referenceNumber": f"ST{9999 - number:04}", "larsCode": 0}
            file.write(("[" if not number else ",") + "\n" + json.dumps(record, indent=4, ensure_ascii=False))
        file.write("\n]\n")
    return target


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=RECORDS)
    parser.add_argument("--list-records", type=int, default=2010)
    given = parser.parse_args()
    if not given.folder.is_dir():
        print(f"The records are not at {given.folder}; imports are not measured.")
        return
    bench_imports(given.folder, given.list_records)


if __name__ == "__main__":
    main()
