"""The cohort as a CSV file (RFC 4180) for spreadsheets."""

import csv
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apprenticeships import pace
from apprenticeships.models import Apprenticeship
from core.links import path_to
from reports.csv_safety import cell

#: How many rows are in memory at once.
CHUNK_SIZE = 500


def headings() -> list[str]:
    """The names of the columns, in the order of `_values`."""
    return [
        _("Apprentice"),
        _("Standard"),
        _("Version"),
        _("Employer"),
        _("Assessor"),
        _("Status"),
        _("Start"),
        _("Planned end"),
        _("KSBs"),
        _("Signed off"),
        _("Met"),
        _("Submitted"),
        _("Needs work"),
        _("In progress"),
        _("Actual %"),
        _("Expected %"),
        _("Gap (points)"),
        _("Pace"),
        _("Last activity"),
        _("Page"),
    ]


class _Line:
    """What csv writes to: gives each line back."""

    def write(self, text: str) -> str:
        return text


def lines(rows: QuerySet[Apprenticeship], full_address: Callable[[str], str]) -> Iterator[str]:
    """The file line by line, so that memory does not grow with it.

    It begins with a byte order mark: Excel takes a file without one for the local code page, and spoils names with
    accents. `full_address` makes the path of a page into its address.
    """
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(headings())
    for row in rows.iterator(chunk_size=CHUNK_SIZE):
        page = full_address(path_to("coverage", row.pk))
        yield writer.writerow([cell(value) for value in [*_values(row), page]])


def _values(row: Any) -> list[object]:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 1)

    return [
        row.apprentice.name,
        row.standard_version.standard.reference,
        row.standard_version.version,
        row.employer.name if row.employer else None,
        row.assessor_name,
        row.get_status_display(),
        row.started_on.isoformat(),
        row.planned_end_on.isoformat(),
        row.ksb_count,
        row.signed_off_count,
        row.met_count,
        row.submitted_count,
        row.needs_work_count,
        row.in_progress_count,
        rounded(row.actual_percent),
        rounded(row.expected_percent),
        rounded(row.gap_points),
        pace.RAG_LABELS.get(row.rag),
        timezone.localtime(row.last_activity_at).date().isoformat() if row.last_activity_at else None,
        # Two people can have one name: the page's address, added by `lines`, tells them apart.
    ]
