"""What an entry of off-the-job hours says, and everything that can be wrong with it, field by field."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Self
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apprenticeships.breaks import Break, time_of
from apprenticeships.models import Apprenticeship
from core import clock
from core.moments import day
from programme.learning_hours.durations import in_words, moment_of
from programme.models import NOT_COUNTED, TAUGHT, Kind, OffTheJobEntry
from programme.models.hours import MOST_MINUTES

MOST_NOTE = 500


class Problem(NamedTuple):
    """What is wrong, by the field that it is about."""

    field: str
    message: str


@dataclass(frozen=True)
class Words:
    """What an entry says.

    Attributes:
        starts: the time of day in London at which it began, if that is known.
        minutes: that really passed.
        in_paid_hours: whether it was in paid working time; training that was not does not count and is not kept.
        ksbs: the ids of the KSBs that it was about.
        plan_item: the item of the training plan that it was for.
    """

    happened_on: date
    minutes: int
    kind: str
    note: str
    starts: time | None = None
    in_paid_hours: bool = True
    deliverer: str = ""
    delivered_by: UUID | None = None
    ksbs: tuple[UUID, ...] = ()
    evidence: UUID | None = None
    plan_item: UUID | None = None

    @property
    def counts(self) -> bool:
        """Whether it is off-the-job training, by its kind."""
        return self.kind not in NOT_COUNTED

    @classmethod
    def of(cls, entry: OffTheJobEntry) -> Self:
        """What an entry that is there says."""
        return cls(
            happened_on=entry.happened_on,
            minutes=entry.minutes,
            kind=entry.kind,
            note=entry.note,
            starts=timezone.localtime(entry.starts_at).time() if entry.starts_at else None,
            deliverer=entry.deliverer,
            delivered_by=entry.delivered_by_id,
            ksbs=tuple(UUID(pk) for pk in entry.ksbs),
            evidence=entry.evidence_id,
            plan_item=entry.plan_item,
        )


class Held(NamedTuple):
    """An entry that stands, as far as another is held against it."""

    happened_on: date
    starts_at: datetime | None
    minutes: int
    counts: bool


@dataclass
class SoFar:
    """What a new entry is held against: the apprenticeship, its breaks and the entries that stand."""

    apprenticeship: Apprenticeship
    breaks: list[Break]
    entries: list[Held] = field(default_factory=list)

    @classmethod
    def of(cls, apprenticeship: Apprenticeship, without: UUID | None = None) -> Self:
        """As it is now; `without` the entry that is being corrected. Two queries."""
        rows = OffTheJobEntry.objects.unscoped().filter(apprenticeship=apprenticeship).standing()
        others = rows.exclude(pk=without) if without else rows
        held = others.values_list("happened_on", "starts_at", "minutes", "counts")
        return cls(apprenticeship, time_of(apprenticeship).breaks, [Held(*row) for row in held])

    def add(self, words: Words) -> None:
        """Let the next one be held against this one as well, as the lines of a file are."""
        self.entries.append(Held(words.happened_on, _start_of(words), words.minutes, words.counts))


def problems_of(words: Words, so_far: SoFar) -> list[Problem]:
    """Everything that is wrong with an entry, at once."""
    found = [*_day_problems(words, so_far), *_word_problems(words)]
    if any(problem.field in ("happened_on", "minutes") for problem in found):
        # The others would be about another day or another length.
        return found
    return [*found, *_time_problems(words, so_far), *_week_problems(words, so_far)]


def _day_problems(words: Words, so_far: SoFar) -> list[Problem]:
    apprenticeship, on = so_far.apprenticeship, words.happened_on
    found = []
    if on > clock.today():
        found.append(_("This day is still to come. Enter hours once they have happened."))
    elif on < apprenticeship.started_on:
        said = {"day": day(apprenticeship.started_on)}
        found.append(_("The apprenticeship started on %(day)s. Training before that day does not count.") % said)
    elif away := _break_on(on, so_far.breaks):
        said = {"start": day(away.started_on), "end": day(away.ended_on) if away.ended_on else _("today")}
        found.append(
            _("This day is in the break from %(start)s to %(end)s. Training in a break does not count.") % said
        )
    return [Problem("happened_on", message) for message in found]


def _break_on(on: date, breaks: Iterable[Break]) -> Break | None:
    return next((one for one in breaks if one.started_on <= on and (one.ended_on is None or on < one.ended_on)), None)


def _word_problems(words: Words) -> list[Problem]:
    found = []
    if not 0 < words.minutes <= MOST_MINUTES:
        found.append(Problem("minutes", _("Enter between 1 minute and 24 hours.")))
    if words.kind not in Kind.values:
        found.append(Problem("kind", _("Choose what kind of training it was.")))
    if not words.note.strip():
        found.append(Problem("note", _("Say in a few words what you did or learned.")))
    elif len(words.note) > MOST_NOTE:
        found.append(Problem("note", _("Use at most %(most)s characters.") % {"most": MOST_NOTE}))
    if words.kind in TAUGHT and not (words.deliverer.strip() or words.delivered_by):
        found.append(Problem("deliverer", _("Say who delivered it.")))
    if words.counts and not words.in_paid_hours:
        what = _("Only training in paid working hours counts. If it was made up by time off, tick the box.")
        found.append(Problem("in_paid_hours", what))
    return found


def _start_of(words: Words) -> datetime | None:
    try:
        return moment_of(words.happened_on, words.starts) if words.starts else None
    except ValueError:
        return None


def _time_problems(words: Words, so_far: SoFar) -> list[Problem]:
    if words.starts is None:
        return []
    try:
        start = moment_of(words.happened_on, words.starts)
    except ValueError as wrong:
        return [Problem("starts", str(wrong))]
    end = start + timedelta(minutes=words.minutes)
    if end > clock.now():
        return [Problem("minutes", _("This would end later than now. Enter hours once they have happened."))]
    for one in so_far.entries:
        if one.starts_at and one.starts_at < end and start < one.starts_at + timedelta(minutes=one.minutes):
            local = timezone.localtime(one.starts_at)
            said = {"time": f"{local:%H:%M}", "day": day(local.date()), "minutes": in_words(one.minutes)}
            what = _("You have %(minutes)s from %(time)s on %(day)s already, which is at the same time.")
            return [Problem("starts", what % said)]
    return []


def _week_problems(words: Words, so_far: SoFar) -> list[Problem]:
    on_day = sum(one.minutes for one in so_far.entries if one.happened_on == words.happened_on)
    if on_day + words.minutes > MOST_MINUTES:
        said = {"minutes": in_words(on_day)}
        return [Problem("minutes", _("There are %(minutes)s on this day already. A day has 24 hours.") % said)]
    paid = so_far.apprenticeship.weekly_minutes
    if not paid or not words.counts:
        return []
    monday = words.happened_on - timedelta(days=words.happened_on.weekday())
    week = sum(
        one.minutes for one in so_far.entries if one.counts and monday <= one.happened_on < monday + timedelta(days=7)
    )
    if week + words.minutes <= paid:
        return []
    said = {"week": in_words(week + words.minutes), "paid": in_words(paid)}
    what = _("This would make %(week)s in that week, which has %(paid)s of paid work. Only paid hours count.")
    return [Problem("minutes", what % said)]
