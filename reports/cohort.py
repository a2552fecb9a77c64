"""The cohort: every apprenticeship somebody oversees, with where it is and where it should be."""

from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from apprenticeships import pace
from apprenticeships.models import Apprenticeship, Assignment

#: Roles that see a cohort: their provider's, their caseload, or their own people's.
COHORT_ROLES = {Role.PROVIDER_ADMIN, Role.IQA, Role.VIEWER, Role.ASSESSOR, Role.MENTOR}


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


def overseen_by(user: User) -> QuerySet[Apprenticeship]:
    """The apprenticeships that `user` oversees in the organisation they act for, with every figure of the report."""
    assessor = Assignment.objects.live().filter(apprenticeship=OuterRef("pk"), role=Assignment.Role.ASSESSOR)
    return (
        Apprenticeship.objects.visible_to(user)
        .filter(Q(provider=user.acting_for) | Q(employer=user.acting_for))
        .exclude(apprentice=user)
        .with_people()
        .with_pace()
        .with_missing_options()
        .annotate(
            assessor_id=Subquery(assessor.values("person")[:1]),
            assessor_name=Subquery(assessor.values("person__name")[:1]),
        )
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


@dataclass(frozen=True)
class Board:
    """The line on top: how many learners there are of each pace, and how many KSBs are where. Value, label, number."""

    learners: int
    paces: list[tuple[str, Any, int]]
    ksbs: list[tuple[str, Any, int]]


def board(rows: QuerySet[Apprenticeship]) -> Board:
    """The board over `rows`, in one query."""
    counts = rows.order_by().aggregate(
        learners=Count("pk"),
        **{rag: Count("pk", filter=Q(rag=rag)) for rag in pace.RAG_LABELS},
        **{name: Sum(f"{name}_count", default=0) for name in KSB_TOTALS},
    )
    return Board(
        learners=counts["learners"],
        paces=[(rag, label, counts[rag]) for rag, label in pace.RAG_LABELS.items()],
        ksbs=[(name, label, counts[name]) for name, label in KSB_TOTALS.items()],
    )
