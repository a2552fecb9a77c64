"""One way to write a structure down, so that the same facts always have the same hash."""

import hashlib
import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID


def canonical(value: Any) -> Any:
    """`value` with text in NFC, moments in UTC with microseconds, days in ISO form and ids as text.

    Takes None, bool, int, str, UUID, date, aware datetime, and lists and dicts of these; a float has no one way to be
    written and raises TypeError.
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case UUID():
            return str(value)
        case datetime():
            if value.tzinfo is None:
                raise TypeError("a moment without a time zone has no canonical form")
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case date():
            return value.isoformat()
        case list() | tuple():
            return [canonical(item) for item in value]
        case dict():
            return {unicodedata.normalize("NFC", str(key)): canonical(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no canonical form")


def digest(value: Any) -> str:
    """SHA-256, in hex, of the canonical form of `value` as JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
