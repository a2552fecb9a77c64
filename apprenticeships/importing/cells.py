"""Cells as spreadsheets leave them, back to what was typed: apostrophes, formulas around text, one order of days."""

import html
import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import clock, names
from core.fields import DayField
from core.moments import day

_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
#: What spreadsheets put before text that is to stay text.
_APOSTROPHES = "'’‘`"
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
_NUMERIC = re.compile(r"([1-9]?[0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4}|[0-9]{2})(?:[ T]0?0:00(?::00)?)?")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T]0?0:00(?::00)?(?:\.0+)?)?")
#: Days counted from 1900, as a spreadsheet shows them in a cell that is formatted as a number: 1954 to 2064.
_SERIAL = re.compile(r"[2-5][0-9]{4}")
_FIRST_SERIAL_DAY = date(1899, 12, 30)
_WORDS = DayField()
_HAS_LETTER = re.compile(r"[^\W\d_]")


class Order(Enum):
    """In which order a file writes days in numbers."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def plain(cell: str) -> str:
    """A cell's text without what spreadsheets and web pages put around it."""
    text = cell.translate(_INVISIBLE).replace("\xa0", " ").strip()
    if wrapped := _AS_TEXT.fullmatch(text):
        text = wrapped[1].replace('""', '"').strip()
    if "&" in text and ";" in text:
        text = html.unescape(text)
    return " ".join(text.split())


def code(cell: str) -> str:
    """A reference, a number or a day: also without an apostrophe before it."""
    return plain(cell).lstrip(_APOSTROPHES).strip()


def wording(cell: str) -> str:
    """A name: an apostrophe before it stays, as in 't Hooft, unless it keeps a spreadsheet from calculating."""
    text = plain(cell)
    if text[:1] in set(_APOSTROPHES) and text[1:2] in tuple("=+-@") and len(text) > 1:
        text = text[1:]
    return names.tidy(text)


def whole_number(cell: str) -> str:
    """Hours as digits: also 1,200 and 420.0. What is no number stays as it is."""
    text = code(cell).replace(",", "").replace(" ", "")
    return text.removesuffix(".00").removesuffix(".0")


def without_prefix(column: list[str]) -> list[str]:
    """Words of one column; where each of several begins with an apostrophe, something put it there."""
    given = [cell for cell in column if cell]
    if len(given) > 1 and all(cell[0] in _APOSTROPHES for cell in given):
        return [cell[1:].strip() if cell else cell for cell in column]
    return column


def order_of(cells: Iterable[str]) -> tuple[Order, str]:
    """The one order in which a file's days are read, and how that is told; no word where no day leaves it open."""
    day_first, month_first, either = "", "", ""
    for cell in cells:
        found = _NUMERIC.fullmatch(cell)
        if not found:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second:
            day_first = day_first or cell
        elif second > 12 >= first:
            month_first = month_first or cell
        elif first != second:
            either = either or cell
    order = Order.MONTH_FIRST if month_first and not day_first else Order.DAY_FIRST
    if day_first and month_first:
        said = _(
            "This file has days in both orders: %(one)s has the day first, %(other)s the month. It is read day first; "
            "correct the others."
        ) % {"one": day_first, "other": month_first}
    elif not either:
        said = ""
    elif order == Order.MONTH_FIRST:
        said = _("Dates are read with the month first, because of %(cell)s: %(either)s is %(day)s.") % {
            "cell": month_first,
            "either": either,
            "day": _told(either, order),
        }
    elif day_first:
        said = _("Dates are read with the day first, because of %(cell)s: %(either)s is %(day)s.") % {
            "cell": day_first,
            "either": either,
            "day": _told(either, order),
        }
    else:
        said = _("Dates are read with the day first, as in the UK: %(either)s is %(day)s.") % {
            "either": either,
            "day": _told(either, order),
        }
    return order, said


def _told(cell: str, order: Order) -> str:
    return day(read_day(cell, order))


def read_day(cell: str, order: Order, *, is_past: bool = False) -> date:
    """A day as people and spreadsheets write it.

    Args:
        is_past: for a date of birth: of two possible centuries, the one that is not to come.

    Raises:
        ValueError: it is none; the message is for whoever brought the file.
    """
    invalid = ValueError(_("“%(cell)s” is not a date. Write it like 3 March 2026 or 2026-03-03.") % {"cell": cell[:40]})
    if iso := _ISO.fullmatch(cell):
        parts = int(iso[1]), int(iso[2]), int(iso[3])
    elif numeric := _NUMERIC.fullmatch(cell):
        first, second, year = int(numeric[1]), int(numeric[2]), int(numeric[3])
        if len(numeric[3]) == 2:
            year += 1900 if is_past and 2000 + year > clock.today().year else 2000
        parts = (year, first, second) if order == Order.MONTH_FIRST else (year, second, first)
    elif _SERIAL.fullmatch(cell):
        return _FIRST_SERIAL_DAY + timedelta(days=int(cell))
    elif _HAS_LETTER.search(cell):
        try:
            found = _WORDS.clean(cell.replace("-", " ").title())
        except ValidationError:
            raise invalid from None
        if not isinstance(found, date):
            raise invalid
        if is_past and found > clock.today() and found.year < 2100:
            found = found.replace(year=found.year - 100)
        return found
    else:
        raise invalid
    try:
        return date(*parts)
    except ValueError:
        raise invalid from None
