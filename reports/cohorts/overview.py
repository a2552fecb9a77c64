"""The whole cohort at a glance: what changes from month to month, whom to worry about, how groups do, and feedback.

Each function runs a known number of queries, and all that is counted is counted in the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Count, F, FloatField, Func, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.seen_by import SeenBy
from apprenticeships import pace
from apprenticeships.models import Apprenticeship
from apprenticeships.pace import COUNTED_STATUSES, DaysBetween, Limits
from apprenticeships.querysets import SIGHT
from assessments.models import SignOff, Submission
from core import clock, moments
from core.actor import Actor
from reports import months as by_month
from reports.cohorts import watching
from reports.cohorts.cohort import names_of, overseen_by, rows_of
from reports.pictures import Bar, Distribution, Lines, Point, Series, Stack, StackedBars
from reports.tables.files import TableFile

#: The trend goes back this far, this month included.
MONTHS = 6
#: Feedback that was given in this many days is counted.
FEEDBACK_WITHIN_DAYS = 90
#: A learner counts in the figures of the framework from this day on (domain: the qualifying period).
QUALIFYING_DAYS = 42
LONG_BREAK_DAYS = 365
#: As many groups are drawn; the table has all.
MOST_DRAWN = 12
WORRIES = 5


class Days(Func):
    """Days from the second moment to the first, with fractions."""

    arity = 2
    output_field = FloatField()

    def as_sqlite(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        return self.as_sql(
            compiler, connection, template="(julianday(%(expressions)s))", arg_joiner=") - julianday(", **context
        )

    def as_postgresql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        template = "(CAST(EXTRACT(EPOCH FROM (%(expressions)s)) AS double precision) / 86400)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ", **context)


#: Days of 24 hours up to which feedback took. Ten working days are fourteen days.
FEEDBACK_BINS = (3, 7, 10, 14, 21)


def _answering(actor: Actor) -> Any:
    """How many reviews took how long: by the place of the bin where the others have that of the month."""
    since = clock.today() - timedelta(days=FEEDBACK_WITHIN_DAYS)
    took = Days("finished_at", "submitted_at")
    bins = [When(took__lte=days, then=Value(place)) for place, days in enumerate(FEEDBACK_BINS)]
    return (
        Submission.objects.visible_to(actor)
        .filter(withdrawn_at=None, finished_at__gte=by_month.at_beginning_of(since))
        .annotate(took=took)
        .annotate(
            what=Value("feedback"),
            month=Case(*bins, default=Value(len(FEEDBACK_BINS)), output_field=IntegerField()),
        )
        .order_by()
        .values("what", "month")
        .annotate(number=Count("*"))
        .values_list("what", "month", "number")
    )


def _made_by_month(actor: Actor) -> Any:
    months = by_month.latest(MONTHS)

    def counted(what: str, rows: Any, field: str) -> Any:
        return (
            rows.filter(by_month.since(field, months))
            .annotate(what=Value(what), month=by_month.place_of(field, months))
            .order_by()
            .values("what", "month")
            .annotate(number=Count("*"))
            .values_list("what", "month", "number")
        )

    sent = counted("sent", Submission.objects.visible_to(actor).filter(withdrawn_at=None), "submitted_at")
    answered = counted("answered", Submission.objects.visible_to(actor).filter(withdrawn_at=None), "finished_at")
    signed = counted("signed", SignOff.objects.visible_to(actor), "at")
    return sent.union(answered, signed, _answering(actor), all=True)


_made = SeenBy(_made_by_month, SIGHT)
#: What was done, the place of its month, and how often; for `feedback`, the place among `FEEDBACK_BINS`.
Activity = list[tuple[str, int, int]]


def activity(actor: Actor) -> Activity:
    """What `trend` and `feedback` show. One query."""
    return list(_made(actor))


def trend(rows: Activity) -> Lines:
    """What was sent, answered and signed off in each of the last months."""
    months = by_month.latest(MONTHS)
    numbers = {
        what: by_month.counted([row[1:] for row in rows if row[0] == what], months)
        for what in ("sent", "answered", "signed")
    }
    return Lines(
        name="trend",
        title=_("Month by month"),
        description=_(
            "Pieces that were sent and reviews that were finished in each of the last %(n)s months, and sign-offs that "
            "were made. This month is not over."
        )
        % {"n": MONTHS},
        heading=_("Month"),
        series=[Series("1", _("Pieces sent")), Series("2", _("Reviews finished")), Series("3", _("Sign-offs"))],
        points=[
            Point(by_month.named(month), tuple(numbers[what][place] for what in numbers))
            for place, month in enumerate(months)
        ],
    )


#: How worries are ranked, as it is printed on the page.
WORRY_RULE = gettext_lazy(
    "Points behind what is expected, plus 20 for somebody past the planned end, plus 15 for somebody who has done "
    "nothing for 30 days. Only learners who are at risk, behind, past the planned end or quiet are listed."
)


def _worrying(actor: Actor) -> Any:
    quiet, past_end = watching.condition(watching.QUIET), watching.condition(watching.PAST_END)
    behind = Coalesce(-F("gap_points"), Value(0.0), output_field=FloatField())
    worry = (
        Greatest(behind, Value(0.0))
        + Case(When(past_end, then=Value(20.0)), default=Value(0.0), output_field=FloatField())
        + Case(When(quiet, then=Value(15.0)), default=Value(0.0), output_field=FloatField())
    )
    rows = Apprenticeship.objects.visible_to(actor).filter(
        Q(provider=actor.organisation_id) | Q(employer=actor.organisation_id), status__in=COUNTED_STATUSES
    )
    rows = rows.exclude(apprentice=actor.person_id).with_pace().filter(Q(rag__in=("amber", "red")) | quiet | past_end)
    return rows.annotate(worry=worry).order_by("-worry", "pk").values_list("pk")


_worries = SeenBy(_worrying, SIGHT)


class Worry(NamedTuple):
    """Somebody to worry about, and why, in sentences."""

    pk: UUID
    name: str
    standard: str
    assessor: str
    rag: str
    why: list[str]


def worries(actor: Actor) -> list[Worry]:
    """The few learners to look at first, by `WORRY_RULE`. Two queries."""
    return [
        Worry(
            row["pk"],
            row["apprentice__name"],
            row["standard_version__title"],
            row["assessor_name"] or "",
            row["rag"],
            list(_reasons(row)),
        )
        for row in rows_of(_worries(actor)[:WORRIES])
    ]


def _reasons(row: dict[str, Any]) -> Iterable[str]:
    today = clock.today()
    behind = -int(round(row["gap_points"] or 0))
    if behind > 0:
        yield _("%(actual)s%% signed off, but %(expected)s%% expected by now.") % {
            "actual": int((row["actual_percent"] or 0) + 0.5),
            "expected": int(row["expected_percent"] + 0.5),
        }
    if row["planned_end_on"] < today:
        yield _("The planned end was %(day)s.") % {"day": moments.day(row["planned_end_on"])}
    if row["last_activity_at"] is None:
        yield _("Nothing has been done yet.")
    elif (days := (clock.now() - row["last_activity_at"]).days) >= watching.QUIET_DAYS:
        yield ngettext("Nothing done for %(n)d day.", "Nothing done for %(n)d days.", days) % {"n": days}
    if n := row["needs_work_count"]:
        yield ngettext("%(n)d KSB came back for more work.", "%(n)d KSBs came back for more work.", n) % {"n": n}
    if n := row["submitted_count"]:
        yield ngettext("%(n)d KSB is waiting for feedback.", "%(n)d KSBs are waiting for feedback.", n) % {"n": n}
    if not row["assessor_name"]:
        yield _("There is no assessor.")


class MonthNumber(Func):
    """A day's year and month as one number, such as 202611."""

    output_field = IntegerField()

    def as_sqlite(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        return self.as_sql(
            compiler, connection, template="CAST(strftime('%%%%Y%%%%m', %(expressions)s) AS INTEGER)", **context
        )

    def as_postgresql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        return self.as_sql(
            compiler, connection, template="CAST(to_char(%(expressions)s, 'YYYYMM') AS integer)", **context
        )


#: What learners are grouped by: the filter of the cohort that has the same name, and the fields of the group.
DIMENSIONS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "assessor": (gettext_lazy("Assessor"), ("assessor_id",)),
    "employer": (gettext_lazy("Employer"), ("employer", "employer__name")),
    "standard": (
        gettext_lazy("Standard"),
        (
            "standard_version",
            "standard_version__standard__reference",
            "standard_version__version",
            "standard_version__title",
        ),
    ),
    "start": (gettext_lazy("Start month"), ("start_month",)),
}


