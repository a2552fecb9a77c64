"""Triggers by which the database itself refuses to change what never changes, on SQLite and on PostgreSQL.

A model says so by an attribute of its class. Each migrate makes sure that its table has its guards (audit.apps):

- `append_only = True`: a row is never changed or removed, but for texts that an erasure takes out of it, which names it
  in an `ErasedRow` first;
- `may_change`: one change is allowed, no other;
- `never_changes = ("provider",)`: these fields keep what they had when the row was made;
- `same_as_parent = {"provider": "evidence"}`: the provider of a new row is that of its evidence, if it has one.

A migration that really must rewrite such rows calls `remove` first and has them back when the migrate ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import NotSupportedError, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from audit.models import ErasedRow, MayChange

_PREFIX = "guard_"


@dataclass(frozen=True)
class Guard:
    """One kind of change to one table that is refused, unless a condition in SQL on the OLD and NEW row holds."""

    table: str
    event: str
    unless: str = ""
    rule: str = "is append-only"

    @property
    def name(self) -> str:
        return f"{_PREFIX}{self.event.lower()}_{self.table}"

    @property
    def message(self) -> str:
        return f"{self.table} {self.rule}: this {self.event} is refused"

    @property
    def reads_others(self) -> bool:
        """Whether the condition reads another table."""
        return "SELECT" in self.unless


class _Sqlite:
    """SQLite has no TRUNCATE. It forgets a table's triggers when Django rebuilds the table to alter it."""

    events = ("UPDATE", "DELETE")
    same = "IS"

    def definition(self, guard: Guard) -> str:
        when = f"WHEN NOT ({guard.unless}) " if guard.unless else ""
        return (
            f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" {when}'
            f"BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
        )

    def standing(self, cursor: CursorWrapper) -> dict[str, tuple[str, str]]:
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {name: (table, sql) for name, table, sql in cursor.fetchall() if name.startswith(_PREFIX)}

    def stands(self, guard: Guard, standing: dict[str, tuple[str, str]]) -> bool:
        return standing.get(guard.name) == (guard.table, self.definition(guard))

    def prepare(self, cursor: CursorWrapper, guards: list[Guard]) -> None:
        pass

    def drop(self, cursor: CursorWrapper, name: str, table: str) -> None:
        cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')

    def clear_up(self, cursor: CursorWrapper) -> None:
        pass


class _Postgresql:
    """PostgreSQL's triggers call a function: one for all of them, which stays while there is a table to guard.

    A condition that reads another table cannot stand in the trigger, so such a guard has a function of its own.
    """

    events = ("UPDATE", "DELETE", "TRUNCATE")
    same = "IS NOT DISTINCT FROM"
    function = "audit_refuse_change"
    # An integrity error, as SQLite's RAISE(ABORT) is, so both engines raise the same exception.
    refuse = "RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';"

    def _function(self, guard: Guard) -> tuple[str, str]:
        """The name and the body of the function that a guard calls."""
        if guard.reads_others:
            return f"audit_{guard.name}", f"BEGIN IF {guard.unless} THEN RETURN NEW; END IF; {self.refuse} END"
        return self.function, f"BEGIN {self.refuse} END"

    def definition(self, guard: Guard) -> str:
        each = "STATEMENT" if guard.event == "TRUNCATE" else "ROW"
        when = f"WHEN (NOT ({guard.unless})) " if guard.unless and not guard.reads_others else ""
        return (
            f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" FOR EACH {each} {when}'
            f"EXECUTE FUNCTION {self._function(guard)[0]}('{guard.message}')"
        )

    def standing(self, cursor: CursorWrapper) -> dict[str, tuple[str, tuple[str, str] | None]]:
        cursor.execute(
            """
            SELECT t.tgname, c.relname, t.tgenabled IN ('O', 'A'), p.proname, p.prosrc
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid) AND starts_with(t.tgname, %s)
            """,
            [_PREFIX],
        )
        return {
            name: (table, (called, body) if is_on else None) for name, table, is_on, called, body in cursor.fetchall()
        }

    def stands(self, guard: Guard, standing: dict[str, tuple[str, tuple[str, str] | None]]) -> bool:
        return standing.get(guard.name) == (guard.table, self._function(guard))

    def prepare(self, cursor: CursorWrapper, guards: list[Guard]) -> None:
        for name, body in {self._function(guard) for guard in guards}:
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$"
            )

    def drop(self, cursor: CursorWrapper, name: str, table: str) -> None:
        cursor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')

    def clear_up(self, cursor: CursorWrapper) -> None:
        cursor.execute(
            "SELECT p.proname FROM pg_proc p WHERE pg_function_is_visible(p.oid)"
            " AND (p.proname = %s OR starts_with(p.proname, %s))",
            [self.function, f"audit_{_PREFIX}"],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


_ENGINES: dict[str, _Sqlite | _Postgresql] = {"sqlite": _Sqlite(), "postgresql": _Postgresql()}


def _engine(connection: BaseDatabaseWrapper) -> _Sqlite | _Postgresql:
    try:
        return _ENGINES[connection.vendor]
    except KeyError:
        raise NotSupportedError(f"There are no guards for {connection.display_name}.") from None


def append_only_tables() -> set[str]:
    """The tables of all models that say `append_only = True`."""
    every = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in every if getattr(model, "append_only", False)}


def forward_only_tables() -> set[str]:
    """The tables of all models that allow one change, with `may_change`."""
    return {model._meta.db_table for model in apps.get_models() if hasattr(model, "may_change")}


