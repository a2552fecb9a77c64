"""Looking through a portfolio that was uploaded, and importing it, as jobs: cut off anywhere, they begin again.

Nothing has come in before all of it has, so a second try finds either nothing, or the whole of it.
"""

import time
from collections.abc import Callable, Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.actor import Actor
from core.errors import WorkflowError
from files import sandbox
from notifications.kinds import OF_PORTFOLIOS, News
from notifications.making import make
from notifications.own_things import OwnThing, declare
from notifications.telling import Told
from reports.pack.notes import PublicKey
from reports.portfolio import arrivals
from reports.portfolio.importing import Brought, import_portfolio
from reports.portfolio.models import ArrivalState, PortfolioArrival

#: How often the page is told how far it has come.
TELL_EVERY_SECONDS = 1.0
#: What is done sooner than this is done before whoever asked has left the page, and is mailed to nobody.
WAITED_FOR = timedelta(minutes=1)
#: What has not come in by then has lost its job.
LONGEST_IMPORT = timedelta(days=1)


def look_through(arrival_id: UUID, *, is_last_try: bool = False) -> None:
    """Say what would come of a portfolio. Looked through already, it stays as it is."""
    _worked_on(arrival_id, ArrivalState.LOOKED_THROUGH, is_last_try=is_last_try)


def bring_in(arrival_id: UUID, *, is_last_try: bool = False) -> None:
    """Import a portfolio under the rights that whoever asked has now. Imported or refused, it stays as it is."""
    _worked_on(arrival_id, ArrivalState.COMING_IN, is_last_try=is_last_try)


def _worked_on(arrival_id: UUID, when: ArrivalState, *, is_last_try: bool) -> None:
    arrival = PortfolioArrival.objects.unscoped().filter(pk=arrival_id).first()
    if arrival is None or arrival.state != when:
        return
    try:
        with sandbox.workplace() as folder, arrivals.at_hand(arrival.provider_id, arrival.sha256, folder) as path:
            brought = import_portfolio(
                path,
                arrival.provider_id,
                Actor(arrival.by_id, arrival.provider_id),
                file_name=arrival.file_name,
                keys=(PublicKey.read(arrival.key),) if arrival.key else (),
                is_trial=when == ArrivalState.LOOKED_THROUGH,
                told=_teller(arrival_id),
            )
    except WorkflowError as why:
        refuse(arrival_id, str(why))
    except FileNotFoundError:
        refuse(arrival_id, _("This file is not here any more. Choose it again."))
    except OSError:
        if not is_last_try:
            raise
        refuse(arrival_id, _("The files could not be read or saved. Try again later."))
    else:
        _note(arrival_id, when, brought)


def _teller(arrival_id: UUID) -> Callable[[int, int], None]:
    """What notes how many steps are done, not more often than somebody would look."""
    told_at = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= TELL_EVERY_SECONDS:
            told_at = time.monotonic()
            PortfolioArrival.objects.unscoped().filter(pk=arrival_id).update(done_count=done, total_count=of)

    return tell


@transaction.atomic
def _note(arrival_id: UUID, when: ArrivalState, brought: Brought) -> None:
    """Note what came of it, unless another worker did."""
    arrival = _locked(arrival_id)
    if arrival is None or arrival.state != when:
        return
    now = clock.now()
    if when == ArrivalState.LOOKED_THROUGH:
        began, arrival.looked_at, news = arrival.at, now, News.PORTFOLIO_READY
    else:
        assert arrival.asked_at, "a constraint"
        assert brought.record, "it was no trial"
        began, arrival.record, news = arrival.asked_at, brought.record, News.PORTFOLIO_IN
        # A worker that died after the whole had come in left it to another, which finds it here.
        if brought.is_repeat and brought.record.at >= arrival.asked_at:
            brought.is_repeat, brought.told = False, arrival.said.get("told", [])
    arrival.said = {
        "learner": brought.learner,
        "is_repeat": brought.is_repeat,
        "counts": brought.counts,
        "told": brought.told,
    }
    arrival.save()
    if arrival.record_id:
        transaction.on_commit(lambda: arrivals.drop_unless_needed(arrival.provider_id, arrival.sha256))
    _tell(arrival, news, is_mailed=now - began >= WAITED_FOR)


@transaction.atomic
def refuse(arrival_id: UUID, why: str) -> None:
    """Say of a portfolio that is not imported why it is not. Nothing of it has come in."""
    arrival = _locked(arrival_id)
    if arrival is None or arrival.state in (ArrivalState.REFUSED, ArrivalState.IMPORTED):
        return
    arrival.failed_at, arrival.failure = clock.now(), why
    arrival.save(update_fields=["failed_at", "failure"])
    transaction.on_commit(lambda: arrivals.drop_unless_needed(arrival.provider_id, arrival.sha256))
    _tell(arrival, News.PORTFOLIO_REFUSED, is_mailed=clock.now() - (arrival.asked_at or arrival.at) >= WAITED_FOR)


def sweep() -> int:
    """Say of what lost its job that it was cut off, and remove what nobody imported in time. Returns how many."""
    rows = PortfolioArrival.objects.unscoped().under_way()
    lost = list(rows.filter(asked_at__lt=clock.now() - LONGEST_IMPORT).values_list("pk", flat=True))
    for arrival in lost:
        refuse(arrival, _("It was cut off. Nothing was imported. Upload the file again."))
    return len(lost) + arrivals.sweep()


def _locked(arrival_id: UUID) -> PortfolioArrival | None:
    return PortfolioArrival.objects.unscoped().select_for_update(no_key=True).filter(pk=arrival_id).first()


def _tell(arrival: PortfolioArrival, news: News, *, is_mailed: bool) -> None:
    """Tell whoever uploaded it. No entry of the record says it: what came in is recorded, and not how far it was."""
    cause = f"{news}/{arrival.pk}"
    make(
        [
            Told(
                arrival.by_id,
                news,
                None,
                arrival.provider_id,
                subject=arrival.pk,
                about=arrival.pk,
                cause=cause,
                at=clock.now(),
                is_mailed=is_mailed,
            )
        ]
    )


def _still(actor: Actor, portfolios: Collection[UUID]) -> set[UUID]:
    """Those that are still there for an admin of the provider."""
    mine = PortfolioArrival.objects.visible_to(actor).filter(pk__in=portfolios, by=actor.person_id)
    return set(mine.values_list("pk", flat=True))


declare(OwnThing(frozenset(OF_PORTFOLIOS), _still))
