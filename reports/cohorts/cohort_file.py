"""The cohort as a CSV file (RFC 4180), and as a spreadsheet."""

from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation
from apprenticeships import pace
from apprenticeships.models import Apprenticeship
from core import clock, moments
from core.actor import Actor
from core.links import path_to
from reports.cohorts.cohort import COLUMNS, rules
from reports.pictures import Cell
from reports.tables.files import TableFile

#: How many rows are in memory at once.
CHUNK_SIZE = 500


_FIELDS = tuple(dict.fromkeys(column.field for column in COLUMNS))


def lines(rows: QuerySet[Apprenticeship], full_address: Callable[[str], str]) -> Iterator[str]:
    """The CSV file line by line: every column, and the page of each learner. Memory does not grow with it.

    `full_address` makes the path of a page into its address.
    """
    return _table(rows, full_address).lines()


def about(actor: Actor, organisation: Organisation, chosen: Sequence[str]) -> list[str]:
    """What the numbers of the spreadsheet are of, by which rule and when: a line each.

    Args:
        chosen: the filters, in words.
    """
    return [
        _("Learners of %(organisation)s, as of %(at)s.")
        % {"organisation": organisation.name, "at": moments.moment(clock.now())},
        *([_("Filtered by"), *chosen] if chosen else [_("Not filtered: all learners.")]),
        _("Actual is in per cent of the KSBs of each learner, expected in per cent of their time, the gap in points."),
        _("The columns of states count KSBs; all of a learner’s are in the column KSBs."),
        *rule_lines(actor, organisation),
    ]


def rule_lines(actor: Actor, organisation: Organisation) -> list[str]:
    """The rule for who is on track; with the provider's name where there are several."""
    found = rules(actor, organisation)
    if len(found) == 1:
        return [pace.rule_words(found[0][1])]
    return [f"{name}: {pace.rule_words(limits)}" for name, limits in found]


def spreadsheet(
    rows: QuerySet[Apprenticeship],
    full_address: Callable[[str], str],
    about: Sequence[str],
    told: Callable[[int], None] = lambda done: None,
) -> IO[bytes]:
    """The same rows and columns as a spreadsheet with typed cells.

    Args:
        about: what they are of.
        told: is called after each row with how many there were.
    """
    return _table(rows, full_address, about, told).spreadsheet()


def _table(
    rows: QuerySet[Apprenticeship],
    full_address: Callable[[str], str],
    about: Sequence[str] = (),
    told: Callable[[int], None] = lambda done: None,
) -> TableFile:
    def cells() -> Iterator[list[Cell]]:
        for done, row in enumerate(rows.values_list("pk", *_FIELDS).iterator(chunk_size=CHUNK_SIZE), 1):
            yield _typed_row(row, full_address)
            told(done)

    headings = [column.full_heading for column in COLUMNS]
    return TableFile("learners", _("Learners"), about, [*headings, _("Page")], cells())


def _typed_row(row: tuple[Any, ...], full_address: Callable[[str], str]) -> list[Cell]:
    # Two people can have one name: the page's address tells them apart.
    pk, *kept = row
    learner = dict(zip(_FIELDS, kept, strict=True))
    return [*(column.value(learner[column.field]) for column in COLUMNS), full_address(path_to("coverage", pk))]
