"""Everything that the page of one version shows, put together: statements with their duties and the reverse."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date

from occupations.models import Assessment, Duty, Ksb, KsbType, Option, StandardVersion
from occupations.models.standards import number_parts
from occupations.texts import Held

#: What `?option=` says for "without any option".
CORE = "core"


@dataclass
class KsbRow:
    """A statement, and where it is needed and assessed."""

    ksb: Ksb
    options: list[Option]
    duties: list[Duty] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)


@dataclass
class Kind:
    """The statements of one type."""

    type: str
    label: str
    rows: list[KsbRow] = field(default_factory=list)


@dataclass
class DutyRow:
    """A duty with the statements it takes, by type."""

    duty: Duty
    options: list[Option]
    kinds: list[Kind]

    @property
    def ksb_count(self) -> int:
        return sum(len(kind.rows) for kind in self.kinds)


@dataclass
class NumberRow:
    """One version of the standard: held here, told of in the log, or both."""

    number: str
    held: Held | None = None
    corrections: list[Held] = field(default_factory=list)
    change: str = ""
    earliest_start_on: date | None = None
    latest_start_on: date | None = None


@dataclass
class Outline:
    """The parts of one version, narrowed to core and one option if asked."""

    kinds: list[Kind]
    duties: list[DutyRow]
    assessments: list[tuple[Assessment, list[Ksb]]]
    options: list[Option]
    shown_option: str
    ksb_count: int
    without_duty: list[Ksb]


def outline(version: StandardVersion, option: str = "") -> Outline:
    """The parts of a version that was read `with_everything`. An option it does not have shows everything.

    Args:
        option: "" for everything, CORE, or the position of an option.
    """
    options = list(version.options.all())
    shown = option if option == CORE or option in {str(held.position) for held in options} else ""
    ksbs = [ksb for ksb in version.ksbs.all() if is_shown(ksb, shown)]
    rows = {ksb.pk: KsbRow(ksb, list(ksb.options.all())) for ksb in ksbs}
    duties = []
    for duty in version.duties.all():
        if not is_shown(duty, shown):
            continue
        taken = [rows[ksb.pk] for ksb in duty.ksbs.all() if ksb.pk in rows]
        for row in taken:
            row.duties.append(duty)
        duties.append(DutyRow(duty, list(duty.options.all()), _kinds(sorted(taken, key=lambda r: r.ksb.position))))
    assessments = []
    for assessment in version.assessments.all():
        covered = sorted((ksb for ksb in assessment.ksbs.all() if ksb.pk in rows), key=lambda ksb: ksb.position)
        for ksb in covered:
            rows[ksb.pk].assessments.append(assessment)
        assessments.append((assessment, covered))
    return Outline(
        kinds=_kinds(rows.values()),
        duties=duties,
        assessments=assessments,
        options=options,
        shown_option=shown,
        ksb_count=len(rows),
        without_duty=[row.ksb for row in rows.values() if not row.duties] if duties else [],
    )


def duty_row(duty: Duty) -> DutyRow:
    """One duty, read with its statements and options, for a page of its own."""
    ksbs = sorted(duty.ksbs.all(), key=lambda ksb: ksb.position)
    return DutyRow(duty, list(duty.options.all()), _kinds([KsbRow(ksb, list(ksb.options.all())) for ksb in ksbs]))


def numbers(version: StandardVersion, texts: list[Held]) -> list[NumberRow]:
    """Every version of the standard that is held or that the log of this one names, the newest first.

    Args:
        texts: all that are held of its standard (`occupations.texts.texts_beside`).
    """
    rows: dict[tuple[int, int], NumberRow] = {}
    for held in texts:
        row = rows.setdefault(number_parts(held.version), NumberRow(held.version))
        row.corrections.append(held)
        if row.held is None or held.correction >= row.held.correction:
            row.held, row.change = held, held.change
            row.earliest_start_on, row.latest_start_on = held.earliest_start_on, held.latest_start_on
    for told in version.version_log:
        number = str(told.get("version") or "")
        parts = _parts(number)
        if parts is None:
            continue
        row = rows.setdefault(parts, NumberRow(number))
        row.change = row.change or str(told.get("change") or "")
        row.earliest_start_on = row.earliest_start_on or _day(told.get("earliest_start_on"))
        row.latest_start_on = row.latest_start_on or _day(told.get("latest_start_on"))
    for row in rows.values():
        row.corrections.sort(key=lambda held: held.correction)
    return [rows[parts] for parts in sorted(rows, reverse=True)]


def is_shown(item: Any, option: str) -> bool:
    """Whether a statement or a duty, read with its options, belongs to core, or to core and one option, as asked."""
    positions = [str(held.position) for held in item.options.all()]
    return not option or not positions or option in positions


def _kinds(rows: Any) -> list[Kind]:
    kinds = {kind.value: Kind(kind.value, str(kind.label)) for kind in KsbType}
    for row in rows:
        kinds[row.ksb.type].rows.append(row)
    return [kind for kind in kinds.values() if kind.rows]


def _parts(number: str) -> tuple[int, int] | None:
    major, _, minor = number.partition(".")
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() and len(number) < 9 else None


def _day(value: Any) -> date | None:
    try:
        return parse_date(value) if isinstance(value, str) else value
    except ValueError:
        return None
