"""One way to write a structure down, so that the same facts always have the same hash."""

import hashlib
import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID


def canonical(value: Any) -> Any:
    """`value` with text in NFC, moments in UTC with microseconds, days in ISO form and ids as text.

    Takes None, bool, int, str, UUID, date, aware datetime, and lists and dicts of these. What comes out is plain JSON
    that either database gives back as it was, and is its own canonical form.

    Raises:
        TypeError: for anything else; a float, say, has no one way to be written.
        ValueError: text that not every database can keep (NUL, half of a surrogate pair), or two keys that become one.
    """
    # All that is hashed passes here, and nearly all of it is text, a dict, an id or a number.
    kind = type(value)
    if kind is str:
        return value if value.isascii() and "\0" not in value else _text(value)
    if kind is dict:
        made = {
            key if type(key) is str and key.isascii() and "\0" not in key else _key(key): canonical(item)
            for key, item in value.items()
        }
        if len(made) < len(value):
            raise ValueError("two keys have the same canonical form")
        return made
    if kind is UUID:
        return str(value)
    match value:
        case None | bool() | int():
            return value
        case str():
            return _text(value)
        case UUID():
            return str(value)
        case datetime():
            if value.tzinfo is None:
                raise TypeError("a moment without a time zone has no canonical form")
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
        case date():
            return value.isoformat()
        case list() | tuple():
            return [canonical(item) for item in value]
        case dict():
            return canonical(dict(value))
    raise TypeError(f"{kind.__name__} has no canonical form")


_as_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def digest(value: Any) -> str:
    """SHA-256, in hex, of the canonical form of `value` as JSON: sorted keys, no spaces, UTF-8."""
    return hashlib.sha256(_as_json(canonical(value)).encode()).hexdigest()


def _text(value: str) -> str:
    if "\0" in value:
        raise ValueError("text with a NUL character has no canonical form")
    if value.isascii():
        return value
    value.encode()  # UnicodeEncodeError, a ValueError, for half of a surrogate pair
    return unicodedata.normalize("NFC", value)


def _key(key: Any) -> str:
    match key:
        case str():
            return _text(key)
        case UUID():
            return str(key)
    raise TypeError(f"{type(key).__name__} is no key with a canonical form")
