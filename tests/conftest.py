"""What the whole suite needs to run at all."""

import gc
import os
import tempfile
from collections.abc import Iterator

import execnet
import pytest
from django.conf import settings
from django.test import TransactionTestCase
from hypothesis import settings as examples
from pytest_django import DjangoDbBlocker

from tests import emptying

#: The suite tries the same examples each time, so that it is red for a change and never for a draw. A soak draws them
#: from a seed, and repeats what people do at once.
EXAMPLES = os.environ.get("EXAMPLES", "suite")
#: How often a soak repeats each race.
ROUNDS = int(os.environ.get("ROUNDS", "5"))

examples.register_profile("suite", derandomize=True, deadline=None)
examples.register_profile("soak", deadline=None, database=None, print_blob=True)
examples.load_profile(EXAMPLES)

TransactionTestCase._fixture_teardown = emptying.empty


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--with-database", action="store_true", help="leave out the tests that touch no database")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Leave modules and tests, which stay until the end, out of every search for garbage."""
    gc.disable()
    found = yield
    gc.enable()
    gc.freeze()
    return found


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what touches no database, for a run on another database after a whole one."""
    if not config.getoption("--with-database"):
        return
    kept, left_out = [], []
    for item in items:
        has_database = item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ())
        (kept if has_database else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat each race in a soak."""
    if EXAMPLES == "soak" and metafunc.definition.get_closest_marker("race"):
        metafunc.fixturenames.append("soak_round")
        metafunc.parametrize("soak_round", range(1, ROUNDS + 1))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs: list[execnet.XSpec]) -> None:
    """Give each worker a folder of its own, for it inherits the environment of the process that starts it.

    A test that compares all files kept before and after would otherwise see those of the test beside it.
    """
    for spec in specs:
        spec.env["VAR_DIR"] = tempfile.mkdtemp(prefix="craftmark-tests-")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Make the database, and remember what is in it then."""
    with django_db_blocker.unblock():
        emptying.remember()


@pytest.fixture(scope="session", autouse=True)
def mail_is_queued(django_test_environment: None) -> None:
    """Send mail as the site does, which Django's own test set-up replaces by an outbox; tests.mail delivers it."""
    settings.EMAIL_BACKEND = "jobs.mail.QueuedMail"
