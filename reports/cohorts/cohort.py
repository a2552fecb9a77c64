"""The cohort: every apprenticeship somebody oversees, with where it is and where it should be."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Lower
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.seen_by import SeenBy
from apprenticeships import pace
from apprenticeships.models import Apprenticeship, Assignment, KsbState
from apprenticeships.pace_rules import limits_of
from apprenticeships.querysets import SIGHT, ApprenticeshipQuerySet
from core.actor import Actor
from core.prepared import Prepared, Row
from reports.cohorts import watching
from reports.tables.columns import Column, Kind


@dataclass(frozen=True)
class LearnerColumn(Column):
    """A column of the report on learners: its page with headings, sorts and filters, its files and the feed have these.

    Attributes:
        order_by: what the page sorts by. A column without it is in the file alone.
        filter_by: the field that a filter of this name compares, if there is one.
        is_number: whether its figures stand below each other.
    """

    order_by: Any = None
    filter_by: str = ""
    is_number: bool = False


def _count(state: KsbState) -> LearnerColumn:
    """How many KSBs are in a state. The page leaves out those for which nothing was handed in."""
    return LearnerColumn(
        state.value,
        state.label,
        (state.counter,),
        Kind.WHOLE,
        order_by=F(state.counter) if state in KsbState.handed_in() else None,
        is_number=True,
        says=format_lazy(_("How many of the learner’s KSBs are “{}”."), state.label),
    )


#: A pace, or why there is none.
PACES: dict[str, Any] = pace.RAG_LABELS | {
    name: format_lazy("{} {}", _("Not counted:"), label) for name, label in pace.NOT_COUNTED.items()
}
COLUMNS = [
    LearnerColumn(
        "apprentice",
        _("Apprentice"),
        ("apprentice__name", "status"),
        order_by=Lower("apprentice__name"),
        says=_("Their name."),
        is_personal=True,
    ),
    LearnerColumn(
        "standard",
        _("Standard"),
        (
            "standard_version__standard__reference",
            "standard_version__standard__slug",
            "standard_version__version",
            "standard_version__title",
        ),
        order_by=F("standard_version__standard__reference"),
        filter_by="standard_version",
        says=_("The reference of the standard, such as ST0321."),
    ),
    LearnerColumn(
        "version", _("Version"), ("standard_version__version",), says=_("Which version of the standard they are on.")
    ),
    LearnerColumn(
        "employer", _("Employer"), ("employer__name",), filter_by="employer", says=_("The employer they have today.")
    ),
    LearnerColumn(
        "assessor",
        _("Assessor"),
        ("assessor_name",),
        order_by=Lower("assessor_name"),
        filter_by="assessor_id",
        says=_("Who leads as their assessor today; empty if nobody does."),
        is_personal=True,
    ),
    LearnerColumn(
        "status",
        _("Status"),
        ("status",),
        words=dict(Apprenticeship.Status.choices),
        filter_by="status",
        says=_("Where the apprenticeship stands today."),
    ),
    LearnerColumn("start", _("Start"), ("started_on",), Kind.DAY, says=_("The first day of the apprenticeship.")),
    LearnerColumn(
        "ksbs",
        _("KSBs"),
        ("ksb_count",),
        Kind.WHOLE,
        says=_("How many KSBs apply to them. The shares and the counts of states are of these."),
    ),
    *map(_count, KsbState.counted()),
    LearnerColumn(
        "actual",
        _("Actual"),
        ("actual_percent", "expected_percent", "awaits_option"),
        Kind.NUMBER,
        unit="%",
        order_by=F("actual_percent"),
        is_number=True,
        says=_("Per cent of their KSBs that are signed off. Empty where no KSBs apply yet."),
    ),
    LearnerColumn(
        "expected",
        _("Expected"),
        ("expected_percent",),
        Kind.NUMBER,
        unit="%",
        order_by=F("expected_percent"),
        is_number=True,
        says=_("Per cent of the time between the start and the planned end that has passed, without breaks."),
    ),
    LearnerColumn(
        "gap",
        _("Gap"),
        ("gap_points",),
        Kind.NUMBER,
        unit=_("(percentage points)"),
        says=_("Actual minus expected. Empty for learners whose time does not count."),
    ),
    LearnerColumn(
        "rag",
        _("On track?"),
        ("rag", "gap_points"),
        words=PACES,
        order_by=F("gap_points"),
        filter_by="rag",
        says=_("Ahead, on track, at risk or behind by the provider’s rule, or why they are not counted."),
    ),
    LearnerColumn(
        "last_activity",
        _("Last activity"),
        ("last_activity_at",),
        Kind.DAY_OF_MOMENT,
        order_by=F("last_activity_at"),
        says=_("The last day on which something was done. Empty if nothing was."),
    ),
    LearnerColumn(
        "planned_end",
        _("Planned end"),
        ("planned_end_on",),
        Kind.DAY,
        order_by=F("planned_end_on"),
        says=_("When they are to finish, as planned today."),
    ),
]
PAGE_COLUMNS = [column for column in COLUMNS if column.order_by is not None]
FILTER_COLUMNS = [column for column in COLUMNS if column.filter_by]
BY_NAME = {column.name: column for column in PAGE_COLUMNS}
DEFAULT_SORT = "apprentice"


def overseen_by(actor: Actor) -> QuerySet[Any, Any]:
    """The apprenticeships that `user` oversees in the organisation they act for, with every figure of the report."""
    return _with_figures(
        Apprenticeship.objects.visible_to(actor)
        .filter(Q(provider=actor.organisation_id) | Q(employer=actor.organisation_id))
        .exclude(apprentice=actor.person_id)
    )


def _with_figures(rows: ApprenticeshipQuerySet) -> QuerySet[Apprenticeship]:
    assessor = Assignment.objects.live().leading().filter(apprenticeship=OuterRef("pk"), role=Assignment.Role.ASSESSOR)
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
    """What the filters can offer of what is in the rows.

    Attributes:
        names: for a column, by id as text, the names that occur in it.
        months: in which somebody started.
        without_assessor: how many have no assessor.
    """

    names: dict[str, dict[str, str]]
    months: set[date]
    without_assessor: int


def choices(actor: Actor) -> Choices:
    """Whatever is in a row that `actor` oversees. No assessor is always a choice: “None”, without a name."""
    found = list(_combinations(actor))
    # SQLite gives an id that comes from a subquery as its digits.
    people = {assessor: UUID(str(assessor)) for assessor, *_ in found if assessor}
    names = dict(_names(people=frozenset(people.values()))) if people else {}
    return Choices(
        names={
            "assessor": {"None": ""}
            | {str(assessor): names[people[assessor]] if assessor else "" for assessor, *_ in found},
            "employer": {str(key): name or "" for _, key, name, *_ in found},
            "standard": {
                str(key): f"{reference} {title} ({version})" for *_, key, reference, version, title, _ in found
            },
        },
        months={day.replace(day=1) for (day,) in _first_days(actor)},
        without_assessor=sum(count for assessor, *_, count in found if not assessor),
    )


@dataclass(frozen=True)
class Sort:
    """Which column the rows are ordered by, and which way."""

    column: LearnerColumn
    is_descending: bool

    @classmethod
    def named(cls, given: str) -> Self:
        """`met`, or `-met` for the other way round; anything else is by name."""
        column = BY_NAME.get(given.removeprefix("-"))
        return cls(column, given.startswith("-")) if column else cls(BY_NAME[DEFAULT_SORT], False)

    def apply(self, rows: QuerySet[Apprenticeship]) -> QuerySet[Apprenticeship]:
        """`rows` in this order; what has no value comes last, and equal ones keep one order."""
        by = self.column.order_by
        ordered = by.desc(nulls_last=True) if self.is_descending else by.asc(nulls_last=True)
        return rows.order_by(ordered, Lower("apprentice__name"), "pk")


#: The filters that the board itself sets: its numbers are counted without them, so each is what its link shows.
BOARD_FILTERS = ("rag", "has", "watch")

_ROW = ("pk", *dict.fromkeys(field for column in PAGE_COLUMNS for field in column.reads))

#: A user, the name of a column and whether it is descending, to the ids of everybody they oversee.
everybody = SeenBy(
    lambda user, column, is_descending: Sort(BY_NAME[column], is_descending).apply(overseen_by(user)).values_list("pk"),
    SIGHT,
)
_rows = Prepared(lambda these: _with_figures(Apprenticeship.objects.unscoped().filter(pk__in=these)).values_list(*_ROW))


def rows_of(ids: Iterable[Row]) -> list[dict[str, Any]]:
    """What `PAGE_COLUMNS` read of each of these learners, by field and with their `pk`, in their order.

    Who is on a page is found first: what is shown of a learner would be worked out for all of them, to show a few.
    """
    wanted = [pk for (pk,) in ids]
    found = {row[0]: dict(zip(_ROW, row, strict=True)) for row in _rows(these=frozenset(wanted))} if wanted else {}
    return [found[pk] for pk in wanted if pk in found]


_combinations = SeenBy(
    lambda user: (
        overseen_by(user)
        .order_by()
        .values("assessor_id", "employer", "standard_version")
        .annotate(learners=Count("pk"))
        .values_list(
            "assessor_id",
            "employer",
            "employer__name",
            "standard_version",
            "standard_version__standard__reference",
            "standard_version__version",
            "standard_version__title",
            "learners",
        )
    ),
    SIGHT,
)
#: Days, not months: SQLite would call Python for the month of each row.
_first_days = SeenBy(lambda user: overseen_by(user).order_by().values_list("started_on").distinct(), SIGHT)
_names = Prepared(lambda people: User.objects.filter(pk__in=people).values_list("pk", "name"))


def names_of(people: Iterable[Any]) -> dict[str, str]:
    """The names of people by their id as text. SQLite gives an id that comes from a subquery as its digits."""
    ids = frozenset(UUID(str(one)) for one in people if one)
    return {str(pk): name for pk, name in _names(people=ids)} if ids else {}


_rules = SeenBy(
    lambda actor: overseen_by(actor).order_by().values_list("provider__name", *pace.PACE_LIMITS).distinct(), SIGHT
)


def rules(actor: Actor, organisation: Organisation) -> list[tuple[str, pace.Limits]]:
    """The rule for who is on track of each provider whose learners `actor` oversees here, by its name. One query."""
    if organisation.kind == Organisation.Kind.PROVIDER:
        return [(organisation.name, limits_of(organisation.pk))]
    names = pace.PACE_LIMITS
    return [(row[0], pace.Limits(**dict(zip(names, row[1:], strict=True)))) for row in sorted(_rules(actor))]


@dataclass(frozen=True)
class Board:
    """The line on top: how many learners there are of each pace, and how many KSBs are where. Value, label, number.

    The learners of each pace and of each reason for which somebody is not counted, where there are any, add up to all.
    The KSBs are of those who are counted.
    """

    learners: int
    paces: list[tuple[str, Any, int]]
    not_counted: list[tuple[str, Any, int]]
    ksbs: list[tuple[str, Any, int]]
    watches: list[tuple[str, Any, int]]


def counted(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The numbers of a board, a row for each pace.

    Learners, KSBs of each state in `KsbState.handed_in`, and the learners whom `watching.WATCHES` are about.
    """
    totals: dict[str, Any] = {f"ksbs_{state}": Sum(state.counter, default=0) for state in KsbState.handed_in()}
    totals |= {f"watch_{watch}": Count("pk", filter=watching.condition(watch)) for watch in watching.WATCHES}
    board: QuerySet[Any, Any] = (
        rows.order_by().values("rag").annotate(learners=Count("pk"), **totals).values_list("rag", "learners", *totals)
    )
    return board


