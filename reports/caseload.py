"""An assessor's learners, and those of an employer's mentor: who needs something, and who has gone quiet."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, FloatField, Min, Q, Value, When
from django.db.models.functions import Coalesce, Greatest

from accounts.seen_by import SeenBy
from apprenticeships.access import OPEN_STATUSES
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import SIGHT
from assessments.feedback_time import Due, limits
from core.actor import Actor
from core.prepared import Rows
from reports import owed
from reports.cohorts import watching
from reports.cohorts.cohort import Board, overseen_by
from signing.models import OF_VERSIONS, Link


@dataclass(frozen=True)
class Ratio:
    """How many of how many."""

    count: int
    of: int

    @property
    def percent(self) -> int | None:
        return int(self.count * 100 / self.of + 0.5) if self.of else None


def on_track(board: Board) -> Ratio:
    """Those who are ahead or on track, of those who are counted."""
    numbers = {name: count for name, _label, count in board.paces}
    return Ratio(numbers["ahead"] + numbers["green"], sum(numbers.values()))


def _needs_attention() -> Q:
    return Q(rag__in=("amber", "red")) | watching.condition(watching.QUIET) | watching.condition(watching.PAST_END)


_attention = SeenBy(
    lambda actor: (
        overseen_by(actor)
        .order_by()
        .values("provider")
        .annotate(some=Count("pk", filter=_needs_attention()), all=Count("pk", filter=Q(status__in=OPEN_STATUSES)))
        .values_list("some", "all")
    ),
    SIGHT,
)


def needing_attention(actor: Actor) -> Ratio:
    """Those at risk, behind, quiet or past their planned end, of those who are not done. One query."""
    rows = list(_attention(actor))
    return Ratio(sum(some for some, _every in rows), sum(every for _some, every in rows))


def _most_urgent(actor: Actor) -> Any:
    """By what waits for the assessor first, then by how far behind; who is done comes last."""
    behind = Coalesce(-F("gap_points"), Value(0.0), output_field=FloatField())
    is_open = Case(When(status__in=OPEN_STATUSES, then=Value(0)), default=Value(1))
    rows = Apprenticeship.objects.visible_to(actor).filter(
        Q(provider=actor.organisation_id) | Q(employer=actor.organisation_id)
    )
    return (
        rows.exclude(apprentice=actor.person_id)
        .with_pace()
        .annotate(behind=Greatest(behind, Value(0.0)), place=is_open)
        .order_by("place", "-submitted_count", "-met_count", "-behind", "pk")
        .values_list("pk")
    )


_urgent = SeenBy(_most_urgent, SIGHT)


def most_urgent(actor: Actor) -> Rows:
    """The ids of the learners that `actor` oversees, those who need something first."""
    return _urgent(actor)


def _reviews(actor: Actor) -> Any:
    late = limits().late
    return (
        owed.reviews(actor)
        .order_by()
        .values("provider")
        .annotate(all=Count("pk"), late=Count("pk", filter=Q(submitted_at__date__lte=late)), oldest=Min("submitted_at"))
        .values_list("all", "late", "oldest")
    )


_waiting = SeenBy(_reviews, SIGHT)


@dataclass(frozen=True)
class Waiting:
    """What waits for an assessor's feedback: how much, how much of it is late, and since when the oldest."""

    count: int = 0
    late: int = 0
    since: Any = None

    @property
    def due(self) -> Due:
        return Due.LATE if self.late else Due.LATER


def reviews(actor: Actor) -> Waiting:
    """The reviews that wait. One query."""
    rows = list(_waiting(actor))
    return Waiting(
        sum(row[0] for row in rows), sum(row[1] for row in rows), min((row[2] for row in rows), default=None)
    )


_asked = SeenBy(
    lambda actor, email: (
        Link.objects.visible_to(actor)
        .unanswered()
        .filter(email=email, apprenticeship__status__in=OPEN_STATUSES)
        # What a mentor is asked to sign they sign here (`owed.to_sign_as_employer`).
        .exclude(purpose__in=OF_VERSIONS)
        .order_by("asked_at", "pk")
        .values_list("about", "apprenticeship", "apprenticeship__apprentice__name", "purpose", "asked_at", "expires_at")
    ),
    SIGHT,
)


def asked_of(actor: Actor, email: str) -> list[tuple[UUID, UUID, str, str, date, date]]:
    """What somebody was asked to confirm at this address, and has not: the oldest first. One query."""
    return list(_asked(actor, email=email))
