"""What somebody with a hand on the database can do to a row, and whether that is found."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django.core.management import call_command
from django.db import Error, connection, models, transaction

from audit.models import Entry
from audit.verification import Fault, rows, verify
from core import clock

#: This many rows of a table are tried, until the database takes what is done to one.
MOST_ROWS = 4
#: This many rows that a column could point at are tried, until the database takes one.
MOST_OTHERS = 60
DAY = timedelta(days=1)


def try_a_row(model: type[models.Model], is_derived: bool, act: Callable[[Any], Any]) -> None:
    """Do something to a row. What the database takes is found or, of what is derived, is mended."""
    tried = list(model._base_manager.order_by("pk")[:MOST_ROWS])
    assert tried, f"there is no {model.__name__} to try"
    before = contents(model) if is_derived else set()
    done = None
    for row in tried:
        with transaction.atomic():
            if done := act(row):
                call_command("rebuild_coverage", stdout=StringIO())
                if is_derived:
                    assert contents(model) == before, f"{done} of {row!r} stays"
                else:
                    assert next(faults(model), None), f"nobody finds {done} of {row!r}"
            transaction.set_rollback(True)
        if done:
            return


def faults(model: type[models.Model]) -> Iterator[Fault]:
    """What verification finds.

    It begins with rows like the one that something was done to, and those that it belongs to, for most is found there
    and the whole record takes long.
    """
    if model._meta.app_label != "audit":
        for near in (model, *(field.related_model for field in model._meta.concrete_fields if field.is_relation)):
            entries = Entry.objects.with_fingerprint().filter(subject_type=near._meta.label_lower)
            for _chain, of_chain in groupby(entries.order_by("chain", "sequence"), key=lambda entry: entry.chain_id):
                yield from rows.faults_of(list(of_chain), files=True)
        yield from rows.unrecorded()
    yield from verify()


def happens(change: Any) -> bool:
    """Whether the database takes a change: one that its constraints refuse needs nobody to find it."""
    try:
        with transaction.atomic():
            change()
            connection.check_constraints()
    except Error:
        return False
    return True


def other_values(field: "models.Field[Any, Any]", now: Any) -> Iterator[Any]:
    """What a column could be changed to."""
    if field.is_relation:
        others = field.related_model._base_manager.exclude(pk=now).order_by("pk")
        yield from others.values_list("pk", flat=True)[:MOST_OTHERS]
    elif field.choices:
        yield from (value for value, _ in field.flatchoices if value != now)
    elif now is None:
        yield {"DateTimeField": clock.now(), "DateField": clock.today(), "UUIDField": uuid4()}.get(
            field.get_internal_type(), 1
        )
    else:
        yield from _near(now)
    if field.null and now is not None:
        yield None


def _near(now: Any) -> Iterator[Any]:
    match now:
        case bool():
            yield not now
        case int():
            yield from (now + 1, now - 1, now + 100)
        case UUID():
            yield uuid4()
        case datetime() | date():
            yield from (now - DAY, now + DAY)
        case dict():
            yield {**now, "more": "words"}
        case list():
            yield [*now, "more"]
        case _:
            text = str(now)
            yield f"{text[:-1]}0" if text and text[-1] != "0" else f"{text[:-1]}1"


def change(model: type[models.Model], field: "models.Field[Any, Any]", row: Any) -> Any:
    """Change one column of a row to something else that the database takes; what to, or None if it takes nothing."""
    for value in other_values(field, getattr(row, field.attname)):
        given = {field.attname: value}
        if happens(lambda given=given: model._base_manager.filter(pk=row.pk).update(**given)):
            return given
    return None


def put_in(model: type[models.Model], row: Any) -> Any:
    """Put in a row like this one, but for what must differ."""
    key = model._meta.pk
    for field in model._meta.concrete_fields:
        for value in other_values(field, getattr(row, field.attname)):
            copy = model(**{column.attname: getattr(row, column.attname) for column in model._meta.concrete_fields})
            if isinstance(key, models.AutoField):
                copy.pk = None
            elif isinstance(key, models.UUIDField):
                copy.pk = uuid4()
            for column in model._meta.concrete_fields:
                if isinstance(column, models.FileField):
                    setattr(copy, column.attname, f"{getattr(row, column.attname)}x")
            if field is not key or key.is_relation:
                setattr(copy, field.attname, value)
            if happens(lambda copy=copy: model._base_manager.bulk_create([copy])):
                return copy
    return None


def remove(model: type[models.Model], row: Any) -> Any:
    """Remove a row, if nothing hangs on it."""
    is_gone = happens(lambda: model._base_manager.filter(pk=row.pk)._raw_delete(connection.alias))
    return row if is_gone else None


def contents(model: type[models.Model]) -> set[Any]:
    """The rows of a table, but for numbers that the database gives them."""
    names = [field.attname for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    return set(model._base_manager.values_list(*names))
