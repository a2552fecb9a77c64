"""Telling whoever asked that an export is ready, or that it could not be made. The notice has a link and no content."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from audit.models import Entry
from core import clock
from core.actor import Actor
from notifications.kinds import OF_EXPORTS, News
from notifications.own_things import OwnThing, declare
from notifications.telling import Told, cause_of
from reports.audit_actions import EXPORT_DELETED, EXPORT_DOWNLOADED, EXPORT_FAILED, EXPORT_MADE
from reports.exports.catalogue import kind_of
from reports.exports.models import Export, ExportState

#: What is made sooner than this is there before whoever asked has left the page, and is mailed to nobody.
WAITED_FOR = timedelta(minutes=1)


def _ended(news: News) -> Callable[[Sequence[Entry]], Iterator[Told]]:
    def tell(entries: Sequence[Entry]) -> Iterator[Told]:
        of = {UUID(entry.subject): entry for entry in entries}
        for row in Export.objects.unscoped().filter(pk__in=of):
            ended = row.made_at or row.failed_at or clock.now()
            yield Told(
                row.asked_by_id,
                news,
                row.apprenticeship_id,
                row.provider_id,
                subject=row.pk,
                about=row.pk,
                cause=cause_of(of[row.pk]),
                at=of[row.pk].at,
                is_mailed=row.failed_at is not None or ended - row.asked_at >= WAITED_FOR,
            )

    return tell


def _things(entries: Sequence[Entry]) -> Collection[UUID]:
    return {UUID(entry.subject) for entry in entries}


def _still(actor: Actor, exports: Collection[UUID]) -> set[UUID]:
    """Those that `actor` may have now, and those that failed."""
    rows = Export.objects.unscoped().filter(pk__in=exports, asked_by=actor.person_id)
    ready = {row.pk: row for row in rows if row.state == ExportState.READY and row.expires_at > clock.now()}
    failed = {row.pk for row in rows if row.state == ExportState.FAILED}
    return failed | {pk for pk, row in ready.items() if kind_of(row).may_have(actor, row)}


declare(
    OwnThing(
        frozenset(OF_EXPORTS),
        _still,
        tells={EXPORT_MADE.name: _ended(News.EXPORT_READY), EXPORT_FAILED.name: _ended(News.EXPORT_FAILED)},
        settles={EXPORT_DOWNLOADED.name: _things, EXPORT_DELETED.name: _things},
    )
)
