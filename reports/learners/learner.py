"""The figures of one learner: four layers of progress, what it is made of, what happened when, and where it leads.

Six queries, whatever the learner has done.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.seen_by import SeenBy
from apprenticeships.breaks import Break, time_after
from apprenticeships.models import Apprenticeship, Change, KsbProgress, KsbState
from apprenticeships.querysets import SIGHT
from assessments.models import Decision, Submission
from core import clock, moments
from core.actor import Actor
from core.prepared import Prepared
from occupations.models import Assessment, KsbType
from portfolios import duties
from portfolios.duties import DutyWithKsbs
from reports import months as by_month
from reports.learners.forecast import Forecast, forecast
from reports.pictures import Period, Picture, Series, Stack, StackedBars, Timeline, TimeRow

#: The timeline goes back this far, this month included.
MONTHS = 12
#: The states in the order of a bar: what is done comes first.
STATES = (
    KsbState.SIGNED_OFF,
    KsbState.MET,
    KsbState.SUBMITTED,
    KsbState.NEEDS_WORK,
    KsbState.IN_PROGRESS,
    KsbState.NOT_STARTED,
)
_FACTS = (
    "status",
    "stopped_on",
    "started_on",
    "planned_end_on",
    "ksb_count",
    "last_activity_at",
    "signed_off_count",
    "break_days",
    "apprentice__name",
    "provider__name",
    "employer__name",
    "option__title",
    "standard_version__title",
    "standard_version__version",
    "standard_version__correction",
    "standard_version__standard__reference",
)
#: The learner, with people and pace.
found = SeenBy(
    lambda actor, apprenticeship: (
        Apprenticeship.objects.visible_to(actor)
        .filter(pk=apprenticeship)
        .with_people()
        .only(*_FACTS)
        .with_pace()
        .with_missing_options()
    ),
    SIGHT,
)


class KsbFacts(NamedTuple):
    """What is known of one KSB."""

    code: str
    type: str
    state: str
    statement: str
    signed_off_at: datetime | None
    newest_decided_at: datetime | None


_ksbs = SeenBy(
    lambda actor, apprenticeship: (
        KsbProgress.objects.visible_to(actor)
        .filter(apprenticeship=apprenticeship)
        .in_order()
        .values_list("ksb__code", "ksb__type", "state", "ksb__statement", "signed_off_at", "newest_decided_at")
    ),
    SIGHT,
)
_assessments = Prepared(
    lambda version: (
        Assessment.ksbs.through.objects.filter(assessment__version=version)
        .order_by("assessment__position", "ksb__position")
        .values_list("assessment__kind", "assessment__code", "assessment__title", "ksb__code")
    ),
    is_the_same_every_day=True,
)


class _Change(NamedTuple):
    kind: str
    effective_on: date
    before_status: str
    after_status: str
    expected_back_on: date | None


_changes = SeenBy(
    lambda actor, apprenticeship: (
        Change.objects.visible_to(actor)
        .filter(apprenticeship=apprenticeship)
        .standing()
        .in_order()
        .values_list(*_Change._fields)
    ),
    SIGHT,
)


def _by_month(what: str, rows: Any, field: str) -> Any:
    months = by_month.latest(MONTHS)
    return (
        rows.filter(by_month.since(field, months))
        .annotate(what=Value(what), month=by_month.place_of(field, months))
        .order_by()
        .values("what", "month")
        .annotate(number=Count("pk"))
        .values_list("what", "month", "number")
    )


def _done_by_month(actor: Actor, apprenticeship: UUID) -> Any:
    """How many pieces were sent, and how many claims decided, in each month: `sent` or `decided`, place and number."""
    sent = Submission.objects.visible_to(actor).filter(apprenticeship=apprenticeship, withdrawn_at=None)
    decided = Decision.objects.visible_to(actor).filter(claim__apprenticeship=apprenticeship).standing().counting()
    return _by_month("sent", sent, "submitted_at").union(_by_month("decided", decided, "at"), all=True)


_done = SeenBy(_done_by_month, SIGHT)


@dataclass(frozen=True)
class Layer:
    """How many KSBs have come at least so far, of how many."""

    name: str
    label: str
    count: int
    percent: int | None


@dataclass(frozen=True)
class Figures:
    """Everything that the dashboard shows of a learner.

    Attributes:
        layers: signed off, met, sent and claimed: each holds the ones before it.
        whole: all KSBs as one bar beside the expected point.
        parts: by knowledge, skills and behaviours; by outcome or method; by duty. Only those that there are.
    """

    ksbs: list[KsbFacts]
    layers: list[Layer]
    whole: StackedBars
    parts: list[StackedBars]
    timeline: Timeline
    forecast: Forecast
    breaks: list[Break]
    duties: list[DutyWithKsbs]

    @property
    def pictures(self) -> list[Picture]:
        return [self.whole, *self.parts, self.timeline]


def figures(actor: Actor, learner: Apprenticeship) -> Figures:
    """The figures of a learner that was `found`."""
    ksbs = [KsbFacts(*row) for row in _ksbs(actor, apprenticeship=learner.pk)]
    changes = [_Change(*row) for row in _changes(actor, apprenticeship=learner.pk)]
    breaks = time_after(changes).breaks
    signed_off_on = [timezone.localtime(ksb.signed_off_at).date() for ksb in ksbs if ksb.signed_off_at]
    states = {ksb.code: ksb.state for ksb in ksbs}
    found_duties = duties.all_of(learner)
    return Figures(
        ksbs=ksbs,
        layers=layers_of(states.values()),
        whole=_whole(learner, states.values()),
        parts=[
            part for part in (_by_type(ksbs), *_by_assessment(learner, states), _by_duty(found_duties, states)) if part
        ],
        timeline=_timeline(actor, learner.pk, signed_off_on, changes, breaks),
        forecast=forecast(
            signed_off_on,
            len(ksbs) - len(signed_off_on),
            started_on=learner.started_on,
            planned_end_on=learner.planned_end_on,
            today=clock.today(),
            breaks=breaks,
            is_stopped=learner.stopped_on is not None,
        ),
        breaks=breaks,
        duties=found_duties,
    )


def layers_of(states: Iterable[str]) -> list[Layer]:
    """The four layers, the furthest first: how many KSBs have come at least as far as each."""
    numbers = Counter(states)
    total, so_far, found_layers = numbers.total(), 0, []
    steps = (
        ("signed_off", _("Signed off"), (KsbState.SIGNED_OFF,)),
        ("met", _("Met, at least"), (KsbState.MET,)),
        ("submitted", _("Sent, at least once"), (KsbState.SUBMITTED, KsbState.NEEDS_WORK)),
        ("claimed", _("Claimed, at least in a draft"), (KsbState.IN_PROGRESS,)),
    )
    for name, label, within in steps:
        so_far += sum(numbers[state] for state in within)
        found_layers.append(Layer(name, label, so_far, int(so_far * 100 / total + 0.5) if total else None))
    return found_layers


def _series() -> list[Series]:
    return [Series(state.value, str(state.label)) for state in STATES]


def _stack(label: str, states: Iterable[str], mark: float | None = None) -> Stack:
    numbers = Counter(states)
    return Stack(label, tuple(numbers[state] for state in STATES), mark)


def _bars(name: str, title: str, description: str, thing: str, stacks: Sequence[Stack]) -> StackedBars:
    return StackedBars(
        name=name,
        title=title,
        description=description,
        headings=(thing, _("KSBs"), _("Expected by now, %")),
        series=_series(),
        stacks=stacks,
    )


def _whole(learner: Apprenticeship, states: Iterable[str]) -> StackedBars:
    states = list(states)
    expected = vars(learner)["expected_percent"]
    signed_off = sum(state == KsbState.SIGNED_OFF for state in states)
    if learner.stopped_on:
        said = _(
            "%(done)s of %(all)s KSBs are signed off. By %(day)s, since when time has not counted, %(expected)s%% of "
            "them should have been: the mark above the bar."
        )
    else:
        said = _(
            "%(done)s of %(all)s KSBs are signed off. By today, %(expected)s%% of them should be, which is the "
            "share of the time that is used: the mark above the bar."
        )
    given = {
        "done": signed_off,
        "all": len(states),
        "expected": int(expected + 0.5),
        "day": moments.day(learner.stopped_on) if learner.stopped_on else "",
    }
    return _bars("progress", _("All KSBs"), said % given, _("Of"), [_stack(_("Signed off"), states, expected)])


def _by_type(ksbs: Sequence[KsbFacts]) -> StackedBars | None:
    types = {type_: [ksb.state for ksb in ksbs if ksb.type == type_] for type_ in KsbType.values}
    stacks = [_stack(str(KsbType(type_).label), states) for type_, states in types.items() if states]
    about = _("How many of each kind are signed off, of how many there are.")
    return _bars("by-type", _("Knowledge, skills and behaviours"), about, _("Kind"), stacks) if stacks else None


def _by_assessment(learner: Apprenticeship, states: dict[str, str]) -> Iterable[StackedBars]:
    """By method of the assessment plan, or by outcome of a reformed one. A KSB may belong to several methods."""
    grouped: dict[str, dict[str, list[str]]] = {}
    for kind, code, title, ksb in _assessments(version=learner.standard_version_id):
        if ksb in states:
            grouped.setdefault(kind, {}).setdefault(f"{code} {title}".strip(), []).append(states[ksb])
    about = _("How many of the KSBs of each are signed off. A KSB may belong to several.")
    for kind, title in (
        (Assessment.Kind.OUTCOME, _("Assessment outcomes")),
        (Assessment.Kind.METHOD, _("Assessment methods")),
    ):
        if stacks := [_stack(label, of) for label, of in grouped.get(kind, {}).items()]:
            yield _bars(f"by-{kind}", title, about, str(kind.label), stacks)


def _by_duty(found_duties: list[DutyWithKsbs], states: dict[str, str]) -> StackedBars | None:
    stacks = [
        _stack(
            f"{duty.number}. {''.join(said for said, _is_found in duty.pieces)}",
            [states[ksb.code] for ksb in duty.ksbs if ksb.code in states],
        )
        for duty in found_duties
    ]
    about = _("How many of the KSBs that each duty takes are signed off. Most KSBs belong to several duties.")
    return _bars("by-duty", _("Duties"), about, _("Duty"), stacks) if stacks else None


def _timeline(
    actor: Actor, learner: UUID, signed_off_on: Iterable[date], changes: Iterable[_Change], breaks: Iterable[Break]
) -> Timeline:
    months = by_month.latest(MONTHS)
    done = list(_done(actor, apprenticeship=learner))
    place = {month: index for index, month in enumerate(months)}

    def of_days(days: Iterable[date]) -> tuple[int, ...]:
        return by_month.counted([(place.get(day.replace(day=1)), 1) for day in days], months)

    return Timeline(
        name="timeline",
        title=_("Month by month"),
        description=_(
            "The last %(n)s months: pieces that were sent, decisions on claims, sign-offs that stand, and changes of "
            "the apprenticeship such as breaks."
        )
        % {"n": MONTHS},
        heading=_("Month"),
        months=[by_month.named(month) for month in months],
        rows=[
            TimeRow(_("Pieces sent"), by_month.counted([row[1:] for row in done if row[0] == "sent"], months)),
            TimeRow(_("Decisions"), by_month.counted([row[1:] for row in done if row[0] == "decided"], months)),
            TimeRow(_("Sign-offs"), of_days(signed_off_on)),
            TimeRow(_("Changes"), of_days(change.effective_on for change in changes)),
        ],
        periods_label=_("On a break"),
        periods=[period for one in breaks if (period := _period(one, months))],
    )


def _period(one: Break, months: Sequence[date]) -> Period | None:
    """A break as far as it is in these months."""
    end = one.ended_on or clock.today()
    if end <= months[0]:
        return None
    until = moments.day(one.ended_on) if one.ended_on else _("today")
    words = _("%(start)s to %(end)s") % {"start": moments.day(one.started_on), "end": until}
    return Period(_place(max(one.started_on, months[0]), months), _place(end, months), words)


def _place(day: date, months: Sequence[date]) -> float:
    """Where a day is among months that are drawn with the same width."""
    first = day.replace(day=1)
    if first not in months:
        return float(len(months))
    return months.index(first) + (day.day - 1) / (by_month.after(first) - first).days
