"""Days on which so many reviews were held that an audit would ask how: pointed out before it does."""

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count

from accounts.seen_by import SeenBy
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import SIGHT
from core import clock
from core.actor import Actor
from programme.models import ProgressReview
from programme.reviewing.schedule import REVIEWED

#: Somebody who holds more than this on a day had little time for each.
MOST_BY_ONE_PERSON = 6
#: Of a standard, this many on a day are a whole cohort if they are half of its learners or more.
FEWEST_OF_COHORT = 3
#: So far back is looked.
LOOKED_BACK = timedelta(days=120)

#: What is counted together: the day, who wrote it up, and the standard.
_OF_A_DAY = (
    "held_on",
    "notes__saved_by__name",
    "apprenticeship__standard_version__standard",
    "apprenticeship__standard_version__title",
)
_held = SeenBy(
    lambda actor: (
        ProgressReview.objects.visible_to(actor)
        .standing()
        .filter(provider=actor.organisation_id, held_on__gte=clock.today() - LOOKED_BACK)
        .order_by()
        .values(*_OF_A_DAY)
        .annotate(number=Count("pk"))
        .values_list(*_OF_A_DAY, "number")
    ),
    SIGHT,
)
_learning = SeenBy(
    lambda actor: (
        Apprenticeship.objects.visible_to(actor)
        .filter(provider=actor.organisation_id, status__in=REVIEWED)
        .order_by()
        .values("standard_version__standard")
        .annotate(number=Count("pk"))
        .values_list("standard_version__standard", "number")
    ),
    SIGHT,
)


class Crowded(NamedTuple):
    """A day with many reviews: by one person, or of most learners of one standard."""

    held_on: date
    review_count: int
    person: str = ""
    standard: str = ""


def crowded_days(actor: Actor) -> list[Crowded]:
    """These days at the provider that `actor` acts for, the newest first. Two queries."""
    by_person: Counter[tuple[date, str]] = Counter()
    by_standard: Counter[tuple[date, object, str]] = Counter()
    for day, person, standard, title, number in _held(actor):
        by_person[day, person or ""] += number
        by_standard[day, standard, title] += number
    learning: dict[object, int] = dict(_learning(actor)) if by_standard else {}
    found = [
        Crowded(day, count, person=person) for (day, person), count in by_person.items() if count > MOST_BY_ONE_PERSON
    ]
    found += [
        Crowded(day, count, standard=title)
        for (day, standard, title), count in by_standard.items()
        if count >= FEWEST_OF_COHORT and count * 2 >= learning.get(standard, 0)
    ]
    return sorted(found, key=lambda one: (one.held_on, one.review_count), reverse=True)
