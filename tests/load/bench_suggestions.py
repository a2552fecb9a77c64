"""`make bench`: how long suggestions take, and how much memory, beside what the issue allows.

    python -m tests.load.bench_suggestions [--times 50]

Each size is measured in a process of its own. Statements are those of the demo's standard and made-up ones.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

from tests.browser.site import ROOT

MOST_MS, MOST_MEGABYTES, KSBS = 50, 150, 60

_RUN = """
import json, resource, sys, time
import django; django.setup()
from occupations.importing.formats import map_page
from occupations.importing.draft import KsbDraft
from occupations.suggesting import EvidenceText, suggest
from occupations.suggesting.reading import MADE_UP
ksb_count, characters, times = map(int, sys.argv[1:])
with open("demo/data/ST0321.txt", "rb") as stream:
    (draft,) = map_page.read(stream, "ST0321.txt")
pieces = [piece["evidence_text"] for piece in json.loads(MADE_UP.read_text())]
real = [ksb.statement for ksb in draft.ksbs]
made = [f"{real[n % len(real)]} and {pieces[n % len(pieces)][:90]}" for n in range(ksb_count)]
ksbs = [KsbDraft("KSB"[n % 3], n // 3 + 1, text, n) for n, text in enumerate((real + made)[:ksb_count])]
text = " ".join(pieces * (characters // sum(map(len, pieces)) + 1))[:characters]
taken, used = [], []
for number in range(times):
    start, busy = time.perf_counter(), time.process_time()
    suggest(EvidenceText("My work", f"In week {number} I did this. {text}"), ksbs)
    taken.append((time.perf_counter() - start) * 1000)
    used.append((time.process_time() - busy) * 1000)
print(json.dumps([taken, used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
"""


def bench_suggestions(times: int) -> None:
    """Print what a piece takes, for texts of several lengths and standards of several sizes."""
    load = os.getloadavg()[0]
    print(f"\nSuggestions, {times} times each; at most {MOST_MS} ms for {KSBS} KSBs and {MOST_MEGABYTES} MB")
    print(f"(load {load:.1f}; on a busy machine the processor's time says more than the clock's)")
    print(f"{'KSBs':>6}{'characters':>12}{'first ms':>10}{'p50 ms':>9}{'p95 ms':>9}{'cpu p50':>9}{'MB in all':>11}")
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "OPENBLAS_NUM_THREADS": "1"}
    for ksb_count, characters in ((20, 1_000), (KSBS, 1_000), (KSBS, 20_000), (160, 1_000), (160, 20_000)):
        command = [sys.executable, "-c", _RUN, str(ksb_count), str(characters), str(times)]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
        (first, *rest), used, megabytes = json.loads(done.stdout)
        p95 = statistics.quantiles(rest, n=20)[18]
        print(
            f"{ksb_count:>6}{characters:>12}{first:>10.0f}{statistics.median(rest):>9.1f}{p95:>9.1f}"
            f"{statistics.median(used):>9.1f}{megabytes:>11}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=50)
    bench_suggestions(parser.parse_args().times)


if __name__ == "__main__":
    main()
