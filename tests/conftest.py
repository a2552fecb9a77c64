"""What the whole suite needs to run at all."""

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase

from audit import guards

_flush = TransactionTestCase._fixture_teardown


def _flush_without_guards(self: TransactionTestCase) -> None:
    """Empty the tables after a transactional test, which the guards of append-only tables would refuse.

    The flush ends like a migrate, so the guards come back by themselves; tests/audit/test_guards.py sees to that.
    """
    for alias in self._databases_names(include_mirrors=False):
        guards.remove(connections[alias])
    _flush(self)


TransactionTestCase._fixture_teardown = _flush_without_guards


@pytest.fixture(scope="session", autouse=True)
def mail_is_queued(django_test_environment: None) -> None:
    """Send mail as the site does, which Django's own test set-up replaces by an outbox; tests.mail delivers it."""
    settings.EMAIL_BACKEND = "jobs.mail.QueuedMail"
