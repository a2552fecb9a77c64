"""`make bench-more`: a pack of 500 pieces and 1 GB, timed, with the memory that it takes beside what a worker has.

python -m tests.load.bench_packs [--pieces 500] [--megabytes 1024]
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser.site import ROOT, demo_environment

MEGABYTE = 1024 * 1024
MOST_SECONDS, MOST_MEMORY_MB, MOST_PDF_MEMORY_MB = 120, 150, 400

#: A portfolio of noisy pictures, each reviewed and chosen. Prints the id of the apprenticeship.
MAKE = """
import io, os, sys
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from portfolios import workflow as collecting
from portfolios.models import EvidenceFile
from assessments import workflow as assessing
from reports.pack.workflow import choose_pieces
from tests.world import OWN_WORK, acting, make_version, make_world
pieces, size = int(sys.argv[1]), int(sys.argv[2])
world = make_world(make_version("ST9001", 24, 24, 6))
codes = [f"{kind}{n}" for kind in "KS" for n in range(1, 25)]
side = int((size / 3) ** 0.5)
chosen = {}
for number in range(pieces):
    piece = world.draft(*(codes[(number * 3 + n) % 48] for n in range(3)), title=f"Piece {number}")
    picture = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(picture, "PNG", compress_level=0)
    collecting.add_file(piece.pk, acting(world.apprentice), SimpleUploadedFile("noise.png", picture.getvalue()))
    submission = assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK)
    world.judge(submission, {claim.ksb.code: "met" for claim in submission.claims.select_related("ksb")})
    chosen[piece.pk] = True
EvidenceFile.objects.unscoped().update(processing="done", scan="not_scanned")
choose_pieces(world.apprenticeship.pk, acting(world.apprentice), chosen)
print(world.apprenticeship.pk)
"""
#: Says the memory before, at its peak and that of the process that sets the PDF, in MB, and the seconds.
EXPORT = """
import resource, sys, time
from django.core.management import call_command
import reports.exports.making
def peak(who):
    return resource.getrusage(who).ru_maxrss // 1024
before, began = peak(resource.RUSAGE_SELF), time.monotonic()
call_command("export_epa_pack", sys.argv[1], sys.argv[2], stdout=sys.stderr)
print(before, peak(resource.RUSAGE_SELF), peak(resource.RUSAGE_CHILDREN), round(time.monotonic() - began, 1))
"""


def run(environment: dict[str, str], program: str, *arguments: str) -> str:
    """What a program says that runs with the site's settings."""
    prelude = "import django; django.setup()\n"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", prelude + program, *arguments],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pieces", type=int, default=500)
    parser.add_argument("--megabytes", type=int, default=1024)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = demo_environment(folder) | {"DATABASE_URL": f"sqlite:///{folder / 'b.sqlite3'}"}
        for command in ("migrate", "createcachetable"):
            subprocess.run(  # noqa: S603
                [sys.executable, "manage.py", command, "-v0"], cwd=ROOT, env=environment, check=True
            )
        size = given.megabytes * MEGABYTE // given.pieces
        learner = run(environment, MAKE, str(given.pieces), str(size)).splitlines()[-1]
        target = folder / "pack.zip"
        before, peak, child, seconds = map(float, run(environment, EXPORT, learner, str(target)).split())
        print(f"{given.pieces} pieces, {target.stat().st_size / MEGABYTE:.0f} MB: {seconds} s, at most {MOST_SECONDS}")
        print(f"memory: +{peak - before:.0f} MB on {before:.0f}, at most +{MOST_MEMORY_MB}")
        print(f"the PDF's process: {child:.0f} MB, at most {MOST_PDF_MEMORY_MB}")
        is_good = seconds <= MOST_SECONDS and peak - before <= MOST_MEMORY_MB and child <= MOST_PDF_MEMORY_MB
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
