"""Writing columns of rows by statements that are put together once.

Where many rows change at once, or one changes again and again, Django's `bulk_update` and `save` spend far more time on
the text of the statement than the database does on the rows.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.db import connection
from django.db.models import Model


def update(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write these fields of rows that are there. No signal is sent, and nothing else of the rows changes."""
    if not rows:
        return
    model = type(rows[0])
    fields = [model._meta.get_field(name) for name in (*names, model._meta.pk.name)]
    with connection.cursor() as cursor:
        cursor.executemany(
            _update_statement(model, tuple(names)),
            [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows],
        )


@lru_cache(maxsize=256)
def _update_statement(model: type[Model], names: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(model._meta.get_field(name).column)} = %s" for name in names)
    key = quote(model._meta.pk.column)
    return f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {key} = %s"  # noqa: S608
