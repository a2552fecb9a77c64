"""Writing columns of rows by statements that are prepared once.

Where many rows change or come at once, or one changes again and again, Django's `bulk_update`, `bulk_create` and `save`
spend far more time on the text of the statement than the database does on the rows.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Field,
    FileField,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
    UUIDField,
)

#: No more rows than these are quicker added by plain statements than copied.
FEW = 4


def update(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write these fields of rows that are there. No signal is sent, and nothing else of the rows changes."""
    if not rows:
        return
    model = type(rows[0])
    fields = [*_fields(model, names), model._meta.pk]
    with connection.cursor() as cursor:
        cursor.executemany(
            _update_statement(model, tuple(names)),
            [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows],
        )


@lru_cache(maxsize=256)
def _update_statement(model: type[Model], names: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in _fields(model, names))
    key = quote(str(model._meta.pk.column))
    return f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {key} = %s"  # noqa: S608


def _fields(model: type[Model], names: Sequence[str]) -> "list[Field[Any, Any]]":
    return [cast("Field[Any, Any]", model._meta.get_field(name)) for name in names]


def insert(rows: Sequence[Model]) -> None:
    """Add many new rows of one kind, with ids of their own or, where the database counts them, without.

    No signal is sent, no file is stored, and nothing that a field does before it is saved is done. On PostgreSQL
    more than a few are copied, which is the quickest way into a table. Constraints and triggers hold as always.
    One row that comes alone learns the id that the database gave it.
    """
    if not rows:
        return
    table, columns = _columns(type(rows[0]), has_key=rows[0].pk is not None)
    # Column by column: most are given as they are, and the others are turned in one go.
    read = attrgetter(*(name for name, _, _ in columns))
    values = zip(*map(read, rows), strict=True)
    turned = (
        of_rows if as_kept is None else map(as_kept, of_rows)
        for (_, _, as_kept), of_rows in zip(columns, values, strict=True)
    )
    lines = zip(*turned, strict=True)
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for _, column, _ in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) > FEW:
            with connection.wrap_database_errors, cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
                for line in lines:
                    copy.write_row(line)
            return
        marks = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})"  # noqa: S608
        if len(rows) == 1 and rows[0].pk is None:
            cursor.execute(f"{statement} RETURNING {quote(str(rows[0]._meta.pk.column))}", next(lines))
            (rows[0].pk,) = cursor.fetchone()
        else:
            cursor.executemany(statement, cast(Any, lines))


_AsKept = Callable[[Any], Any] | None


@lru_cache(maxsize=64)
def _columns(model: type[Model], *, has_key: bool) -> tuple[str, list[tuple[str, str, _AsKept]]]:
    """The table, and for each column the attribute it is read from and how its value is written."""
    fields = [field for field in model._meta.concrete_fields if has_key or not field.primary_key]
    return model._meta.db_table, [(field.attname, str(field.column), _as_kept(field)) for field in fields]


def _as_kept(field: "Field[Any, Any]") -> _AsKept:
    """What turns a value of this field into what is given to the database; None if nothing has to."""
    while isinstance(field, ForeignKey):
        field = field.target_field
    is_postgresql = connection.vendor == "postgresql"
    match field:
        case UUIDField():
            return None if connection.features.has_native_uuid_field else lambda key: key and key.hex
        case JSONField():
            encode = (field.encoder or DjangoJSONEncoder)().encode
            return lambda value: encode(field.get_prep_value(value))
        case FileField():
            return str
        case CharField() | TextField():
            return (lambda text: None if text is None else str(text)) if field.null else str
        case BooleanField() | IntegerField():
            return None
        case DateTimeField():
            return None if is_postgresql else connection.ops.adapt_datetimefield_value
        case DateField():
            return None if is_postgresql else connection.ops.adapt_datefield_value
    return lambda value: field.get_db_prep_save(value, connection)
