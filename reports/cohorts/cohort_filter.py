"""What the cohort is narrowed to, by values that were checked: on its page and in its files."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from apprenticeships.models import Apprenticeship, KsbState
from apprenticeships.pace import COUNTED_STATUSES
from core.folding import holds
from reports.cohorts import watching
from reports.cohorts.cohort import FILTER_COLUMNS


def narrowed(
    rows: QuerySet[Apprenticeship], given: Mapping[str, Any], leaving_out: Collection[str] = ()
) -> QuerySet[Apprenticeship]:
    """`rows` that fit every filter but those in `leaving_out`.

    Whose KSBs are in some state is asked of the learners who are counted, as on the board, unless those of a
    certain status or pace are asked for.
    """
    given = {name: value for name, value in given.items() if name not in leaving_out}
    for word in given.get("name", "").split():
        rows = rows.filter(holds("apprentice__name", word))
    for column in FILTER_COLUMNS:
        if value := given.get(column.name):
            is_nobody = value == "None"
            rows = rows.filter(**{f"{column.filter_by}__isnull": True} if is_nobody else {column.filter_by: value})
    if start := given.get("start"):
        year, month = map(int, start.split("-"))
        following = date(year + month // 12, month % 12 + 1, 1)
        rows = rows.filter(started_on__gte=date(year, month, 1), started_on__lt=following)
    if has := given.get("has"):
        rows = rows.filter(**{f"{KsbState(has).counter}__gt": 0})
        if not given.keys() & {"status", "rag"}:
            rows = rows.filter(status__in=COUNTED_STATUSES)
    if watch := given.get("watch"):
        rows = rows.filter(watching.condition(watch))
    if lacks := given.get("lacks"):
        unsigned = [state for state in KsbState.values if state != KsbState.SIGNED_OFF]
        rows = rows.filter(progress__ksb=lacks, progress__state__in=unsigned, status__in=COUNTED_STATUSES)
    return rows
