"""The entries of an apprentice's hours as plain values for pages and files."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Window

from accounts.seen_by import SeenBy
from apprenticeships.models import Assignment
from apprenticeships.querysets import SIGHT
from core.actor import Actor
from core.prepared import Prepared, Rows
from occupations.models import Ksb
from portfolios.models import Evidence
from programme.models import OffTheJobEntry


class EntryRow(NamedTuple):
    """An entry that stands.

    Attributes:
        of_all: how many entries there are, on every page of them.
    """

    pk: UUID
    happened_on: date
    starts_at: datetime | None
    minutes: int
    kind: str
    counts: bool
    note: str
    deliverer: str
    delivered_by: UUID | None
    delivered_by_name: str | None
    ksbs: list[str]
    evidence: UUID | None
    by: UUID
    by_name: str
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    of_all: int


_entries = SeenBy(
    lambda actor, apprenticeship: (
        OffTheJobEntry.objects.visible_to(actor)
        .filter(apprenticeship=apprenticeship)
        .standing()
        .newest_first()
        .values_list(
            "pk",
            "happened_on",
            "starts_at",
            "minutes",
            "kind",
            "counts",
            "note",
            "deliverer",
            "delivered_by",
            "delivered_by__name",
            "ksbs",
            "evidence",
            "by",
            "by__name",
            "confirmation__by__name",
            "confirmation__at",
            Window(Count("pk")),
        )
    ),
    SIGHT,
)
_codes = Prepared(lambda these: Ksb.objects.filter(pk__in=these).order_by("position").values_list("pk", "code"))
_titles = SeenBy(
    lambda actor, these: Evidence.objects.visible_to(actor).filter(pk__in=these).values_list("pk", "title"), SIGHT
)
_people = Prepared(
    lambda apprenticeship: (
        Assignment.objects.live().filter(apprenticeship=apprenticeship).values_list("person", "person__name", "role")
    )
)


def entries_of(actor: Actor, apprenticeship_id: UUID) -> Rows:
    """Those that `actor` sees, the newest first: rows of `EntryRow`, to be counted and sliced."""
    return _entries(actor, apprenticeship=apprenticeship_id)


def codes_of(ksbs: Iterable[list[str]]) -> dict[str, str]:
    """The codes of the KSBs that entries are about, by id and in order. One query, if there are any."""
    these = frozenset(UUID(pk) for listed in ksbs for pk in listed)
    return {str(pk): code for pk, code in _codes(these=these)} if these else {}


def titles_of(actor: Actor, rows: list[EntryRow]) -> dict[UUID, str]:
    """The titles of the pieces that entries belong to, where `actor` sees them. One query, if there are any."""
    these = frozenset(row.evidence for row in rows if row.evidence)
    return dict(_titles(actor, these=these)) if these else {}


def people_around(apprenticeship_id: UUID) -> list[tuple[UUID, str, str]]:
    """Who looks after an apprentice today, with their role: those who may have delivered training. One query."""
    return list(_people(apprenticeship=apprenticeship_id))
