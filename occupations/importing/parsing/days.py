"""Dates as the sources write them."""

import re
from datetime import date, datetime

_ISO = re.compile(r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.]+\s*(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?")
_BRITISH = re.compile(r"(?P<day>[0-9]{1,2})[/.](?P<month>[0-9]{1,2})[/.](?P<year>[0-9]{4})(?:\s+[0-9:]+)?")
_WORDS = re.compile(r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?\s+(?P<month>[A-Za-z]{3,9})\.?,?\s+(?P<year>[0-9]{4})")
_OPEN = ("", "not set", "n/a", "none", "-", "–", "tbc")


def day_in(text: str) -> date | None:
    """The day that `text` names: "2017-12-20T00:00:00", "2014-11-12T00:00:00 +00:00", "01/04/2024", "3 April 2019".

    None where it says that there is no such day ("Not set"), or names the year 1, which stands for none.

    Raises:
        ValueError: it is not understood.
    """
    text = " ".join(text.split())
    if text.lower() in _OPEN:
        return None
    if match := _ISO.fullmatch(text):
        day = date.fromisoformat(match["day"])
    elif match := _BRITISH.fullmatch(text):
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    elif match := _WORDS.fullmatch(text):
        day = datetime.strptime(f"{match['day']} {match['month'][:3]} {match['year']}", "%d %b %Y").date()  # noqa: DTZ007
    else:
        raise ValueError(f"“{text}” is not a date")
    return day if day.year > 1 else None
