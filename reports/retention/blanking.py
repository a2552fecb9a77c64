"""What stands in place of a text that was erased: in JSON, the structure stays, so that whatever reads it still can."""

import re
from typing import Any

from django.db import models

from audit.guards import erasable

#: What a reader sees where words were.
ERASED = "Erased"
ERASED_ADDRESS = "erased@erased.invalid"
#: What says nothing of anybody: ids, hashes, days, moments, numbers and codes.
_SAYS_NOTHING = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}"
    r"|\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?|[KSBD]\d{1,3}"
)
#: Keys of which the value is one of a few words of the program.
_CODES = frozenset(
    {"kind", "state", "outcome", "party", "content_type", "wording", "type", "grade", "format", "purpose"}
)
#: Texts that are empty or of a fixed form.
_EMPTY = frozenset({"uln", "learner_reference"})


def texts_of(model: type[models.Model]) -> list[str]:
    """The fields of a model that hold words, by name."""
    columns = erasable(model)
    return [field.name for field in model._meta.concrete_fields if field.column in columns]


def blanked(field: "models.Field[Any, Any]", value: Any) -> Any:
    """What is left of a value of this field; empty stays empty."""
    if isinstance(field, models.JSONField):
        return _scrubbed(value)
    if not value or field.name in _EMPTY:
        return ""
    if isinstance(field, models.EmailField):
        return ERASED_ADDRESS
    return ERASED[: field.max_length]


def _scrubbed(value: Any, key: str = "") -> Any:
    match value:
        case str():
            return value if not value or key in _CODES or _SAYS_NOTHING.fullmatch(value) else ERASED
        case dict():
            return {_key(name): _scrubbed(one, name) for name, one in value.items()}
        case list():
            return [_scrubbed(one, key) for one in value]
    return value


def _key(name: str) -> str:
    """Keys are the program's own, but where they are somebody's words."""
    return name if re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) else ERASED
