"""What many tests begin with: made once by the workflow, and put back for the tests after as the rows that it left.

It is made again where the database is not as empty as it was then, and for another day.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, transaction

from core import clock
from tests.rows import Rows, rows_of, tables_with_rows

Made = TypeVar("Made")

_INSERT = re.compile(r'INSERT (?:OR \w+ )?INTO "(\w+)"')


@dataclass(frozen=True)
class _Kept:
    """What was made, by when, and the rows that it left in tables that were empty."""

    made: Any
    at: datetime
    rows: list[Rows]

    def fits(self) -> bool:
        """Whether those tables are empty, and nothing in the rows is of a moment that is still to come."""
        return self.at <= clock.now() and not tables_with_rows(one.table for one in self.rows)


_kept: dict[tuple[str, date], _Kept] = {}


def kept(name: str, make: Callable[[], Made]) -> Made:
    """What `make` returns, and its rows in the database. `name` says which `make` it is."""
    key = (name, clock.today())
    if (before := _kept.get(key)) and before.fits():
        with transaction.atomic():
            for rows in before.rows:
                rows.put_back()
        return deepcopy(before.made)
    full = [rows_of(table) for table in tables_with_rows()]
    waiting = len(connection.run_on_commit)
    with _tables_written_to() as tables:
        made = make()
    # Rows alone do not bring back a change to what was there, nor what is done at the end of a transaction.
    if len(connection.run_on_commit) == waiting and all(rows_of(one.table) == one for one in full):
        new = tables.keys() - {one.table for one in full}
        _kept[key] = _Kept(deepcopy(made), clock.now(), [rows_of(table) for table in tables if table in new])
    return made


def forget() -> None:
    """Make everything again: new tables would give out the numbers of the kept rows once more."""
    _kept.clear()


@contextmanager
def _tables_written_to() -> Iterator[dict[str, None]]:
    """The tables that get rows, in the order of the first: a row's parents come before it."""
    tables: dict[str, None] = {}

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if found := _INSERT.match(sql):
            tables[found[1]] = None
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield tables
