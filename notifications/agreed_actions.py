"""Telling people of the actions that they took on at a standardisation: at once, two days before, and when late."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from django.db.models import QuerySet

from assessments.audit_actions import STANDARDISATION_ACTION_AGREED, STANDARDISATION_ACTION_NOTED
from assessments.models import StandardisationAction, StandardisationNote
from audit.models import Entry
from core import clock
from core.actor import Actor
from notifications.kinds import OF_AGREED, News
from notifications.own_things import OwnThing, declare
from notifications.telling import Told, cause_of


def _agreed(entries: Sequence[Entry]) -> Iterator[Told]:
    """Whoever is to act is told so, unless they wrote it down themselves."""
    of = {UUID(entry.subject): entry for entry in entries}
    for row in StandardisationAction.objects.unscoped().filter(pk__in=of):
        if row.owner_id != row.by_id:
            yield _told(row, News.AGREED_ACTION, cause_of(of[row.pk]))


def told_of_due(batch: Sequence[UUID]) -> Iterator[Told]:
    """Whoever is to act is told that it is due soon, or late."""
    for row in StandardisationAction.objects.unscoped().filter(pk__in=batch):
        is_late = row.due_on < clock.today()
        news = News.AGREED_LATE if is_late else News.AGREED_DUE
        yield _told(row, news, f"agreed-{'late' if is_late else 'due'}/{row.pk}")


def _told(row: StandardisationAction, news: News, cause: str) -> Told:
    return Told(row.owner_id, news, None, row.provider_id, row.pk, row.record_id, cause, clock.now())


def open_actions() -> QuerySet[StandardisationAction]:
    """Those that are neither done nor given up."""
    return StandardisationAction.objects.unscoped().open()


def _noted(entries: Sequence[Entry]) -> Collection[UUID]:
    return {UUID(entry.data["noted_on"]) for entry in entries if entry.data["kind"] != StandardisationNote.Kind.OPENED}


def _still(actor: Actor, actions: Collection[UUID]) -> set[UUID]:
    mine = StandardisationAction.objects.visible_to(actor).open().filter(pk__in=actions, owner=actor.person_id)
    return set(mine.values_list("pk", flat=True))


declare(
    OwnThing(
        frozenset(OF_AGREED),
        _still,
        tells={STANDARDISATION_ACTION_AGREED.name: _agreed},
        settles={STANDARDISATION_ACTION_NOTED.name: _noted},
    )
)
