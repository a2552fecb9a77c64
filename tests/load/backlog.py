"""`python -m tests.load.backlog`: what a backlog of previews costs people who wait for pages.

Rounds with two workers stopped and rounds with them at work follow one another, so that both meet the same moments of
the machine. Learner pages and the queue are asked for by a few people at a time.

    python -m tests.load.backlog [--files 300] [--people 4] [--rounds 4] [--seconds 15]
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys

from tests.browser.site import ROOT
from tests.load.slow import loaded_site, waits

#: Photos as phones take them, 12 megapixels each, and all different.
ADD_FILES = """
import io
from PIL import Image
from core.actor import Actor
from django.core.files.uploadedfile import SimpleUploadedFile
from portfolios.models import Evidence
from portfolios.workflow import add_file
picture = Image.linear_gradient("L").resize((4000, 3000)).convert("RGB")
content = io.BytesIO()
picture.save(content, "JPEG", quality=80)
pieces = Evidence.objects.unscoped().filter(state="draft")[: {files} // 10 + 1]
for number in range({files}):
    piece = pieces[number // 10]
    photo = SimpleUploadedFile(f"{{number}}.jpg", content.getvalue() + bytes([number % 256]) * (number // 256 + 1))
    add_file(piece.pk, Actor(piece.apprenticeship.apprentice_id), photo)
"""
LEFT = "from jobs import retrying; print(retrying.waiting().count())"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=15)
    given = parser.parse_args()
    with loaded_site(learners=50) as site:
        site.manage("shell", "--command", ADD_FILES.format(files=given.files))
        before = int(site.manage("shell", "--no-imports", "--command", LEFT))
        workers = [
            subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, env=site.environment)  # noqa: S603
            for _ in range(2)
        ]
        try:
            quiet, busy = [], []
            for _ in range(given.rounds):
                for found, how in ((quiet, signal.SIGSTOP), (busy, signal.SIGCONT)):
                    for worker in workers:
                        _tell(worker.pid, how)
                    found += waits(site.port, site.person, given.people, given.seconds)
        finally:
            for worker in workers:
                _tell(worker.pid, signal.SIGCONT)
                worker.kill()
                worker.wait()
        left = int(site.manage("shell", "--no-imports", "--command", LEFT))
    cost = statistics.median(busy) / statistics.median(quiet) - 1
    for title, found in (("workers stopped", quiet), ("workers at work", busy)):
        print(
            f"{title}: {len(found)} pages, median {statistics.median(found) * 1000:.0f} ms, "
            f"p95 {statistics.quantiles(found, n=100)[94] * 1000:.0f} ms"
        )
    print(f"cost {cost:+.0%}; {before - left} of {before} files prepared meanwhile; load {os.getloadavg()[0]:.1f}")
    return 0 if cost <= 0.15 else 1


def _tell(worker: int, how: signal.Signals) -> None:
    """A worker and the child that it waits for, which is the leader of a session of its own."""
    children = subprocess.run(  # noqa: S603
        ["pgrep", "-P", str(worker)],  # noqa: S607
        capture_output=True,
        text=True,
    ).stdout.split()
    for pid in (worker, *map(int, children)):
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    sys.exit(main())
