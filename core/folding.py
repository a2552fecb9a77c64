"""Text as a search compares it: without capitals, accents, apostrophes, ligatures and characters that do not show.

Python and both databases fold alike, so whoever types "oneill" finds O’Neill, and "office" the word with a ligature.
Ends of lines count as spaces, and hyphens at which no line breaks as hyphens, whatever Word wrote for them.
"""

import unicodedata
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, TextField
from django.db.models.expressions import Combinable
from django.db.models.lookups import Contains, Exact

_SPACES, _HYPHENS = "\t\n\x0b\x0c\x85\u2028\u2029", "\x1e\u2010\u2011"
_COMPARED, _AS = _SPACES + _HYPHENS, " " * len(_SPACES) + "-" * len(_HYPHENS)
#: Apostrophes, hyphens that show only at a line's end, what has no width, and the marks that accents become.
_LEFT_OUT = "'’‘‛ʼʹ`\r\x1f\u00ad\u200b\u200c\u200d\u2060\ufeff" + "".join(map(chr, range(0x0300, 0x0370)))
_WITHOUT = str.maketrans(_COMPARED, _AS, _LEFT_OUT)


def folded(text: str) -> str:
    """`text` as it is compared."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text)
    return plain.lower().translate(_WITHOUT)


class Folded(Func):
    """A column, or another expression, as `folded` has it."""

    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "translate(lower(normalize(%(expressions)s, NFKD)), %%s, %%s)"
        sql, params = self.as_sql(compiler, connection, template=template, **context)
        return sql, (*params, _COMPARED + _LEFT_OUT, _AS)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="folded", **context)


def holds(column: str | Combinable, word: str) -> Contains:
    """Whether a column has this word, or a piece of it, anywhere."""
    return Contains(Folded(F(column) if isinstance(column, str) else column), folded(word))


def same_as(column: str, text: str) -> Exact:
    """Whether a column has this text and nothing else."""
    return Exact(Folded(F(column)), folded(text))


def teach(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Give a new connection to SQLite the function that PostgreSQL has built in."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "folded", 1, lambda text: None if text is None else folded(text), deterministic=True
        )
