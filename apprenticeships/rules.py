"""Which rules somebody's programme is run by: asked here, and nowhere else."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from apprenticeships.models import Apprenticeship, Programme, ProgrammeRules, PublishedHours
from core import scope
from core.prepared import Prepared
from occupations.models import StandardVersion

_BY_REFERENCE = {"FA": Programme.FOUNDATION, "AU": Programme.UNIT}
_all = Prepared(lambda: ProgrammeRules.objects.order_by("starts_from", "edition"), is_the_same_every_day=True)
_published = Prepared(
    lambda reference, version: PublishedHours.objects.filter(reference=reference, version=version).order_by(
        "-starts_from", "-edition"
    ),
    is_the_same_every_day=True,
)


def programme_of(version: StandardVersion) -> Programme:
    """What kind of programme leads to it, by its reference: ST, FA or AU."""
    return programme_named(version.standard.reference)


def programme_named(reference: str) -> Programme:
    """What kind of programme leads to a standard with this reference."""
    return _BY_REFERENCE.get(reference[:2], Programme.APPRENTICESHIP)


def rules_for(apprenticeship: Apprenticeship) -> ProgrammeRules:
    """The rules of somebody's programme: those of the day on which they started, whatever came since.

    One query in each request, for all who are asked about. Load `standard_version__standard` before.
    """
    return rules_of_start(programme_of(apprenticeship.standard_version), apprenticeship.started_on)


def rules_of_start(programme: Programme, started_on: date) -> ProgrammeRules:
    """The rules of a programme for a start on this day; before the first that are known, the first.

    Raises:
        LookupError: the installation has none, because nothing was migrated.
    """
    return rules_among(rules_of_programme(programme), started_on)


def rules_among(rules: Sequence[ProgrammeRules], started_on: date) -> ProgrammeRules:
    """Of the rules of a programme in the order of their days, those for a start on this day."""
    return rules[max(0, bisect_right(rules, started_on, key=lambda row: row.starts_from) - 1)]


def rules_of_programme(programme: Programme) -> list[ProgrammeRules]:
    """Those that count, in the order of their days."""
    return _held()[programme]


def published_hours(version: StandardVersion, started_on: date) -> int | None:
    """The off-the-job hours published as the minimum of this version, for a start on this day. One query.

    Where a figure for some days stands beside an open one, the one that began last counts; of its editions the newest.
    """
    newest: dict[date, PublishedHours] = {}
    for row in _published(reference=version.standard.reference, version=version.version):
        if row.starts_from <= started_on:
            newest.setdefault(row.starts_from, row)
    standing = (row for row in newest.values() if row.starts_until is None or started_on <= row.starts_until)
    found = next(standing, None)
    return found.hours if found else None


def _held() -> dict[str, list[ProgrammeRules]]:
    return scope.kept("programme_rules", _read)


def _read() -> dict[str, list[ProgrammeRules]]:
    counting: dict[str, dict[date, ProgrammeRules]] = {}
    for row in _all():
        counting.setdefault(row.programme, {})[row.starts_from] = row
    if not counting:
        raise LookupError("There are no programme rules. Run manage.py migrate.")
    return {programme: list(rows.values()) for programme, rows in counting.items()}
