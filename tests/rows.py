"""The rows of whole tables: which tables have any, and how to put them there again."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

_WRITING = re.compile(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "(\w+)"')


@dataclass(frozen=True)
class Rows:
    """The rows of a table, as the database itself writes them down."""

    table: str
    columns: str
    lines: list[str]

    def put_back(self) -> None:
        """Insert them, in the order they were read in."""
        if not self.lines:
            return
        into = f'INSERT INTO "{self.table}" ({self.columns})'
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f'{into} SELECT (line::"{self.table}").* FROM unnest(%s::text[]) line', [self.lines])  # noqa: S608
            else:
                cursor.execute(f"{into} VALUES {', '.join(self.lines)}")


def rows_of(table: str) -> Rows:
    with connection.cursor() as cursor:
        columns = [f'"{column.name}"' for column in connection.introspection.get_table_description(cursor, table)]
        if connection.vendor == "postgresql":
            cursor.execute(f'SELECT line::text FROM "{table}" line')  # noqa: S608
        else:
            values = " || ',' || ".join(f"quote({column})" for column in columns)
            cursor.execute(f"SELECT '(' || {values} || ')' FROM \"{table}\" ORDER BY rowid")  # noqa: S608
        return Rows(table, ", ".join(columns), [line for (line,) in cursor.fetchall()])


def tables_with_rows(tables: Iterable[str] | None = None) -> list[str]:
    """Which of these tables, or of all, are not empty."""
    asked = connection.introspection.django_table_names() if tables is None else tables
    each = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in asked]  # noqa: S608
    if not each:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return [table for (table,) in cursor.fetchall()]


@contextmanager
def tables_written_to() -> Iterator[set[str]]:
    """The tables that a statement of the application is about to change, whether or not it keeps what it changed."""
    tables: set[str] = set()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if found := _WRITING.match(sql):
            tables.add(found[1])
        elif not sql.lstrip().startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "PRAGMA")):
            raise AssertionError(f"what does this statement change? {sql[:80]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield tables
