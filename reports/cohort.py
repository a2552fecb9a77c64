"""The cohort: every apprenticeship somebody oversees, with where it is and where it should be."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.seen_by import SeenBy
from apprenticeships import pace
from apprenticeships.models import Apprenticeship, Assignment
from apprenticeships.querysets import ApprenticeshipQuerySet
from apprenticeships.reach import SIGHT
from core.actor import Actor
from core.prepared import Prepared, Row


@dataclass(frozen=True)
class Column:
    """A column of the report: its name in the address, its heading, and what it sorts by."""

    name: str
    heading: Any
    order_by: Any
    is_number: bool = True


COLUMNS = [
    Column("apprentice", _("Apprentice"), Lower("apprentice__name"), is_number=False),
    Column("standard", _("Standard"), F("standard_version__standard__reference"), is_number=False),
    Column("assessor", _("Assessor"), Lower("assessor_name"), is_number=False),
    Column("signed_off", _("Signed off"), F("signed_off_count")),
    Column("met", _("Met"), F("met_count")),
    Column("submitted", _("Submitted"), F("submitted_count")),
    Column("needs_work", _("Needs work"), F("needs_work_count")),
    Column("actual", _("Actual"), F("actual_percent")),
    Column("expected", _("Expected"), F("expected_percent")),
    Column("rag", _("Pace"), F("gap_points"), is_number=False),
    Column("last_activity", _("Last activity"), F("last_activity_at"), is_number=False),
    Column("planned_end", _("Planned end"), F("planned_end_on"), is_number=False),
]
BY_NAME = {column.name: column for column in COLUMNS}
DEFAULT_SORT = "apprentice"


def overseen_by(actor: Actor) -> QuerySet[Any, Any]:
    """The apprenticeships that `user` oversees in the organisation they act for, with every figure of the report."""
    return _with_figures(
        Apprenticeship.objects.visible_to(actor)
        .filter(Q(provider=actor.organisation_id) | Q(employer=actor.organisation_id))
        .exclude(apprentice=actor.person_id)
    )


def _with_figures(rows: ApprenticeshipQuerySet) -> QuerySet[Apprenticeship]:
    assessor = Assignment.objects.live().filter(apprenticeship=OuterRef("pk"), role=Assignment.Role.ASSESSOR)
    return (
        rows.with_people()
        .with_pace()
        .with_missing_options()
        .annotate(
            assessor_id=Subquery(assessor.values("person")[:1]),
            assessor_name=Subquery(assessor.values("person__name")[:1]),
        )
    )


@dataclass(frozen=True)
class Choices:
    """What the filters can offer: by their id as text, assessors, employers and standards; and months of start."""

    assessors: dict[str, str]
    employers: dict[str, str]
    standards: dict[str, str]
    months: set[date]


def choices(actor: Actor) -> Choices:
    """Whatever is in a row that `actor` oversees. That there is nobody is a choice too: “None”, without a name."""
    found = list(_combinations(actor))
    # SQLite gives an id that comes from a subquery as its digits.
    people = {assessor: UUID(str(assessor)) for assessor, *_ in found if assessor}
    names = dict(_names(people=frozenset(people.values()))) if people else {}
    return Choices(
        assessors={str(assessor): names[people[assessor]] if assessor else "" for assessor, *_ in found},
        employers={str(key): name or "" for _, key, name, *_ in found},
        standards={str(key): f"{reference} {title} ({version})" for *_, key, reference, version, title in found},
        months={day.replace(day=1) for (day,) in _first_days(actor)},
    )


@dataclass(frozen=True)
class Sort:
    """Which column the rows are ordered by, and which way."""

    column: Column
    is_descending: bool

    @classmethod
    def from_address(cls, query: QueryDict) -> Self:
        """From `sort=met` or `sort=-met`; anything else is by name."""
        given = query.get("sort", "")
        column = BY_NAME.get(given.removeprefix("-"))
        return cls(column, given.startswith("-")) if column else cls(BY_NAME[DEFAULT_SORT], False)

    def apply(self, rows: QuerySet[Apprenticeship]) -> QuerySet[Apprenticeship]:
        """`rows` in this order; what has no value comes last, and equal ones keep one order."""
        by = self.column.order_by
        ordered = by.desc(nulls_last=True) if self.is_descending else by.asc(nulls_last=True)
        return rows.order_by(ordered, Lower("apprentice__name"), "pk")


#: The filters that the board itself sets: its numbers are counted without them, so each is what its link shows.
BOARD_FILTERS = ("rag", "has")

#: The totals of KSBs on the board; each leads to the learners who have some.
KSB_TOTALS = {
    "submitted": _("KSBs waiting"),
    "needs_work": _("KSBs that need work"),
    "met": _("KSBs to sign off"),
    "signed_off": _("KSBs signed off"),
}


#: What a row of the table shows.
ROW = (
    "pk",
    "apprentice__name",
    "status",
    "standard_version__standard__slug",
    "standard_version__version",
    "standard_version__standard__reference",
    "standard_version__title",
    "assessor_name",
    "signed_off_count",
    "met_count",
    "submitted_count",
    "needs_work_count",
    "awaits_option",
    "actual_percent",
    "expected_percent",
    "gap_points",
    "rag",
    "last_activity_at",
    "planned_end_on",
)

#: A user, the name of a column and whether it is descending, to the ids of everybody they oversee.
everybody = SeenBy(
    lambda user, column, is_descending: Sort(BY_NAME[column], is_descending).apply(overseen_by(user)).values_list("pk"),
    SIGHT,
)
_rows = Prepared(lambda these: _with_figures(Apprenticeship.objects.unscoped().filter(pk__in=these)).values_list(*ROW))


def rows_of(ids: Iterable[Row]) -> list[Row]:
    """`ROW` of each of these learners, in their order.

    Who is on a page is found first: what is shown of a learner would be worked out for all of them, to show a few.
    """
    wanted = [pk for (pk,) in ids]
    found = {row[0]: row for row in _rows(these=frozenset(wanted))} if wanted else {}
    return [found[pk] for pk in wanted if pk in found]


_combinations = SeenBy(
    lambda user: (
        overseen_by(user)
        .order_by()
        .values_list(
            "assessor_id",
            "employer",
            "employer__name",
            "standard_version",
            "standard_version__standard__reference",
            "standard_version__version",
            "standard_version__title",
        )
        .distinct()
    ),
    SIGHT,
)
#: Days, not months: SQLite would call Python for the month of each row.
_first_days = SeenBy(lambda user: overseen_by(user).order_by().values_list("started_on").distinct(), SIGHT)
_names = Prepared(lambda people: User.objects.filter(pk__in=people).values_list("pk", "name"))


@dataclass(frozen=True)
class Board:
    """The line on top: how many learners there are of each pace, and how many KSBs are where. Value, label, number."""

    learners: int
    paces: list[tuple[str, Any, int]]
    ksbs: list[tuple[str, Any, int]]


def counted(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The numbers of a board, a row for each pace: learners, and KSBs of each total."""
    totals: dict[str, Any] = {f"ksbs_{name}": Sum(f"{name}_count", default=0) for name in KSB_TOTALS}
    board: QuerySet[Any, Any] = (
        rows.order_by().values("rag").annotate(learners=Count("pk"), **totals).values_list("rag", "learners", *totals)
    )
    return board


counted_of_everybody = SeenBy(lambda user: counted(overseen_by(user)), SIGHT)


def board(rows: Iterable[tuple[Any, ...]]) -> Board:
    """The board of the rows that `counted` gives."""
    learners: Counter[str] = Counter()
    ksbs: Counter[str] = Counter()
    for rag, count, *totals in rows:
        learners[rag] += count
        ksbs.update(dict(zip(KSB_TOTALS, totals, strict=True)))
    return Board(
        learners=learners.total(),
        paces=[(name, label, learners[name]) for name, label in pace.RAG_LABELS.items()],
        ksbs=[(name, label, ksbs[name]) for name, label in KSB_TOTALS.items()],
    )
