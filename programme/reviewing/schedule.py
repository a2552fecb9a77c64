"""When the next progress review of each apprentice is due, for lists and reminders."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

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
_learning = SeenBy(
    lambda actor: _columns_of(
        Apprenticeship.objects.visible_to(actor).filter(status__in=_STATUSES).exclude(apprentice=actor.person_id)
    ),
    SIGHT,
    is_the_same_every_day=True,
)


def places_of(rows: ApprenticeshipQuerySet) -> list[Place]:
    """Where each of these stands with their reviews. Two queries, and one for the rules."""
    return _places(_columns_of(rows))


def places_seen_by(actor: Actor) -> list[Place]:
    """The same of everybody else whom `actor` sees, on programme or on a break."""
    return _places(_learning(actor))


def _places(rows: Iterable[Any]) -> list[Place]:
    found, today = list(rows), clock.today()
    # Hardly anybody has had a break.
    times = times_of([row[0] for row in found if row[10]])
    kinds = {programme_named(row[11]) for row in found}
    rules = {kind: rules_of_programme(kind) for kind in kinds}
    places = []
    for pk, name, provider, started_on, last, months, prepared, prepared_on, held_on, status, _days, reference in found:
        rhythm = rhythm_of(rule_in(rules_among(rules[programme_named(reference)], started_on)), months)
        breaks = times[pk].breaks if pk in times else ()
        due = due_on(last or started_on, rhythm, breaks) if rhythm and status in REVIEWED else None
        how = how_due(due, today) if due and held_on is None else ""
        place = Place(pk, name, provider, started_on, last, rhythm, due, prepared, prepared_on, bool(held_on), how)
        places.append(place)
    return places


def place_of(apprenticeship_id: UUID) -> Place:
    """Where one stands. The apprenticeship was found through `visible_to`, or is locked."""
    return _places(_one(apprenticeship=apprenticeship_id))[0]


def by_due(places: Iterable[Place]) -> list[Place]:
    """What is due first comes first; what is not due, last."""
    return sorted(places, key=lambda place: (place.due_on is None, place.due_on or date.max))
