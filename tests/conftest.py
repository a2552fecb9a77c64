"""What the whole suite needs to run at all."""

import os
import tempfile

import execnet
import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import settings as examples

from audit import guards

#: The suite tries the same examples each time, so that it is red for a change and never for a draw. A soak draws them
#: from a seed, and repeats what people do at once.
EXAMPLES = os.environ.get("EXAMPLES", "suite")
#: How often a soak repeats each race.
ROUNDS = 5

examples.register_profile("suite", derandomize=True, deadline=None)
examples.register_profile("soak", deadline=None, database=None, print_blob=True)
examples.load_profile(EXAMPLES)

_flush = TransactionTestCase._fixture_teardown


def _flush_without_guards(self: TransactionTestCase) -> None:
    """Empty the tables after a transactional test, which the guards of append-only tables would refuse.

    The flush ends like a migrate, so the guards come back by themselves; tests/audit/test_guards.py sees to that.
    """
    for alias in self._databases_names(include_mirrors=False):
        guards.remove(connections[alias])
    _flush(self)


TransactionTestCase._fixture_teardown = _flush_without_guards


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


@pytest.fixture(scope="session", autouse=True)
def mail_is_queued(django_test_environment: None) -> None:
    """Send mail as the site does, which Django's own test set-up replaces by an outbox; tests.mail delivers it."""
    settings.EMAIL_BACKEND = "jobs.mail.QueuedMail"
