"""Which KSBs of a standard are weak, for each group of learners who started in the same month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.seen_by import SeenBy
from apprenticeships.models import Apprenticeship, KsbState
from apprenticeships.pace import COUNTED_STATUSES
from apprenticeships.querysets import SIGHT
from core.actor import Actor
from core.prepared import Prepared
from occupations.models import Ksb
from reports import months as by_month
from reports.cohorts.cohort import overseen_by
from reports.cohorts.overview import MonthNumber
from reports.pictures import HeatMap, HeatRow
from reports.tables.suppression import FEWEST

#: As many start months fit beside each other.
MOST_COLUMNS = 12
WEAKEST = 5
#: What a cell is the share of, by the name in the address.
MEASURES: dict[str, tuple[Any, tuple[KsbState, ...]]] = {
    "signed_off": (gettext_lazy("Signed off"), (KsbState.SIGNED_OFF,)),
    "met": (gettext_lazy("Met, at least"), (KsbState.SIGNED_OFF, KsbState.MET)),
    "started": (
        gettext_lazy("Claimed, at least"),
        tuple(state for state in KsbState if state != KsbState.NOT_STARTED),
    ),
    "needs_work": (gettext_lazy("Came back for more work"), (KsbState.NEEDS_WORK,)),
}


def _learners(actor: Actor, version: UUID) -> QuerySet[Apprenticeship]:
    return overseen_by(actor).filter(standard_version=version, status__in=COUNTED_STATUSES).order_by()


def _sizes(actor: Actor, version: UUID) -> Any:
    """How many learners started in each month."""
    started = _learners(actor, version).values(month=MonthNumber("started_on"))
    return started.annotate(all=Count("pk")).values_list("month", "all")


def _cells(actor: Actor, measure: str, months: tuple[int, ...], version: UUID) -> Any:
    """Of each KSB and each of these start months: how many learners, and of how many it is in one of the states.

    The months are the last that there are. A day is only compared with where they begin: there may be as many rows here
    as KSBs of ten thousand learners, and a day is not taken apart for each of them.
    """
    begins = [(date(month // 100, month % 100, 1), month) for month in sorted(months, reverse=True)]
    month = Case(*(When(started_on__gte=day, then=Value(number)) for day, number in begins))
    return (
        _learners(actor, version)
        .filter(started_on__gte=begins[-1][0], progress__isnull=False)
        .values("progress__ksb", month=month)
        .annotate(all=Count("pk"), some=Count("pk", filter=Q(progress__state__in=MEASURES[measure][1])))
        .values_list("progress__ksb", "month", "all", "some")
    )


_sizes_seen = SeenBy(_sizes, SIGHT)
_seen = SeenBy(_cells, SIGHT)
_ksbs = Prepared(
    lambda version: Ksb.objects.filter(version=version).order_by("position").values_list("pk", "code", "statement"),
    is_the_same_every_day=True,
)
_versions = SeenBy(
    lambda actor: (
        overseen_by(actor)
        .filter(status__in=COUNTED_STATUSES)
        .order_by()
        .values("standard_version")
        .annotate(learners=Count("pk"))
        .values_list(
            "standard_version",
            "standard_version__standard__reference",
            "standard_version__version",
            "standard_version__title",
            "learners",
        )
    ),
    SIGHT,
)


def versions(actor: Actor) -> list[tuple[UUID, str, int]]:
    """The versions of standards that somebody learns: id, name and how many learn it, the most first. One query."""
    found = [(pk, f"{reference} {title} ({number})", n) for pk, reference, number, title, n in _versions(actor)]
    return sorted(found, key=lambda one: (-one[2], one[1]))


@dataclass(frozen=True)
class Heat:
    """The picture, the weakest KSBs with their share, and how many months are not in it because of their size."""

    picture: HeatMap
    weakest: list[tuple[UUID, str, str, float]]
    left_out: int


def heat(actor: Actor, version: UUID, measure: str, address: Any, *, is_shared: bool = False) -> Heat:
    """The map of a version. Three queries.

    Args:
        address: gives the address of the learners behind a KSB, by its id.
        is_shared: whether it leaves the provider: then months with few learners are not shown.
    """
    sizes: dict[int, int] = dict(_sizes_seen(actor, version=version))
    months = sorted(sizes)
    shown = [month for month in months if not is_shared or sizes[month] >= FEWEST][-MOST_COLUMNS:]
    counted = tuple(month for month in months if shown and month >= shown[0])
    found = _seen(actor, measure, counted, version=version) if counted else ()
    cells = {(ksb, month): (every, some) for ksb, month, every, some in found}
    ksbs = list(_ksbs(version=version))
    rows, totals = [], []
    for pk, code, statement in ksbs:
        row = [cells.get((pk, month)) for month in shown]
        if not any(row):
            continue
        every, some = (sum(cell[place] for cell in row if cell) for place in (0, 1))
        totals.append((pk, code, statement, some * 100 / every))
        rows.append(
            HeatRow(code, tuple(cell[1] * 100 / cell[0] if cell else None for cell in row), address=address(pk))
        )
    is_weak_when_high = measure == "needs_work"
    totals.sort(key=lambda one: one[3], reverse=is_weak_when_high)
    about = _(
        "For each start month, the percentage of learners whose KSB (knowledge, skill or behaviour) is at this stage: "
        "%(measure)s. The number in brackets is how many learners started that month. Learners whose time does not "
        "count, such as those on a break, are left out. Only the latest %(n)s months are shown."
    )
    return Heat(
        HeatMap(
            name="heat-map",
            title=_("KSBs by start month"),
            description=about % {"measure": str(MEASURES[measure][0]).lower(), "n": MOST_COLUMNS},
            heading=_("KSB"),
            columns=[_column(month, sizes[month]) for month in shown],
            rows=rows,
        ),
        totals[:WEAKEST],
        len(months) - len(shown) if is_shared else 0,
    )


def _column(month: int, learners: int) -> str:
    return f"{by_month.named(date(month // 100, month % 100, 1))} ({learners})"


def names(found: Iterable[tuple[UUID, str, int]]) -> dict[str, str]:
    """The versions as choices."""
    return {str(pk): name for pk, name, _learners in found}
