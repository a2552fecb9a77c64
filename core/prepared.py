"""Reading rows by statements that are prepared once.

Django takes ten times as long to turn a queryset into SQL as the database takes to answer it, and a page asks for the
same things at every request: only the ids differ, or a word such as a code. So the SQL of such a reading is put
together the first time, from a queryset made of ids and words that stand in for any, and kept. From then on the real
ones are filled in. Lists read plain values (`values_list`); where a page shows one thing, or a few, the reading may be
of model instances with what is selected with them.

What is kept is the text of a statement, never a row or an id: a statement that holds an id or a moment besides those to
fill in is refused when it is put together, so that none can answer for somebody else.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from core import clock
from core.scope import ScopedQuerySet

Row = tuple[Any, ...]
Ids = frozenset[UUID]
#: What is filled in: an id, a set of ids, or a word that a column is compared with as it is, such as a code.
Given = dict[str, UUID | Ids | str]

#: A reading has few shapes; should there be more, they are put together again.
MOST_SHAPES = 64
_ID_OR_MOMENT = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:", re.I)
_MARK = re.compile(r"(%%|%s)")
#: Instead of an empty set, after which PostgreSQL would find a fault: the id of no row.
_NO_ROW = frozenset({UUID(int=0)})


class Rows:
    """The rows of a reading, tuples or instances, read when they are asked for: a paginator counts and slices them."""

    def __init__(self, read: Callable[["_Part"], list[Any]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[Any]:
        return iter(self._read(WHOLE))

    def __getitem__(self, part: slice) -> list[Any]:
        return self._read(_Part(part.start or 0, part.stop))

    def first(self) -> Any | None:
        """The one row of a reading that has no more, or None."""
        return next(iter(self), None)

    def count(self) -> int:
        return int(self._read(COUNT)[0][0])

    def of_number(self, number: int) -> "Rows":
        """These rows, of which it is known how many there are."""
        return Rows(lambda part: [(number,)] if part.is_count else self._read(part))


class _Part(NamedTuple):
    """Which rows are wanted, from one place up to another, or only their number."""

    start: int = 0
    stop: int | None = None
    is_count: bool = False


WHOLE, COUNT = _Part(), _Part(is_count=True)


class Prepared:
    """A reading whose SQL is kept for each shape of it.

    `build` makes a queryset of plain values (`values_list`) or of instances from the shape, and from ids, sets of ids
    and words by their names. Whatever else its rows depend on must be in the shape, except for the day. It cannot
    prefetch.

    `is_the_same_every_day` says that the day does not matter either: such a statement is kept from one day to the next.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *, is_the_same_every_day: bool = False) -> None:
        self.build, self.is_the_same_every_day = build, is_the_same_every_day
        self._statements: dict[Hashable, _Statement] = {}

    def __call__(self, *shape: Hashable, **given: UUID | Ids | str) -> Rows:
        """The rows. An empty set of ids is that of no row."""

        def read(part: _Part) -> list[Any]:
            day = None if self.is_the_same_every_day else clock.today()
            key = (shape, part, tuple([(name, type(value)) for name, value in given.items()]), day)
            statement = self._statements.get(key)
            if statement is None:
                if len(self._statements) >= MOST_SHAPES:
                    self._statements.clear()
                statement = self._statements[key] = self._put_together(shape, part, given)
            return statement.rows(given)

        return Rows(read)

    def _put_together(self, shape: tuple[Hashable, ...], part: _Part, given: Given) -> "_Statement":
        keys = {name: uuid4() for name in given}
        stand_ins = {name: _standing_in(key, given[name]) for name, key in keys.items()}
        with connection.execute_wrapper(_refuse):
            return _Statement(self.build(*shape, **stand_ins), part, keys)


def _standing_in(key: UUID, value: UUID | Ids | str) -> UUID | Ids | str:
    """A value like this one that is nobody's. As a word, it is the digits of the id."""
    match value:
        case UUID():
            return key
        case str():
            return key.hex
        case _:
            return frozenset((key,))


def _refuse(_execute: Any, sql: str, *_: Any) -> Any:
    raise RuntimeError(f"a query ran while a statement was put together, with ids that are nobody's: {sql}")


