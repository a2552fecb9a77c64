"""Holds rows that are about to be written against their fields' rules: quickly, for there are tens of thousands."""

import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from occupations.importing.draft import Problem, Refused, StandardDraft

#: What PostgreSQL keeps at most. SQLite keeps any number, and so its fields refuse none.
_MOST: dict[type, int] = {models.PositiveSmallIntegerField: 32_767, models.PositiveIntegerField: 2_147_483_647}


def check(rows: list[Any], draft: StandardDraft, part: str = "") -> None:
    """Hold every value against its field's rules, so that SQLite refuses what PostgreSQL would.

    Raises:
        Refused: naming the line of each value of the first row that does not fit.
    """
    for place, row in enumerate(rows):
        if all(fits(getattr(row, name)) for name, fits in _tests(row._meta.label)):
            continue
        if faults := list(_faults(row)):
            items = getattr(draft, part, None) or [] if part else []
            line = getattr(items[place], "line", None) if place < len(items) else None
            raise Refused(
                *(
                    Problem(draft.source_name, line or draft.lines.get(name), f"{name.replace('_', ' ')}: {text}")
                    for name, text in faults
                )
            )


def _faults(row: models.Model) -> Iterator[tuple[str, str]]:
    """Each field whose value breaks its rules, and what is wrong with it."""
    links = [field.name for field in row._meta.fields if field.is_relation]
    try:
        row.clean_fields(exclude={*links, "content_sha256"})
    except ValidationError as error:
        yield from ((name, text) for name, texts in error.message_dict.items() for text in texts)
        return
    for column in row._meta.fields:
        value = getattr(row, column.attname)
        if type(column) in _MOST and value is not None and value > _MOST[type(column)]:
            yield column.name, f"{value} is more than {_MOST[type(column)]}"


@cache
def _tests(label: str) -> list[tuple[str, Callable[[Any], bool]]]:
    """A quick test for each field. What does not pass is looked at by the field itself, which knows all its rules."""
    return [
        (field.attname, _test(field))
        for field in apps.get_model(label)._meta.fields
        if not field.is_relation and not field.primary_key and field.name != "content_sha256"
    ]


def _test(field: Any) -> Callable[[Any], bool]:
    """Whether a value fits a field for sure: a choice among the choices, a number in its range, text not too long."""
    if field.choices:
        allowed = {value for value, _ in field.flatchoices} | ({""} if field.blank else set())
        return lambda value: value in allowed
    if type(field) in _MOST:
        least = max(rule.limit_value for rule in field.validators if isinstance(rule, MinValueValidator))
        rules = [rule.limit_value for rule in field.validators if isinstance(rule, MaxValueValidator)]
        most = min(*rules, _MOST[type(field)])
        return lambda value: (field.null and value is None) or (type(value) is int and least <= value <= most)
    if type(field) in (models.CharField, models.TextField) and not any(
        isinstance(rule, RegexValidator) for rule in field.validators
    ):
        most = field.max_length or sys.maxsize
        return lambda value: type(value) is str and (bool(value) or field.blank) and len(value) <= most
    return lambda value: False
