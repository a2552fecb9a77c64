"""Who was asked to confirm something, how far that has come, and what they confirmed, as plain values for pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from accounts.seen_by import SeenBy
from apprenticeships.querysets import SIGHT
from assessments.models import Verification
from core.actor import Actor
from core.prepared import Ids
from signing.models import Link, LinkState, state_of


class Asked(NamedTuple):
    """The newest link of one thing that somebody was asked to confirm."""

    about: UUID
    purpose: str
    name: str
    asked_at: datetime
    asked_by: str
    expires_at: datetime
    started_at: datetime | None
    signed_at: datetime | None
    declined_at: datetime | None
    revoked_at: datetime | None
    passed_on_at: datetime | None
    decline_reason: str
    signed_name: str | None
    signed_role: str | None
    comment: str | None
    disowned_at: datetime | None

    @property
    def state(self) -> LinkState:
        return LinkState.DISOWNED if self.disowned_at else state_of(self)

    @property
    def stands(self) -> bool:
        """Whether it is confirmed, and nobody has said since that it was not them."""
        return self.state == LinkState.SIGNED

    @property
    def is_waited_for(self) -> bool:
        return self.state in (LinkState.WAITING, LinkState.STARTED, LinkState.EXPIRED)


_COLUMNS = (
    "about",
    "purpose",
    "name",
    "asked_at",
    "asked_by__name",
    "expires_at",
    "started_at",
    "signed_at",
    "declined_at",
    "revoked_at",
    "passed_on_at",
    "decline_reason",
    "signature__name",
    "signature__role",
    "signature__comment",
    "signature__disavowal__at",
)


def _links(actor: Actor, about: QuerySet[Verification, Any]) -> QuerySet[Link, Any]:
    # Of a link that was passed on, the one that follows it is the newest.
    return (
        Link.objects.visible_to(actor)
        .filter(about__in=about.values("pk"), passed_on_at=None)
        .order_by("-asked_at", "pk")
        .values_list(*_COLUMNS)
    )


_of_piece = SeenBy(
    # Whose links these are is asked of the links.
    lambda actor, piece: _links(actor, Verification.objects.unscoped().filter(submission__evidence=piece)),
    SIGHT,
    is_the_same_every_day=True,
)
_of_ksbs = SeenBy(
    lambda actor, apprenticeship, ksbs: _links(
        actor,
        Verification.objects.visible_to(actor).filter(apprenticeship=apprenticeship, verified_ksbs__ksb__in=ksbs),
    ),
    SIGHT,
    is_the_same_every_day=True,
)
_of_apprenticeship = SeenBy(
    lambda actor, apprenticeship: _links(
        actor, Verification.objects.visible_to(actor).filter(apprenticeship=apprenticeship)
    ),
    SIGHT,
    is_the_same_every_day=True,
)


def of_piece(actor: Actor, piece: UUID) -> list[Asked]:
    """What witnesses and experts were asked about a piece of evidence, the newest first. One query."""
    return _rows(_of_piece(actor, piece=piece))


def of_ksbs(actor: Actor, apprenticeship: UUID, ksbs: Ids) -> list[Asked]:
    """What anybody was asked about these KSBs, the newest first. One query."""
    return _rows(_of_ksbs(actor, apprenticeship=apprenticeship, ksbs=ksbs))


def of_apprenticeship(actor: Actor, apprenticeship: UUID) -> list[Asked]:
    """What anybody was asked about an apprentice's work, the newest first. One query."""
    return _rows(_of_apprenticeship(actor, apprenticeship=apprenticeship))


def _rows(rows: Iterable[tuple[Any, ...]]) -> list[Asked]:
    return [Asked(*row) for row in rows]
