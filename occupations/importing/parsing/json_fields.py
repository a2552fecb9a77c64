"""Takes facts out of a record of JSON, each held to its kind: what is of another kind is left out with a warning."""

from datetime import date
from typing import Any

from occupations.importing.draft import Findings
from occupations.importing.formats.json_records import Record
from occupations.importing.parsing.days import day_in
from occupations.importing.parsing.html_text import plain, unescaped
from occupations.importing.parsing.progression import ROUTES
from occupations.importing.parsing.repairs import is_spoilt, repaired, without_unprintable
from occupations.importing.parsing.text import is_web_address, shortened
from occupations.statuses import API_STATUSES

_TRUE_AND_FALSE = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Fields:
    """The fields of one object in a record. A field that is missing or null says nothing: the answer is None.

    Args:
        begin: where in the record's text the object begins, for the lines of what is found.
    """

    def __init__(self, value: dict[str, Any], record: Record, findings: Findings, begin: int = 0) -> None:
        self.value, self.record, self.findings, self.begin = value, record, findings, begin

    def line_of(self, key: str) -> int:
        return self.record.line_of(key, self.begin)

    def warn(self, key: str, reason: str) -> None:
        """Say something about the field `key`, by its line."""
        self.findings.warn(self.line_of(key), reason)

    def refuse(self, key: str, reason: str) -> None:
        self.findings.refuse(self.line_of(key), reason)

    def has(self, key: str) -> bool:
        return self.value.get(key) is not None

    def text(self, key: str) -> str | None:
        """The text of a field, without the space around it, its entities read once."""
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self._odd(key, "not text")
            return None
        return self.clean(unescaped(value), key).strip()

    def words(self, key: str, at_most: int | None = None) -> str | None:
        """The text of a field that is one line: with single spaces, and cut, with a warning, to so many characters."""
        text = self.text(key)
        if text is None:
            return None
        text = " ".join(text.split())
        if at_most and len(text) > at_most:
            self.warn(key, f"“{key}” is cut to {at_most} characters")
            return shortened(text, at_most)
        return text

    def html(self, key: str) -> str | None:
        """The text of a field that holds HTML, escaped or not, as a reader of the page sees it."""
        value = self.value.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self._odd(key, "not text")
            return None
        return self.clean(plain(value), key)

    def whole_number(self, key: str, at_most: int = 2_000_000_000) -> int | None:
        value = self.value.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 12:
            value = int(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= at_most:
            self._odd(key, "not such a number")
            return None
        return value

    def flag(self, key: str) -> bool | None:
        value = self.value.get(key)
        if value is None or value == "":
            return None
        if (flag := _TRUE_AND_FALSE.get(str(value).lower())) is not None:
            return flag
        self._odd(key, "neither true nor false")
        return None

    def day(self, key: str) -> date | None:
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            try:
                return day_in(value)
            except ValueError:
                pass
        self._odd(key, "not a date")
        return None

    def address(self, key: str) -> str | None:
        """A web address."""
        if text := self.text(key):
            if is_web_address(text):
                return text
            self._odd(key, "not a web address")
            return None
        return text

    def texts(self, key: str) -> list[str] | None:
        """A list of short texts, without empty ones."""
        if (items := self._list(key)) is None:
            return None
        if any(not isinstance(item, str) for item in items):
            self._odd(key, "not all text")
        texts = (" ".join(self.clean(unescaped(item), key).split()) for item in items if isinstance(item, str))
        return [text for text in texts if text]

    def parted(self, key: str, at: str) -> list[str] | None:
        """A list that is written as one text, or as a list after all."""
        if isinstance(self.value.get(key), list):
            return self.texts(key)
        text = self.text(key)
        return text if text is None else [part for part in (" ".join(p.split()) for p in text.split(at)) if part]

    def objects(self, key: str) -> list["Fields"]:
        """A list of objects that are told about, but not needed: an item of another kind is left out."""
        items = self._list(key) or []
        if any(not isinstance(item, dict) for item in items):
            self._odd(key, "not all objects")
        begin = max(self.record.text.find(f'"{key}"', self.begin), self.begin)
        return [Fields(item, self.record, self.findings, begin) for item in items if isinstance(item, dict)]

    def clean(self, text: str, key: str, line: int | None = None) -> str:
        """`text` with what was wrongly decoded put right, and said so."""
        if text.isascii() and text.isprintable():
            return text
        text = without_unprintable(text.replace("\r\n", "\n").replace("\r", "\n"))
        text, repairs = repaired(text)
        for before, after in dict(repairs).items():
            self.findings.warn(line or self.line_of(key), f"“{before}” was wrongly decoded and is read as “{after}”")
        if is_spoilt(text):
            reason = f"this text may hold wrongly decoded characters; they are kept: “{shortened(text)}”"
            self.findings.warn(line or self.line_of(key), reason)
        return text

    def _list(self, key: str) -> list[Any] | None:
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, list):
            return value
        self._odd(key, "not a list")
        return None

    def _odd(self, key: str, what: str) -> None:
        """Say what is wrong with a field, of which nothing is then known."""
        self.warn(key, f"“{shortened(key)}” is {what} and is left out")


# What the APIs of standards give in the same words ------------------------------------------------------------------


def status_in(fields: Fields) -> str | None:
    """The status, as published."""
    status = fields.words("status", 100)
    if not status:
        fields.warn("status", "the record has no status")
    elif status.lower() not in API_STATUSES:
        fields.warn("status", f"“{status}” is not one of the statuses known; it is kept")
    return status


def route_in(fields: Fields) -> str | None:
    route = fields.words("route", 100)
    if route and route not in ROUTES:
        fields.warn("route", f"“{route}” is not one of the routes known; it is kept")
    return route


def level_in(fields: Fields) -> int | None:
    level = fields.whole_number("level")
    if level is not None and not 1 <= level <= 8:
        fields.warn("level", f"there is no level {level}; it is left out")
        return None
    return level
