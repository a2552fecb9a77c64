"""Programme rules and published hours in files: reading them, with everything that is wrong said at once."""

import csv
import json
import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, Model
from django.utils.translation import gettext as _

from apprenticeships.models import Programme, ProgrammeRules, PublishedHours

SHIPPED = Path(__file__).with_name("shipped_rules.json")
#: What a file says of rules; a value that it leaves out is as in the rules before.
VALUES = tuple(
    field.name
    for field in ProgrammeRules._meta.concrete_fields
    if field.name not in ("id", "programme", "starts_from", "edition", "funding_year", "sources", "reason", "added_at")
)
_NAMES = {"programme", "starts_from", "funding_year", "sources", *VALUES}
_MOST_HOURS = 5_000
_COLUMNS = ("reference", "version", "hours", "starts_from", "starts_until", "source")


class FileRefused(Exception):
    """A file that cannot be taken, with everything that is wrong in it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@cache
def _shipped() -> str:
    return SHIPPED.read_text(encoding="utf-8")


def shipped() -> list[ProgrammeRules]:
    """The rules that come with the software."""
    return read_rules(_shipped(), ())


def read_rules(text: str, before: Iterable[ProgrammeRules]) -> list[ProgrammeRules]:
    """The rules of a file, checked and not yet kept.

    Args:
        before: rules that are there: what the file leaves out is as in those that apply until then.

    Raises:
        FileRefused: with every problem, by the number of the rules in the file.
    """
    try:
        rows = json.loads(text)
    except ValueError as wrong:
        raise FileRefused([_("This is not a JSON file: %(why)s") % {"why": wrong}]) from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FileRefused([_("The file must hold a list of rules.")])
    known, read, problems = list(before), [], []
    for number, row in enumerate(rows, start=1):
        said = _problems_of(row)
        if not said:
            one = _rules(row, known)
            said = _refusals(one)
            known.append(one)
            read.append(one)
        problems += [_("Rules %(number)s: %(what)s") % {"number": number, "what": what} for what in said]
    twice = len({(one.programme, one.starts_from) for one in read}) < len(read)
    if twice:
        problems.append(_("Two rules of the file are for the same programme and day."))
    if problems:
        raise FileRefused(problems)
    return read


def _problems_of(row: dict[str, Any]) -> list[str]:
    said = [_("“%(name)s” is not known.") % {"name": name} for name in sorted(row.keys() - _NAMES)]
    if row.get("programme") not in Programme.values:
        said.append(_("“programme” must be one of %(these)s.") % {"these": ", ".join(Programme.values)})
    try:
        date.fromisoformat(str(row.get("starts_from")))
    except ValueError:
        said.append(_("“starts_from” must be a day, such as 2027-08-01."))
    if not row.get("funding_year"):
        said.append(_("“funding_year” is missing, such as 2027-28."))
    sources = row.get("sources")
    if not isinstance(sources, dict):
        return [*said, _("“sources” is missing: where each value is from, by its name.")]
    unsourced = [name for name in VALUES if _needs_source(name, row) and not str(sources.get(name) or "").strip()]
    return said + [_("“%(name)s” needs a source.") % {"name": name} for name in unsourced]


def _needs_source(name: str, row: dict[str, Any]) -> bool:
    # How a minimum is said in months needs none of its own; nor that there is no rule.
    return row.get(name) not in (None, False) and name not in ("minimum_months", "has_gateway")


def _rules(row: dict[str, Any], known: list[ProgrammeRules]) -> ProgrammeRules:
    starts_from = date.fromisoformat(row["starts_from"])
    earlier = [one for one in known if one.programme == row["programme"] and one.starts_from <= starts_from]
    last = max(earlier, key=lambda one: (one.starts_from, one.edition), default=None)
    carried = {name: getattr(last, name) for name in VALUES} if last else {}
    values = carried | {name: row[name] for name in VALUES if name in row}
    sources = {name: source for name, source in (last.sources if last else {}).items() if values.get(name) is not None}
    return ProgrammeRules(
        programme=row["programme"],
        starts_from=starts_from,
        funding_year=row["funding_year"],
        sources=sources | row["sources"],
        **values,
    )


def _refusals(one: Model) -> list[str]:
    try:
        one.full_clean(validate_unique=False, validate_constraints=False)
        for constraint in one._meta.constraints:
            if isinstance(constraint, CheckConstraint):
                constraint.validate(type(one), one)
    except ValidationError as wrong:
        named = wrong.message_dict if hasattr(wrong, "error_dict") else {"": wrong.messages}
        return [f"{name} {' '.join(said)}".strip() for name, said in named.items()]
    return []


def read_published(lines: Iterable[str]) -> list[PublishedHours]:
    """The published hours of a CSV file with the columns reference, version, hours, starts_from, starts_until, source.

    Raises:
        FileRefused: with every problem, by the number of the line.
    """
    reader = csv.DictReader(lines)
    absent = [name for name in _COLUMNS if name not in (reader.fieldnames or ()) and name != "starts_until"]
    if absent:
        raise FileRefused([_("These columns are missing: %(names)s.") % {"names": ", ".join(absent)}])
    read, problems = [], []
    for row in reader:
        said: list[str] = []
        reference = _checked(row, "reference", r"(ST|FA)\d{4}", _("a reference such as ST0321"), said)
        version = _checked(row, "version", r"\d+\.\d+", _("a version such as 1.1"), said)
        hours = _parsed(row, "hours", _hours, _("whole hours"), said)
        first = _parsed(row, "starts_from", date.fromisoformat, _("a day such as 2025-08-01"), said)
        last = None
        if (row.get("starts_until") or "").strip():
            last = _parsed(row, "starts_until", date.fromisoformat, _("a day such as 2025-12-31"), said)
        source = _checked(row, "source", r".{1,300}", _("where the figure is from"), said)
        if first and last and last < first:
            said.append(_("“starts_until” is before “starts_from”."))
        problems += [_("Line %(number)s: %(what)s") % {"number": reader.line_num, "what": what} for what in said]
        if not said and hours and first:
            read.append(
                PublishedHours(
                    reference=reference,
                    version=version,
                    hours=hours,
                    starts_from=first,
                    starts_until=last,
                    source=source,
                )
            )
    if len({(one.reference, one.version, one.starts_from) for one in read}) < len(read):
        problems.append(_("Two lines are for the same version and day."))
    if problems:
        raise FileRefused(problems)
    return read


def _hours(text: str) -> int:
    hours = int(text)
    if not 0 < hours <= _MOST_HOURS:
        raise ValueError(text)
    return hours


def _checked(row: dict[str, str], name: str, pattern: str, wanted: str, said: list[str]) -> str:
    value = (row.get(name) or "").strip()
    if not re.fullmatch(pattern, value):
        said.append(_("“%(name)s” must be %(wanted)s.") % {"name": name, "wanted": wanted})
    return value


_Value = TypeVar("_Value")


def _parsed(
    row: dict[str, str], name: str, parse: Callable[[str], _Value], wanted: str, said: list[str]
) -> _Value | None:
    try:
        return parse((row.get(name) or "").strip())
    except ValueError:
        said.append(_("“%(name)s” must be %(wanted)s.") % {"name": name, "wanted": wanted})
        return None