@dataclass(frozen=True)
class Group:
    """Learners who have something in common.

    Attributes:
        key: the value of the cohort's filter that shows them.
        counted: of how many learners the paces and the averages are.
    """

    key: str
    name: str
    learners: int
    paces: tuple[int, ...]
    actual: float | None
    expected: float | None

    @property
    def counted(self) -> int:
        return sum(self.paces)

    @property
    def gap(self) -> float | None:
        return None if self.actual is None or self.expected is None else self.actual - self.expected


def _grouping(actor: Actor, by: str) -> Any:
    counted = Q(gap_points__isnull=False)
    return (
        overseen_by(actor)
        .annotate(start_month=MonthNumber("started_on"))
        .order_by()
        .values(*DIMENSIONS[by][1])
        .annotate(
            learners=Count("pk"),
            **{f"of_{rag}": Count("pk", filter=Q(rag=rag)) for rag in pace.RAG_LABELS},
            sum_actual=Sum("actual_percent", filter=counted),
            sum_expected=Sum("expected_percent", filter=counted),
        )
        .values_list(
            "learners",
            *(f"of_{rag}" for rag in pace.RAG_LABELS),
            "sum_actual",
            "sum_expected",
            *DIMENSIONS[by][1],
        )
    )


_groups = SeenBy(_grouping, SIGHT)