class _Slot(NamedTuple):
    """Where an id or a word goes, and the form in which the database takes an id."""

    name: str
    form: Callable[[UUID], Any]


def _as_it_is(key: UUID) -> UUID:
    return key


def _as_digits(key: UUID) -> str:
    return key.hex


class _Instances:
    """How a row becomes an instance, with those that were selected with it and what was annotated."""

    def __init__(self, compiler: SQLCompiler) -> None:
        klass_info: Any = compiler.klass_info
        fields = klass_info["select_fields"]
        self._model: type[Model] = klass_info["model"]
        self._start, self._end = fields[0], fields[-1] + 1
        self._names = [column.target.attname for column, _, _ in compiler.select[self._start : self._end]]
        self._related = get_related_populators(klass_info, compiler.select, connection.alias)  # type: ignore[call-arg]  # stubs of Django 6
        self._annotated = list((compiler.annotation_col_map or {}).items())

    def of(self, row: Row) -> Model:
        made = self._model.from_db(connection.alias, self._names, row[self._start : self._end])
        for related in self._related:
            related.populate(row, made)
        for name, place in self._annotated:
            setattr(made, name, row[place])
        return made


class _Statement:
    """SQL in pieces, with a value or a slot for ids after each but the last, and how to read its columns."""

    def __init__(self, rows: QuerySet[Any, Any], part: _Part, stand_ins: Mapping[str, UUID]) -> None:
        if isinstance(rows, ScopedQuerySet):
            rows._require_scope()
        if rows._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise ValueError("a statement that is kept is one statement: it prefetches nothing")
        rows = rows.order_by() if part.is_count else rows[part.start : part.stop]
        compiler = rows.query.get_compiler(connection=connection)
        self._is_empty, self._is_count = False, part.is_count
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            self._is_empty = True
            return
        if part.is_count:
            sql = f"SELECT COUNT(*) FROM ({sql}) counted"  # noqa: S608
        slots = {
            form(key): _Slot(name, form) for name, key in stand_ins.items() for form in (_as_it_is, _as_digits, str)
        }
        self._pieces = _pieces(sql)
        self._values = [_filled_in(value, slots) for value in parameters]
        selected = [] if part.is_count else [one for one, _, _ in compiler.select]
        self._converters = list(compiler.get_converters(selected).items())
        of_instances = not part.is_count and issubclass(rows._iterable_class, ModelIterable)
        self._instances = _Instances(compiler) if of_instances else None

    def rows(self, given: Mapping[str, UUID | Ids | str]) -> list[Any]:
        if self._is_empty:
            return [(0,)] if self._is_count else []
        text, parameters = [self._pieces[0]], []
        for value, piece in zip(self._values, self._pieces[1:], strict=True):
            if not isinstance(value, _Slot):
                text.append("%s")
                parameters.append(value)
            elif isinstance(one := given[value.name], frozenset):
                ids = one or _NO_ROW
                text.append(", ".join(["%s"] * len(ids)))
                parameters.extend(map(value.form, ids))
            else:
                text.append("%s")
                parameters.append(one if isinstance(one, str) else value.form(one))
            text.append(piece)
        with connection.cursor() as cursor:
            cursor.execute("".join(text), parameters)
            found = cursor.fetchall()
        if self._converters:
            found = [self._converted(row) for row in found]
        return [self._instances.of(row) for row in found] if self._instances else list(found)

    def _converted(self, row: Row) -> Row:
        columns = list(row)
        for place, (converters, expression) in self._converters:
            for convert in converters:
                columns[place] = convert(columns[place], expression, connection)
        return tuple(columns)


def _pieces(sql: str) -> list[str]:
    """The text between the marks for parameters. A doubled % is none."""
    pieces = [""]
    for part in _MARK.split(sql):
        if part == "%s":
            pieces.append("")
        else:
            pieces[-1] += part
    return pieces


def _filled_in(value: Any, slots: Mapping[Any, _Slot]) -> Any:
    """The slot for a stand-in, or a value that is the same for everybody."""
    if isinstance(value, Hashable) and value in slots:
        return slots[value]
    if isinstance(value, UUID | datetime) or isinstance(value, str) and _ID_OR_MOMENT.search(value):
        raise ValueError("a statement that is kept would hold an id or a moment")
    return value
