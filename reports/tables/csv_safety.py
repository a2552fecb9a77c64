"""Text for spreadsheets, which take a cell that begins like a formula for one and run it."""

import unicodedata

_FORMULA_STARTS = frozenset("=+-@")
_CELL_BREAKS = frozenset("\t\r\n")
#: Categories of spaces, controls and what is no character yet: a spreadsheet that drops them finds what comes after.
_UNSEEN = frozenset("ZC")


def begins_like_a_formula(value: str) -> bool:
    """Whether what is first seen of `value` starts a formula (a full-width one too), or a break comes before it."""
    for character in value:
        if character in _CELL_BREAKS:
            return True
        if unicodedata.category(character)[0] not in _UNSEEN:
            return unicodedata.normalize("NFKC", character)[0] in _FORMULA_STARTS
    return False


def as_text(value: str) -> str:
    """`value` so that a spreadsheet shows it and runs nothing: with an apostrophe before what begins like a formula."""
    return f"'{value}" if begins_like_a_formula(value) else value


def cell(value: object) -> object:
    """A cell: numbers stay numbers, nothing is an empty cell, the rest is text."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    return as_text(str(value))