counted_of_everybody = SeenBy(lambda user: counted(overseen_by(user)), SIGHT)


def board(rows: Iterable[tuple[Any, ...]], *, of_one_status: bool = False) -> Board:
    """The board of the rows that `counted` gives.

    Args:
        of_one_status: whether these were asked for by their status: then the KSBs are of all of them.
    """
    learners: Counter[str] = Counter()
    ksbs: Counter[str] = Counter()
    watches: Counter[str] = Counter()
    states = len(KsbState.handed_in())
    for rag, count, *numbers in rows:
        totals, watched = numbers[:states], numbers[states:]
        learners[rag] += count
        watches.update(dict(zip(watching.WATCHES, watched, strict=True)))
        if of_one_status or rag not in pace.NOT_COUNTED:
            ksbs.update(dict(zip(KsbState.handed_in(), totals, strict=True)))
    return Board(
        learners=learners.total(),
        paces=[(name, label, learners[name]) for name, label in pace.RAG_LABELS.items()],
        not_counted=[(name, label, learners[name]) for name, label in pace.NOT_COUNTED.items() if learners[name]],
        ksbs=[(state.value, state.label, ksbs[state]) for state in KsbState.handed_in()],
        watches=[(watch, label, watches[watch]) for watch, label in watching.WATCHES.items()],
    )
