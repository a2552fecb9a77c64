"""The lists of quality assurance as files."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apprenticeships.models import Outcome
from assessments.models import Finding, FindingNote
from core import clock, moments
from core.prepared import Row
from pages.table_files import dated
from reports.pictures import Cell
from reports.tables.files import TableFile

_OUTCOMES, _RESULTS, _NOTES = dict(Outcome.choices), dict(Finding.Result.choices), dict(FindingNote.Kind.choices)


class _Shape(NamedTuple):
    """What a list is called, its columns, and how a row of `assessments.sampling.lists` is written."""

    title: Any
    headings: tuple[Any, ...]
    cells: Callable[[Row], list[Cell]]


def _sample(row: Row) -> list[Cell]:
    _sample, code, apprentice, assessor, outcome, decided_at = row
    return [code, apprentice, assessor, str(_OUTCOMES.get(outcome, "")), timezone.localtime(decided_at).date()]


def _finding(row: Row) -> list[Cell]:
    _sample, code, apprentice, assessor, action, feedback, owner, result, last_note, due_on = row
    state = _NOTES.get(last_note, "") if last_note else ""
    return [
        code,
        apprentice,
        assessor,
        str(_RESULTS.get(result, "")),
        feedback,
        action,
        owner or "",
        due_on,
        str(state),
    ]


def _appeal(row: Row) -> list[Cell]:
    _appeal, code, apprentice, assessor, at, answer_by = row
    return [code or "", apprentice, assessor, timezone.localtime(at).date(), answer_by]


_WHOSE = (gettext_lazy("KSB"), gettext_lazy("Apprentice"), gettext_lazy("Assessor"))
_OF_FINDINGS = (
    *_WHOSE,
    gettext_lazy("Result"),
    gettext_lazy("Feedback"),
    gettext_lazy("Action"),
    gettext_lazy("Who does it"),
    gettext_lazy("Due"),
    gettext_lazy("Last note"),
)
_SHAPES = {
    "waiting": _Shape(
        gettext_lazy("Decisions to check"), (*_WHOSE, gettext_lazy("Decision"), gettext_lazy("Decided on")), _sample
    ),
    "appeals": _Shape(
        gettext_lazy("Open appeals"), (*_WHOSE, gettext_lazy("Made on"), gettext_lazy("Answer by")), _appeal
    ),
    "actions": _Shape(gettext_lazy("Open actions"), _OF_FINDINGS, _finding),
    "overdue": _Shape(gettext_lazy("Overdue actions"), _OF_FINDINGS, _finding),
    "found": _Shape(gettext_lazy("Checked decisions"), _OF_FINDINGS, _finding),
}


def quality_table(which: str, rows: list[Row]) -> TableFile:
    """One of the lists, to be written."""
    shape = _SHAPES[which]
    title = str(shape.title)
    return TableFile(
        name=dated(f"quality-{which}"),
        title=title,
        about=[_("%(title)s, as of %(at)s.") % {"title": title, "at": moments.moment(clock.now())}],
        headings=[str(heading) for heading in shape.headings],
        rows=[shape.cells(row) for row in rows],
    )
