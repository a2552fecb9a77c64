"""The cohort: every apprenticeship somebody oversees, with where it is and where it should be."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Lower, TruncMonth
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.seen_by import SeenBy
from apprenticeships import pace
from apprenticeships.models import Apprenticeship, Assignment
from apprenticeships.reach import SIGHT
from core.actor import Actor


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


def overseen_by(actor: Actor) -> QuerySet[Apprenticeship]:
    """The apprenticeships that `user` oversees in the organisation they act for, with every figure of the report."""
    assessor = Assignment.objects.live().filter(apprenticeship=OuterRef("pk"), role=Assignment.Role.ASSESSOR)
    return (
        Apprenticeship.objects.visible_to(actor)
        .filter(Q(provider=actor.organisation_id) | Q(employer=actor.organisation_id))
        .exclude(apprentice=actor.person_id)
        .with_people()
        .with_pace()
        .with_missing_options()
        .annotate(
            assessor_id=Subquery(assessor.values("person")[:1]),
            assessor_name=Subquery(assessor.values("person__name")[:1]),
        )
    )


def choices_among(actor: Actor) -> QuerySet[Any, Any]:
    """What the filters can offer: assessor, employer, standard and month of start, each combination once."""
    return (
        overseen_by(actor)
        .order_by()
        .values_list(
            "assessor_id",
            "assessor_name",
            "employer",
            "employer__name",
            "standard_version",
            "standard_version__standard__reference",
            "standard_version__version",
            "standard_version__title",
            TruncMonth("started_on"),
        )
        .distinct()
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

#: A user, the name of a column and whether it is descending, to `ROW` of everybody they oversee.
everybody = SeenBy(
    lambda user, column, is_descending: Sort(BY_NAME[column], is_descending).apply(overseen_by(user)).values_list(*ROW),
    SIGHT,
)
#: A user to `choices_among` all they oversee.
choices = SeenBy(choices_among, SIGHT)


@dataclass(frozen=True)
class Board:
    """The line on top: how many learners there are of each pace, and how many KSBs are where. Value, label, number."""

    learners: int
    paces: list[tuple[str, Any, int]]
    ksbs: list[tuple[str, Any, int]]


def counted(rows: QuerySet[Apprenticeship]) -> QuerySet[Any, Any]:
    """One row with the numbers of a board: learners, those of each pace, KSBs of each total."""
    counts: dict[str, Any] = {f"learners_{rag}": Count("pk", filter=Q(rag=rag)) for rag in pace.RAG_LABELS}
    totals: dict[str, Any] = {f"ksbs_{name}": Sum(f"{name}_count", default=0) for name in KSB_TOTALS}
    # Grouped by what is the same for all rows.
    return (
        rows.order_by()
        .annotate(group=Value(1))
        .values("group")
        .annotate(learners=Count("pk"), **counts, **totals)
        .values_list("learners", *counts, *totals)
    )


counted_of_everybody = SeenBy(lambda user: counted(overseen_by(user)), SIGHT)


def board(rows: Iterable[tuple[Any, ...]]) -> Board:
    """The board of the row that `counted` gives."""
    empty = (0,) * (1 + len(pace.RAG_LABELS) + len(KSB_TOTALS))
    learners, *numbers = next(iter(rows), empty)
    split = len(pace.RAG_LABELS)
    return Board(
        learners=learners,
        paces=[(*named, number) for named, number in zip(pace.RAG_LABELS.items(), numbers[:split], strict=True)],
        ksbs=[(*named, number) for named, number in zip(KSB_TOTALS.items(), numbers[split:], strict=True)],
    )
