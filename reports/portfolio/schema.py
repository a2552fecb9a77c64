"""Holding data against the published schema: the part of JSON Schema 2020-12 that it is written in, and no more."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("portfolio.schema.json")
#: More faults than anybody reads.
MOST_FAULTS = 20
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


@cache
def published() -> dict[str, Any]:
    """The schema as it is published."""
    read: dict[str, Any] = json.loads(PATH.read_text())
    return read


def faults(value: Any, name: str) -> list[str]:
    """Where `value` is not what the schema's definition of this name says, each with its place; the first few."""
    found = []
    for fault in _faults(value, published()["$defs"][name], name):
        found.append(fault)
        if len(found) == MOST_FAULTS:
            break
    return found


def _faults(value: Any, rule: dict[str, Any], place: str) -> Iterator[str]:
    if "$ref" in rule:
        yield from _faults(value, published()["$defs"][rule["$ref"].rpartition("/")[2]], place)
        return
    if "anyOf" in rule:
        if all(next(_faults(value, one, place), None) for one in rule["anyOf"]):
            yield f"{place} is none of what it may be"
        return
    if "type" in rule and not _is_of_type(value, rule["type"]):
        yield f"{place} is not of type {rule['type']}"
        return
    if "const" in rule and value != rule["const"]:
        yield f"{place} is not {rule['const']!r}"
    if "enum" in rule and value not in rule["enum"]:
        yield f"{place} is none of {', '.join(rule['enum'])}"
    match value:
        case str():
            yield from _faults_of_text(value, rule, place)
        case bool():
            pass
        case int():
            if not rule.get("minimum", value) <= value <= rule.get("maximum", value):
                yield f"{place} is out of range"
        case list():
            if len(value) > rule.get("maxItems", len(value)):
                yield f"{place} has too many items"
                return
            for number, item in enumerate(value):
                yield from _faults(item, rule.get("items", {}), f"{place}[{number}]")
        case dict():
            yield from _faults_of_object(value, rule, place)


def _is_of_type(value: Any, wanted: str | list[str]) -> bool:
    names = [wanted] if isinstance(wanted, str) else wanted
    return any(isinstance(value, _TYPES[name]) and (name == "boolean") == isinstance(value, bool) for name in names)


def _faults_of_text(value: str, rule: dict[str, Any], place: str) -> Iterator[str]:
    if len(value) < rule.get("minLength", 0):
        yield f"{place} is empty"
    if len(value) > rule.get("maxLength", len(value)):
        yield f"{place} is too long"
    elif "pattern" in rule and not re.search(rule["pattern"], value):
        yield f"{place} is not written as it should be"


def _faults_of_object(value: dict[str, Any], rule: dict[str, Any], place: str) -> Iterator[str]:
    known = rule.get("properties", {})
    for name in rule.get("required", ()):
        if name not in value:
            yield f"{place} has no {name}"
    others = rule.get("additionalProperties", {})
    for name, item in value.items():
        if name in known:
            yield from _faults(item, known[name], f"{place}.{name}")
        elif others is False:
            yield f"{place} has {name!r}, which is not known"
        else:
            yield from _faults(item, others, f"{place}.{name}")
