"""What the site loads when it starts: slow libraries wait for the function that needs them."""

from pathlib import Path

from tests.config.starting import PRODUCTION, python

HEAVY = {"av", "boto3", "botocore", "icalendar", "lxml", "mammoth", "numpy"}
HEAVY |= {"pi_heif", "PIL", "pypdfium2", "qrcode", "s3transfer", "snowballstemmer", "storages", "weasyprint"}
HEAVY |= {"xlsxwriter"}
FOR_TESTS = {"axe_playwright_python", "factory", "hypothesis", "playwright", "pytest", "time_machine"}

SCRIPT = """
import sys, django
django.setup()
from django.urls import get_resolver
def load(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            load(pattern.url_patterns)
load(get_resolver().url_patterns)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_a_start_loads_no_slow_library_and_nothing_of_the_tests(tmp_path: Path):
    # The demo's addresses are loaded too, so all there is.
    demo = {"DEMO": "1", "ALLOWED_HOSTS": "127.0.0.1"}
    done = python("-c", SCRIPT, var_dir=tmp_path, **(PRODUCTION | demo))
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert {"django", "assessments", "demo"} <= loaded
    assert loaded & (HEAVY | FOR_TESTS) == set()


def test_a_production_has_no_made_up_people(tmp_path: Path):
    script = "import sys, django; django.setup(); print('demo' in sys.modules)"
    done = python("-c", script, var_dir=tmp_path, **PRODUCTION)
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr
