"""When the next progress review of each apprentice is due, for lists and reminders."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.seen_by import SeenBy
from apprenticeships.breaks import times_of
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import SIGHT, ApprenticeshipQuerySet
from apprenticeships.rules import programme_named, rules_among, rules_of_programme
from core import clock
from core.actor import Actor
from core.prepared import Prepared
from programme.models import ProgressReview, ReviewRhythm
from programme.reviewing.rhythm import Rhythm, due_on, how_due, rhythm_of, rule_in

#: Reviews are due while somebody is learning: not on a break, and not after the gateway.
REVIEWED = (Apprenticeship.Status.ON_PROGRAMME,)
_STATUSES = (Apprenticeship.Status.ON_PROGRAMME, Apprenticeship.Status.BREAK)


class Place(NamedTuple):
    """Where an apprentice stands with their reviews.

    Attributes:
        last_held_on: the day of the last review; None before the first.
        rhythm: how often they are reviewed; None where they are not, as in an apprenticeship unit.
        due_on: by when the next has to be held; None where none is due.
        prepared: the review that is planned or held and not sent yet, with its day.
        is_held: whether that one was held.
        how_due: “overdue”, “soon” or nothing, today.
    """

    apprenticeship: UUID
    apprentice: str
    provider: UUID
    started_on: date
    last_held_on: date | None
    rhythm: Rhythm | None
    due_on: date | None
    prepared: UUID | None
    prepared_on: date | None
    is_held: bool
    how_due: str


class Due(NamedTuple):
    """By when somebody's next review has to be held: what it takes to count and order thousands."""

    apprenticeship: UUID
    due_on: date | None
    how_due: str
    is_prepared: bool


def with_reviews(rows: ApprenticeshipQuerySet) -> QuerySet[Apprenticeship]:
    """With what `places_of` needs."""
    reviews = ProgressReview.objects.unscoped().standing().filter(apprenticeship=OuterRef("pk"))
    held = reviews.filter(held_on__isnull=False).order_by("-held_on").values("held_on")[:1]
    prepared = reviews.filter(issued_at=None)
    rhythms = ReviewRhythm.objects.unscoped().filter(apprenticeship=OuterRef("pk")).newest_first()
    return rows.annotate(
        last_held_on=Subquery(held),
        own_months=Subquery(rhythms.values("months")[:1]),
        prepared=Subquery(prepared.values("pk")[:1]),
        prepared_on=Subquery(prepared.values("planned_on")[:1]),
        prepared_held_on=Subquery(prepared.values("held_on")[:1]),
    )


_COLUMNS = (
    "pk",
    "apprentice__name",
    "provider",
    "started_on",
    "last_held_on",
    "own_months",
    "prepared",
    "prepared_on",
    "prepared_held_on",
    "status",
    "break_days",
    "standard_version__standard__reference",
)


def _columns_of(rows: ApprenticeshipQuerySet) -> QuerySet[Any, Any]:
    return with_reviews(rows).order_by("apprentice__name", "pk").values_list(*_COLUMNS)


_one = Prepared(
    lambda apprenticeship: _columns_of(Apprenticeship.objects.unscoped().filter(pk=apprenticeship)),
    is_the_same_every_day=True,
)


def _learners(actor: Actor) -> ApprenticeshipQuerySet:
    """Everybody else whom `actor` sees, on programme or on a break."""
    rows = Apprenticeship.objects.visible_to(actor).filter(status__in=_STATUSES)
    return rows.exclude(apprentice=actor.person_id)


_learning = SeenBy(lambda actor: _columns_of(_learners(actor)), SIGHT, is_the_same_every_day=True)
_among = SeenBy(
    lambda actor, some: _columns_of(_learners(actor).filter(pk__in=some)), SIGHT, is_the_same_every_day=True
)


def _due_columns(actor: Actor) -> QuerySet[Any, Any]:
    """What `dues_seen_by` needs: as little as there is, for there may be ten thousand rows."""
    reviews = ProgressReview.objects.unscoped().standing().filter(apprenticeship=OuterRef("pk"))
    held = reviews.filter(held_on__isnull=False).order_by("-held_on").values("held_on")[:1]
    # Whether one is planned (False) or held and not sent (True); None without one.
    prepared = reviews.filter(issued_at=None).values(is_held=Q(held_on__isnull=False))[:1]
    rhythms = ReviewRhythm.objects.unscoped().filter(apprenticeship=OuterRef("pk")).newest_first()
    rows = _learners(actor).annotate(
        last_held_on=Subquery(held), prepared=Subquery(prepared), own_months=Subquery(rhythms.values("months")[:1])
    )
    return rows.order_by("apprentice__name", "pk").values_list(
        "pk",
        "started_on",
        "last_held_on",
        "own_months",
        "prepared",
        "status",
        "break_days",
        "standard_version__standard__reference",
    )


