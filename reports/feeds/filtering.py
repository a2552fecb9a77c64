"""What a program asks for with `$filter`, as a condition for the database.

Of OData 4.0 it takes eq, ne, gt, ge, lt, le and in, joined by and, or and not, in parentheses, and contains, startswith
and endswith. Whatever else there is gets an error that names it. Nothing is looked up but the columns that are given.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, NoReturn
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import WorkflowError
from reports.months import beginning_of
from reports.tables.columns import Column, Kind


class NotUnderstood(WorkflowError):
    """What a program asked for is not an address of this feed. The message says what is wrong with it."""

    status = 400


#: Beyond these a filter costs more than any report needs.
LONGEST, MOST_COMPARISONS, DEEPEST = 8_000, 200, 40
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),])|(?P<word>[^\s(),']+))",
)
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,9})?\Z")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(T.*)?\Z")
_LOOKUPS = {"eq": "exact", "ne": "exact", "gt": "gt", "ge": "gte", "lt": "lt", "le": "lte"}
_FLIPPED = {"eq": "eq", "ne": "ne", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
_FUNCTIONS = {"contains": "contains", "startswith": "startswith", "endswith": "endswith"}
#: The largest whole number that both databases compare.
_LARGEST = 2**63 - 1


class _Token(NamedTuple):
    kind: str
    text: str


class _Literal(NamedTuple):
    """A value as it was written, and what it is."""

    written: str
    value: Any


def condition(written: str, columns: Mapping[str, Column]) -> Q:
    """The condition that a `$filter` says.

    Args:
        columns: those that may be compared, by name.

    Raises:
        NotUnderstood: it says something that this feed does not know, or cannot compare.
    """
    if len(written) > LONGEST:
        raise NotUnderstood(_("$filter is longer than %(most)d characters.") % {"most": LONGEST})
    return _Reader(_tokens(written), columns).whole()


def _tokens(written: str) -> list[_Token]:
    found, at = [], 0
    written = written.rstrip()
    while at < len(written):
        match = _TOKEN.match(written, at)
        if match is None:
            _refuse(_("a text in it has no end"))
        kind = str(match.lastgroup)
        found.append(_Token(kind, match[kind]))
        at = match.end()
    return found


def _refuse(why: str) -> NoReturn:
    raise NotUnderstood(_("$filter cannot be understood: %(why)s.") % {"why": why})


class _Reader:
    """Reads what comes next, and makes conditions of it, from “or” down to one comparison."""

    def __init__(self, tokens: Sequence[_Token], columns: Mapping[str, Column]) -> None:
        self.tokens, self.columns = tokens, columns
        self.at = self.depth = self.comparisons = 0

    def whole(self) -> Q:
        found = self._any_of()
        if self.at < len(self.tokens):
            _refuse(_("nothing is expected at “%(what)s”") % {"what": self.tokens[self.at].text})
        return found

    def _next(self) -> _Token:
        if self.at >= len(self.tokens):
            _refuse(_("it ends too early"))
        self.at += 1
        return self.tokens[self.at - 1]

    def _comes(self, text: str) -> bool:
        """Whether this word or mark comes next; then it is passed."""
        there = self.at < len(self.tokens) and self.tokens[self.at].text == text
        there = there and self.tokens[self.at].kind != "text"
        self.at += there
        return there

    def _expect(self, text: str) -> None:
        if not self._comes(text):
            _refuse(_("“%(what)s” is missing") % {"what": text})

    def _any_of(self) -> Q:
        self.depth += 1
        if self.depth > DEEPEST:
            _refuse(_("it has too many parentheses in each other"))
        found = self._all_of()
        while self._comes("or"):
            found |= self._all_of()
        self.depth -= 1
        return found

    def _all_of(self) -> Q:
        found = self._one()
        while self._comes("and"):
            found &= self._one()
        return found

    def _one(self) -> Q:
        is_not = False
        while self._comes("not"):
            is_not = not is_not
        if self._comes("("):
            found = self._any_of()
            self._expect(")")
        else:
            found = self._comparison()
        return ~found if is_not else found

    def _comparison(self) -> Q:
        self.comparisons += 1
        if self.comparisons > MOST_COMPARISONS:
            _refuse(_("it compares more than %(most)d times") % {"most": MOST_COMPARISONS})
        first = self._next()
        if first.kind == "word" and self._comes("("):
            return self._function(first.text)
        if first.kind == "word" and first.text in self.columns:
            column, operator = self.columns[first.text], self._next().text
            if operator == "in":
                return self._among(column)
            return compared(column, self._operator(operator), self._literal(self._next()))
        if first.kind == "word" and not _is_literal(first.text):
            _refuse(_("there is no column “%(what)s”") % {"what": first.text})
        literal, operator, second = self._literal(first), self._operator(self._next().text), self._next()
        return compared(self._column(second), _FLIPPED[operator], literal)

    def _operator(self, text: str) -> str:
        if text not in _LOOKUPS:
            _refuse(_("“%(what)s” is not supported; use eq, ne, gt, ge, lt, le or in") % {"what": text})
        return text

    def _column(self, token: _Token) -> Column:
        if token.kind != "word" or token.text not in self.columns:
            _refuse(_("there is no column “%(what)s”") % {"what": token.text})
        return self.columns[token.text]

    def _among(self, column: Column) -> Q:
        self._expect("(")
        found = compared(column, "eq", self._literal(self._next()))
        while self._comes(","):
            self.comparisons += 1
            if self.comparisons > MOST_COMPARISONS:
                _refuse(_("it compares more than %(most)d times") % {"most": MOST_COMPARISONS})
            found |= compared(column, "eq", self._literal(self._next()))
        self._expect(")")
        return found

    def _function(self, name: str) -> Q:
        if name not in _FUNCTIONS:
            _refuse(_("the function “%(what)s” is not supported") % {"what": name})
        column = self._column(self._next())
        self._expect(",")
        literal = self._literal(self._next())
        self._expect(")")
        if column.kind is not Kind.TEXT or not isinstance(literal.value, str):
            _refuse(_("%(what)s looks into texts only") % {"what": name})
        if column.words is not None:
            test = {"contains": str.__contains__, "startswith": str.startswith, "endswith": str.endswith}[name]
            return _of_codes(column, lambda words: test(words, literal.value))
        found = _has_value(column) & Q(**{f"{column.field}__{_FUNCTIONS[name]}": _plain(literal.value)})
        # Some programs say it as a comparison: contains(…) eq true.
        if self._comes("eq"):
            said = self._literal(self._next()).value
            if not isinstance(said, bool):
                _refuse(_("a function is true or false"))
            return found if said else ~found
        return found

    def _literal(self, token: _Token) -> _Literal:
        if token.kind == "text":
            return _Literal(token.text, token.text[1:-1].replace("''", "'"))
        if token.kind != "word" or not _is_literal(token.text):
            _refuse(_("“%(what)s” is not a value") % {"what": token.text})
        return _Literal(token.text, _value(token.text))


def _is_literal(word: str) -> bool:
    return word in ("null", "true", "false") or bool(_NUMBER.match(word) or _DAY.match(word) or _as_id(word))


def _as_id(word: str) -> UUID | None:
    try:
        return UUID(word) if len(word) == 36 else None
    except ValueError:
        return None


def _value(word: str) -> Any:
    if word in ("null", "true", "false"):
        return {"null": None, "true": True, "false": False}[word]
    if _NUMBER.match(word):
        return float(word) if "." in word else int(word)
    if found := _as_id(word):
        return found
    try:
        if "T" in word:
            return datetime.fromisoformat(word)
        return date.fromisoformat(word)
    except ValueError:
        _refuse(_("there is no day “%(what)s”") % {"what": word})


def _plain(text: str) -> str:
    if "\0" in text:
        _refuse(_("a text holds a character that no text has"))
    return text


def _has_value(column: Column) -> Q:
    """That there is a value. With it, a comparison is true or false for every row, and so its opposite is right."""
    return Q(**{f"{column.field}__isnull": False})


def compared(column: Column, operator: str, literal: _Literal) -> Q:
    """One comparison of a column with a value. Nothing is only equal to null, as OData has it.

    Raises:
        NotUnderstood: the column does not hold such values, or they have no order.
    """
    if literal.value is None:
        if operator not in ("eq", "ne"):
            _refuse(_("null can only be compared by eq and ne"))
        return Q(**{f"{column.field}__isnull": operator == "eq"})
    found = _has_value(column) & _holds(column, operator, literal)
    return ~found if operator == "ne" else found


def _holds(column: Column, operator: str, literal: _Literal) -> Q:
    value = literal.value
    if column.words is not None:
        if not isinstance(value, str) or operator not in ("eq", "ne"):
            _refuse(_("%(column)s is compared by eq and ne, with its words in quotes") % {"column": column.heading})
        return _of_codes(column, lambda words: words == value)
    match column.kind:
        case Kind.TEXT if isinstance(value, str):
            return Q(**{f"{column.field}__{_LOOKUPS[operator]}": _plain(value)})
        case Kind.WHOLE | Kind.NUMBER if isinstance(value, int | float) and not isinstance(value, bool):
            if abs(value) > _LARGEST:
                _refuse(_("“%(what)s” is too large") % {"what": literal.written})
            if column.kind is Kind.WHOLE and not float(value).is_integer():
                return _whole(column.field, operator, value)
            return Q(**{f"{column.field}__{_LOOKUPS[operator]}": value})
        case Kind.YES_NO if isinstance(value, bool) and operator in ("eq", "ne"):
            return Q(**{column.field: value})
        case Kind.ID if isinstance(value, UUID):
            return Q(**{f"{column.field}__{_LOOKUPS[operator]}": value})
        case Kind.DAY if isinstance(value, date):
            return Q(**{f"{column.field}__{_LOOKUPS[operator]}": _day(value)})
        case Kind.DAY_OF_MOMENT if isinstance(value, date):
            return _on(column.field, operator, _day(value))
    _refuse(_("%(column)s cannot be compared with %(what)s") % {"column": column.heading, "what": literal.written})


def _whole(field: str, operator: str, value: float) -> Q:
    """How a whole number compares with a fraction, from which Django would cut off what stands behind the point."""
    match operator:
        case "gt" | "ge":
            return Q(**{f"{field}__gte": math.ceil(value)})
        case "lt" | "le":
            return Q(**{f"{field}__lte": math.floor(value)})
    return Q(pk__in=[])


def _of_codes(column: Column, fits: Callable[[str], bool]) -> Q:
    """Rows whose code has words that fit."""
    return Q(**{f"{column.field}__in": [code for code, words in (column.words or {}).items() if fits(str(words))]})


def _day(value: date) -> date:
    """A program may give a day as the moment at which it begins."""
    return value.date() if isinstance(value, datetime) else value


def _on(field: str, operator: str, day: date) -> Q:
    """How a moment compares with a day in London."""
    if day >= date.max:
        _refuse(_("there is no day “%(what)s”") % {"what": day.isoformat()})
    begins, ends = beginning_of(day), beginning_of(day + timedelta(days=1))
    match operator:
        case "gt":
            return Q(**{f"{field}__gte": ends})
        case "ge":
            return Q(**{f"{field}__gte": begins})
        case "lt":
            return Q(**{f"{field}__lt": begins})
        case "le":
            return Q(**{f"{field}__lt": ends})
    return Q(**{f"{field}__gte": begins, f"{field}__lt": ends})