def groups(actor: Actor, by: str) -> list[Group]:
    """How the learners of each group do, those with the largest share behind first. One query; two by assessor."""
    rows = list(_groups(actor, by))
    paces = len(pace.RAG_LABELS)
    names = names_of(row[-1] for row in rows) if by == "assessor" else {}
    found = []
    for learners, *rest in rows:
        numbers, (actual, expected), what = rest[:paces], rest[paces : paces + 2], rest[paces + 2 :]
        counted = sum(numbers)
        key, name = _named(by, what, names)
        found.append(
            Group(
                key,
                name,
                learners,
                tuple(numbers),
                actual / counted if counted else None,
                expected / counted if counted else None,
            )
        )
    if by == "start":
        return sorted(found, key=lambda group: group.key, reverse=True)
    return sorted(found, key=lambda group: (-_share_behind(group), -group.learners, group.name))


def _share_behind(group: Group) -> float:
    return group.paces[-1] / group.counted if group.counted else 0


def _named(by: str, what: list[Any], names: dict[str, str]) -> tuple[str, str]:
    """The value of the filter, and what the group is called."""
    if by == "assessor":
        # The key as the filter offers it: see `reports.cohorts.cohort.choices`.
        return str(what[0]), names[str(UUID(str(what[0])))] if what[0] else _("No assessor")
    if by == "employer":
        return str(what[0]), what[1] or _("No employer")
    if by == "standard":
        key, reference, version, title = what
        return str(key), f"{reference} {title} ({version})"
    month = date(what[0] // 100, what[0] % 100, 1)
    return f"{month:%Y-%m}", by_month.named(month)


def picture_of(found: list[Group], by: str) -> StackedBars:
    """The first of the groups as bars of their paces."""
    drawn = [group for group in found if group.counted][:MOST_DRAWN]
    about = _(
        "How many learners of each are ahead or on track, of those whose time counts. Those with the largest share "
        "behind come first."
    )
    if by == "start":
        about = _("How many learners of each are ahead or on track, of those whose time counts. The latest come first.")
    return StackedBars(
        name=f"by-{by}",
        title=_("On track, by %(what)s") % {"what": str(DIMENSIONS[by][0]).lower()},
        description=about,
        headings=(str(DIMENSIONS[by][0]), _("Learners who are counted"), ""),
        series=[Series(rag, str(label)) for rag, label in pace.RAG_LABELS.items()],
        stacks=[Stack(group.name, group.paces) for group in drawn],
        done_count=2,
    )


def table_of(found: list[Group], by: str, left_out: int = 0) -> TableFile:
    """The groups as they stand on the page, to be written.

    Args:
        left_out: how many were left out for being small.
    """
    about = [
        _("How the learners of each group do, as of %(at)s.") % {"at": moments.moment(clock.now())},
        _("The averages and the paces are of the learners who are counted: those whose time counts and who have KSBs."),
        _("Actual is in per cent of KSBs, expected in per cent of time, the gap in percentage points."),
    ]
    if left_out:
        about.append(_("Groups with few learners are left out: %(n)s.") % {"n": left_out})
    dimension = str(DIMENSIONS[by][0])
    paces = [str(label) for label in pace.RAG_LABELS.values()]
    return TableFile(
        name=f"learners-by-{by}",
        title=_("Groups by %(what)s") % {"what": dimension.lower()},
        about=about,
        headings=[dimension, _("Learners"), _("Counted"), *paces, _("Actual %"), _("Expected %"), _("Gap (points)")],
        rows=[
            [
                group.name,
                group.learners,
                group.counted,
                *group.paces,
                *map(_rounded, (group.actual, group.expected, group.gap)),
            ]
            for group in found
        ],
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def feedback(rows: Activity) -> Distribution:
    """How long apprentices waited for feedback."""
    numbers = [0] * (len(FEEDBACK_BINS) + 1)
    for what, place, number in rows:
        if what == "feedback":
            numbers[place] += number
    # A day that has begun counts as one, so 3.5 days are among the 4 to 7.
    labels = [_("up to %(n)s") % {"n": FEEDBACK_BINS[0]}]
    labels += [_("%(from)s–%(to)s") % {"from": before + 1, "to": days} for before, days in pairwise(FEEDBACK_BINS)]
    labels.append(_("over %(n)s") % {"n": FEEDBACK_BINS[-1]})
    total, in_time = sum(numbers), sum(numbers[: FEEDBACK_BINS.index(14) + 1])
    about = _(
        "Days from sending a piece to the end of its review, for the %(total)s reviews that were finished in the last "
        "%(within)s days. A day that has begun counts. %(in_time)s of them took 14 days (ten working days) or less."
    )
    return Distribution(
        name="feedback",
        title=_("How long feedback takes"),
        description=about % {"total": total, "within": FEEDBACK_WITHIN_DAYS, "in_time": in_time},
        headings=(_("Days"), _("Reviews")),
        bars=[Bar(label, number) for label, number in zip(labels, numbers, strict=True)] if total else [],
    )


def _framework(actor: Actor) -> Any:
    today = Value(clock.today())
    been = DaysBetween(Coalesce(F("stopped_on"), today), F("started_on"))
    paused = DaysBetween(today, F("stopped_on"))
    statuses = Apprenticeship.Status
    return (
        overseen_by(actor)
        .annotate(been=been, paused=paused)
        .order_by()
        .values("provider")
        .annotate(
            qualified=Count("pk", filter=Q(been__gte=QUALIFYING_DAYS)),
            withdrawn=Count("pk", filter=Q(been__gte=QUALIFYING_DAYS, status=statuses.WITHDRAWN)),
            learning=Count("pk", filter=Q(status__in=(*COUNTED_STATUSES, statuses.BREAK))),
            long_breaks=Count("pk", filter=Q(status=statuses.BREAK, paused__gt=LONG_BREAK_DAYS)),
        )
        .values_list("qualified", "withdrawn", "learning", "long_breaks")
    )


_in_framework = SeenBy(_framework, SIGHT)


@dataclass(frozen=True)
class Share:
    """A share of the accountability framework, what it is of, and how it stands: `green`, `amber` or `red`."""

    label: str
    count: int
    of: int
    of_whom: str
    rule: str
    rag: str

    @property
    def percent(self) -> float | None:
        return self.count * 100 / self.of if self.of else None


def shares(actor: Actor, limits: Limits) -> list[Share]:
    """Withdrawals and long breaks beside the limits that the provider has set. One query."""
    qualified = withdrawn = learning = long_breaks = 0
    for row in _in_framework(actor):
        qualified, withdrawn = qualified + row[0], withdrawn + row[1]
        learning, long_breaks = learning + row[2], long_breaks + row[3]
    left = withdrawn * 100 / qualified if qualified else 0
    paused = long_breaks * 100 / learning if learning else 0
    return [
        Share(
            _("Withdrawn"),
            withdrawn,
            qualified,
            _("learners who were on the programme for %(n)s days or more") % {"n": QUALIFYING_DAYS},
            _("Needs improvement from %(watched)s%%, at risk above %(risk)s%%.")
            % {"watched": limits.withdrawals_watched_from, "risk": limits.withdrawals_at_risk_above},
            "red"
            if left > limits.withdrawals_at_risk_above
            else "amber"
            if left >= limits.withdrawals_watched_from
            else "green",
        ),
        Share(
            _("On a break for over a year"),
            long_breaks,
            learning,
            _("learners who are learning or on a break"),
            _("At risk from %(risk)s%%.") % {"risk": limits.long_breaks_at_risk_from},
            "red" if paused >= limits.long_breaks_at_risk_from else "green",
        ),
    ]
