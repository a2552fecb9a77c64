from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

import pytest
from django.db import connection

from audit import guards
from audit.models import INSTALLATION, Entry
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def unguarded(db: None) -> Callable[[], AbstractContextManager[None]]:
    """A block in which somebody with full rights on the database does as they like."""

    @contextmanager
    def block() -> Iterator[None]:
        # PostgreSQL alters no table on which the test's own rows still wait for their deferred checks.
        connection.check_constraints()
        guards.remove(connection)
        yield
        connection.check_constraints()
        guards.install(connection)

    return block


@pytest.fixture
def tamper(unguarded: Callable[[], AbstractContextManager[None]]) -> Callable[..., None]:
    """Change an entry where it lies: `tamper(3, action="other")`, in the installation's chain unless told otherwise."""

    def change(sequence: int, chain: UUID = INSTALLATION, **values: object) -> None:
        with unguarded():
            assert Entry.objects.filter(chain=chain, sequence=sequence).update(**values) == 1

    return change
