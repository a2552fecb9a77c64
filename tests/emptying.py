"""The database after a test that really commits: as the migrations left it.

A flush empties a hundred tables one by one, and ends like a migrate. Few of them have rows.
"""

from django.db import connection, transaction

from audit import guards
from tests.rows import Rows, rows_of, tables_with_rows

#: What tables have from the migrations.
_from_migrations: dict[str, Rows] = {}


def remember() -> None:
    """Call this when the database has just been made."""
    _from_migrations.update({table: rows_of(table) for table in tables_with_rows()})


@transaction.atomic
def empty(*_: object) -> None:
    """Take away what a test left, and put back what it took away."""
    changed = {table for table in tables_with_rows() if table not in _from_migrations}
    changed |= {table for table, rows in _from_migrations.items() if rows_of(table) != rows}
    with connection.cursor() as cursor:
        # They would refuse it; and PostgreSQL alters no table of which rows still wait for their deferred checks.
        guards.remove(connection)
        for table in changed:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608
        for table in changed & _from_migrations.keys():
            _from_migrations[table].put_back()
        connection.check_constraints()
        guards.install(connection)
