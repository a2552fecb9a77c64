"""Text for spreadsheets, which take a cell that begins like a formula for one and run it."""

import unicodedata

_STARTS = frozenset("=+-@\t\r\n")


def as_text(value: str) -> str:
    """`value` so that a spreadsheet shows it and runs nothing: with an apostrophe before what begins like a formula.

    A beginning counts after spaces, and in its full-width form, which some programs treat alike.
    """
    bare = value.lstrip(" \u00a0\u3000\u200b\ufeff")
    first = unicodedata.normalize("NFKC", bare[:1])[:1]
    return f"'{value}" if first in _STARTS and bare else value


def cell(value: object) -> object:
    """A cell: numbers stay numbers, nothing is an empty cell, the rest is text."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    return as_text(str(value))