_dues = SeenBy(_due_columns, SIGHT, is_the_same_every_day=True)


def places_of(rows: ApprenticeshipQuerySet) -> list[Place]:
    """Where each of these stands with their reviews. Two queries, and one for the rules."""
    return _places(_columns_of(rows))


def places_seen_by(actor: Actor) -> list[Place]:
    """The same of everybody else whom `actor` sees, on programme or on a break."""
    return _places(_learning(actor))


def places_among(actor: Actor, some: Sequence[UUID]) -> list[Place]:
    """The same of some of these, in the order of their ids here."""
    found = {place.apprenticeship: place for place in _places(_among(actor, some=frozenset(some)))}
    return [found[pk] for pk in some if pk in found]


def dues_seen_by(actor: Actor) -> list[Due]:
    """By when the next review of everybody else is due whom `actor` sees; what is due first comes first, then by name.

    Two queries, and one for the rules.
    """
    found = list(_dues(actor))
    calendar = _Calendar(row[0] for row in found if row[6])
    dues = []
    for pk, started_on, last, months, is_held, status, _days, reference in found:
        due = calendar.due_on(pk, reference, started_on, last, months, status)
        dues.append(Due(pk, due, calendar.how_due(due, is_held=bool(is_held)), is_held is not None))
    return sorted(dues, key=lambda one: one.due_on or date.max)


class _Calendar:
    """By when reviews are due. What is the same for many is worked out once.

    Args:
        with_breaks: the ids of those who had any break. Hardly anybody has.
    """

    def __init__(self, with_breaks: Iterable[UUID]) -> None:
        self.today = clock.today()
        self._times = times_of(list(with_breaks))
        self._rhythms: dict[tuple[str, date, int | None], Rhythm | None] = {}
        self._days: dict[tuple[date, Rhythm], date] = {}

    def rhythm(self, reference: str, started_on: date, months: int | None) -> Rhythm | None:
        """How often somebody on the standard with this reference is reviewed."""
        key = (reference, started_on, months)
        if key not in self._rhythms:
            rules = rules_among(rules_of_programme(programme_named(reference)), started_on)
            self._rhythms[key] = rhythm_of(rule_in(rules), months)
        return self._rhythms[key]

    def due_on(
        self, pk: UUID, reference: str, started_on: date, last: date | None, months: int | None, status: str
    ) -> date | None:
        """By when the next has to be held after `last`, or after the start; None where none is due."""
        rhythm = self.rhythm(reference, started_on, months)
        if rhythm is None or status not in REVIEWED:
            return None
        if pk in self._times:
            return due_on(last or started_on, rhythm, self._times[pk].breaks)
        key = (last or started_on, rhythm)
        if key not in self._days:
            self._days[key] = due_on(*key)
        return self._days[key]

    def how_due(self, due: date | None, *, is_held: bool) -> str:
        """“overdue”, “soon” or nothing. Nothing is due while one that was held waits to be sent."""
        return how_due(due, self.today) if due and not is_held else ""


def _places(rows: Iterable[Any]) -> list[Place]:
    found = list(rows)
    calendar = _Calendar(row[0] for row in found if row[10])
    places = []
    for pk, name, provider, started_on, last, months, prepared, prepared_on, held_on, status, _days, reference in found:
        rhythm = calendar.rhythm(reference, started_on, months)
        due = calendar.due_on(pk, reference, started_on, last, months, status)
        how = calendar.how_due(due, is_held=held_on is not None)
        place = Place(pk, name, provider, started_on, last, rhythm, due, prepared, prepared_on, bool(held_on), how)
        places.append(place)
    return places


def place_of(apprenticeship_id: UUID) -> Place:
    """Where one stands. The apprenticeship was found through `visible_to`, or is locked."""
    return _places(_one(apprenticeship=apprenticeship_id))[0]