def bound_tables() -> set[str]:
    """The tables of all models of which some fields never change, or are those of a parent."""
    bound = (
        model for model in apps.get_models() if hasattr(model, "never_changes") or hasattr(model, "same_as_parent")
    )
    return {model._meta.db_table for model in bound}


def _wanted(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> list[Guard]:
    """The guards of the tables that are there: before a migrate, or after one backwards, some or all are not."""
    present = set(connection.introspection.table_names(cursor))
    engine = _engine(connection)
    wanted = []
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table not in present:
            continue
        if getattr(model, "append_only", False):
            only = {"UPDATE": _is_being_erased(model, engine.same)}
            wanted += [Guard(table, event, only.get(event, "")) for event in engine.events]
        if allowed := getattr(model, "may_change", None):
            only = {"UPDATE": _condition(model, allowed, engine.same)}
            wanted += [Guard(table, event, only.get(event, ""), "only moves forward") for event in engine.events]
        if fields := getattr(model, "never_changes", None):
            unless = " AND ".join(f'NEW."{column}" {engine.same} OLD."{column}"' for column in _columns(model, fields))
            if erased := _is_being_erased(model, engine.same):
                unless = f"({unless}) OR ({erased})"
            wanted.append(Guard(table, "UPDATE", unless, f"keeps its {' and '.join(fields)}"))
        if parents := getattr(model, "same_as_parent", None):
            unless = " AND ".join(
                _same_as_parent(model, field, parent, engine.same) for field, parent in parents.items()
            )
            wanted.append(Guard(table, "INSERT", unless, f"has the {' and '.join(parents)} of its parent"))
    return wanted


def erasable(model: type[models.Model]) -> set[str]:
    """The columns of a model from which an erasure may take words: its texts, without codes, hashes and keys."""
    return {
        str(field.column)
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField | models.CharField | models.JSONField)
        and not (field.choices or field.primary_key or str(field.column).endswith("sha256"))
    }


def _is_being_erased(model: type[models.Model], same: str) -> str:
    """That an erasure is under way of the row, and nothing but its texts changes. Of the record itself nothing is."""
    texts = erasable(model)
    if model._meta.app_label == ErasedRow._meta.app_label or not texts:
        return ""
    key = f"""replace(CAST(OLD."{model._meta.pk.column}" AS text), '-', '')"""
    others = [str(field.column) for field in model._meta.concrete_fields if field.column not in texts]
    is_named = (
        f'EXISTS (SELECT 1 FROM "{ErasedRow._meta.db_table}" erased'  # noqa: S608
        f" WHERE erased.subject_type = '{model._meta.label_lower}' AND erased.key = {key} AND erased.after = '')"
    )
    return " AND ".join([is_named, *(f'NEW."{column}" {same} OLD."{column}"' for column in others)])


def _condition(model: type[models.Model], allowed: MayChange, same: str) -> str:
    """That an UPDATE changes what it may, and no other column."""
    columns = [column for field in model._meta.concrete_fields if (column := field.column) not in allowed.columns]
    return " AND ".join([allowed.when, *(f'NEW."{column}" {same} OLD."{column}"' for column in columns)])


def _columns(model: type[models.Model], fields: Iterable[str]) -> list[str]:
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    return [columns[field] for field in fields]


def _same_as_parent(model: type[models.Model], field: str, parent: str, same: str) -> str:
    """That a column of a new row is the one of the same name in the row that another column points at."""
    column, to_parent = _columns(model, [field, parent])
    link: Any = model._meta.get_field(parent)
    other = link.related_model
    is_same = (
        f'NEW."{column}" {same} (SELECT parent."{column}" FROM "{other._meta.db_table}" parent'  # noqa: S608
        f' WHERE parent."{other._meta.pk.column}" = NEW."{to_parent}")'
    )
    return f'(NEW."{to_parent}" IS NULL OR {is_same})' if link.null else is_same


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables that lack a guard, or whose guard is switched off or says something else than ours."""
    engine = _engine(connection)
    with connection.cursor() as cursor:
        standing: Any = engine.standing(cursor)
        return sorted({g.table for g in _wanted(connection, cursor) if not engine.stands(g, standing)})


def install(connection: BaseDatabaseWrapper) -> None:
    """Make every guard stand, and no other. Where all do already, nothing is locked and nothing changes."""
    engine = _engine(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        standing: Any = engine.standing(cursor)
        wanted = _wanted(connection, cursor)
        for name in standing.keys() - {guard.name for guard in wanted}:
            engine.drop(cursor, name, standing[name][0])
        lacking = [guard for guard in wanted if not engine.stands(guard, standing)]
        if lacking:
            engine.prepare(cursor, lacking)
        for guard in lacking:
            if guard.name in standing:
                engine.drop(cursor, guard.name, standing[guard.name][0])
            cursor.execute(engine.definition(guard))
        if not wanted:
            engine.clear_up(cursor)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take away the guards that read another table than their own. `install` has them back."""
    engine = _engine(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name, (table, said) in engine.standing(cursor).items():
            if name.startswith(f"{_PREFIX}insert_") or "SELECT 1 FROM" in str(said):
                engine.drop(cursor, name, table)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every guard away."""
    engine = _engine(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name, (table, _) in engine.standing(cursor).items():
            engine.drop(cursor, name, table)
        engine.clear_up(cursor)
