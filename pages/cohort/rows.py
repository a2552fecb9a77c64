"""The rows of the cohort and of records, worked out and drawn here, so that the template only prints."""

import math
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apprenticeships import pace
from apprenticeships.models import Apprenticeship, KsbState
from core import moments
from pages.addresses import addresses_of
from pages.templatetags.pace import progress_bar_small
from pages.templatetags.pace import rag as drawn_pace
from reports.cohorts.cohort import PAGE_COLUMNS, LearnerColumn
from reports.record.lines import Line

_STATUSES = dict(Apprenticeship.Status.choices)
#: On a phone the first takes a line of its own, and the others share one.
_ON_A_PHONE = {"rag": "is-wide", "last_activity": "is-half", "planned_end": "is-half"}
Learner = dict[str, Any]


def rows_of(learners: Iterable[Learner]) -> list[dict[str, Any]]:
    """A row for each of `cohort.rows_of`: name, address of their page, and a drawn cell for each column."""
    address = addresses_of("coverage")
    drawings = [(column.name, _frame(column), _CELLS[column.name]) for column in PAGE_COLUMNS]
    rows = []
    for learner in learners:
        learner["address"] = address(learner["pk"])
        rows.append(
            {
                "name": learner["apprentice__name"],
                "address": learner["address"],
                "cells": {name: format_html(frame, draw(learner)) for name, frame, draw in drawings},
            }
        )
    return rows


def _frame(column: LearnerColumn) -> str:
    """The markup around what is drawn in a cell. On a phone it says its own column."""
    if column == PAGE_COLUMNS[0]:
        return '<th scope="row">{}</th>'
    css = "number" if column.is_number else _ON_A_PHONE.get(column.name, "")
    frame = format_html('<td{} data-label="{}">', format_html(' class="{}"', css) if css else "", column.heading)
    return f"{frame.replace('{', '{{').replace('}', '}}')}{{}}</td>"


def _apprentice(learner: Learner) -> SafeString:
    link = format_html('<a href="{}">{}</a>', learner["address"], learner["apprentice__name"])
    status = learner["status"]
    if status == Apprenticeship.Status.ON_PROGRAMME:
        return link
    return format_html('{} <span class="tag">{}</span>', link, _STATUSES.get(status, status))


def _standard(learner: Learner) -> SafeString:
    return _standard_link(
        learner["standard_version__standard__slug"],
        learner["standard_version__version"],
        learner["standard_version__standard__reference"],
        learner["standard_version__title"],
    )


@lru_cache(maxsize=500)
def _standard_link(slug: str, version: str, reference: str, title: str) -> SafeString:
    address = reverse("pages:standard", args=[slug, version])
    return format_html('<a href="{}" title="{}">{}</a>', address, title, reference)


def _count_of(state: KsbState) -> Callable[[Learner], SafeString]:
    """How many KSBs are in a state, with a link to those."""
    link = f'<a href="{{}}?state={state.value}">{{}}</a>'
    return lambda learner: format_html(link, learner["address"], learner[state.counter])


def _actual(learner: Learner) -> str:
    if learner["awaits_option"]:
        return _("Choose an option first")
    if learner["actual_percent"] is None:
        return _("no KSBs")
    return progress_bar_small(_whole(learner["actual_percent"]), _expected(learner))


def _expected(learner: Learner) -> str:
    return _whole(learner["expected_percent"] or 0)


def _pace(learner: Learner) -> SafeString:
    # Why somebody is not counted is said beside their name, or where their progress would be.
    shown = drawn_pace(learner["rag"], pace.RAG_LABELS.get(learner["rag"], _("Not counted")))
    gap = learner["gap_points"]
    if gap is None:
        return shown
    points = _whole(gap)
    return format_html('{} <span class="age">{}{}</span>', shown, "+" if gap > 0 and points != "0" else "", points)


def _last_activity(learner: Learner) -> str:
    at = learner["last_activity_at"]
    return _day(timezone.localtime(at)) if at else _("None yet")


def _day(day: date) -> SafeString:
    return format_html('<span class="day">{}</span>', moments.short_day(day))


#: How the page draws each column.
_CELLS: dict[str, Callable[[Learner], str]] = {
    "apprentice": _apprentice,
    "standard": _standard,
    "assessor": lambda learner: learner["assessor_name"] or "–",
    **{state.value: _count_of(state) for state in KsbState.handed_in()},
    "actual": _actual,
    "expected": lambda learner: f"{_expected(learner)}%",
    "rag": _pace,
    "last_activity": _last_activity,
    "planned_end": lambda learner: _day(learner["planned_end_on"]),
}


def _whole(number: float) -> str:
    """A number without its fraction, half rounded up, as every page rounds."""
    return str(math.floor(abs(number) + 0.5) * (1 if number >= 0 else -1))


def rows_of_record(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """A row for each line of a record."""
    return [
        {
            "sequence": line.sequence,
            "at": line.at,
            "who": line.who,
            "did": f"{line.did}: {', '.join(line.details)}" if line.details else line.did,
            "about": (line.about.name if line.about else "") or "–",
            "address": line.about.address if line.about else "",
        }
        for line in lines
    ]
