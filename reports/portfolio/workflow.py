"""Uploading a portfolio to import, having it imported, and giving it up. What does the work is in `bringing_in`."""

from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships.access import can_enrol
from core import clock
from core.actor import Actor
from core.errors import OutOfTurn
from jobs.queue import ASKED_FOR, MEDIA, enqueue
from notifications.kinds import News
from notifications.reading import settle_things
from reports.portfolio import arrivals
from reports.portfolio.jobs import bring_in, look_through
from reports.portfolio.models import ArrivalState, PortfolioArrival


def take_in(
    provider: Organisation, by: Actor, file: "File[bytes]", *, file_name: str, key: str = ""
) -> PortfolioArrival:
    """Keep a portfolio, and have a job look through it. Uploaded again while it is under way, it is the same.

    Args:
        key: the public key of the other site that is believed, as it is published.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        StorageFault: the storage is full or away.
    """
    _require_admin(provider, by)
    sha256 = arrivals.keep(provider.pk, file)
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=provider.pk)
        same = (
            PortfolioArrival.objects.unscoped()
            .under_way()
            .filter(provider=provider, by=by.person_id, sha256=sha256, key=key, asked_at=None)
        )
        if found := same.first():
            return found
        arrival = PortfolioArrival.objects.create(
            provider=provider, by_id=by.person, file_name=file_name[:255], sha256=sha256, key=key, at=clock.now()
        )
        _begin(look_through, arrival)
    return arrival


@transaction.atomic
def import_arrival(arrival_id: UUID, by: Actor) -> PortfolioArrival:
    """Have a portfolio that was looked through imported by a job. Asked again, it is under way or done.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        OutOfTurn: it is not looked through yet, or was refused.
    """
    arrival = locked_arrival(arrival_id)
    _require_admin(arrival.provider, by)
    if arrival.state in (ArrivalState.COMING_IN, ArrivalState.IMPORTED):
        return arrival
    if arrival.state != ArrivalState.READY:
        raise OutOfTurn(_("This portfolio cannot be imported. The page says why."))
    arrival.asked_at, arrival.done_count, arrival.total_count = clock.now(), 0, 0
    arrival.save(update_fields=["asked_at", "done_count", "total_count"])
    settle_things([News.PORTFOLIO_READY], [arrival.pk])
    _begin(bring_in, arrival)
    return arrival


@transaction.atomic
def drop_arrival(arrival_id: UUID, by: Actor) -> None:
    """Give up a portfolio that is not imported, with its file. Given up twice, it is gone.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        OutOfTurn: it is being imported, or was.
    """
    found = PortfolioArrival.objects.unscoped().filter(pk=arrival_id).exists()
    if not found:
        return
    arrival = locked_arrival(arrival_id)
    _require_admin(arrival.provider, by)
    if arrival.state in (ArrivalState.COMING_IN, ArrivalState.IMPORTED):
        raise OutOfTurn(_("This portfolio is being imported, or was imported before."))
    settle_things([News.PORTFOLIO_READY, News.PORTFOLIO_REFUSED], [arrival.pk])
    arrival.delete()
    transaction.on_commit(lambda: arrivals.drop_unless_needed(arrival.provider_id, arrival.sha256))


def locked_arrival(arrival_id: UUID) -> PortfolioArrival:
    """A portfolio that arrived, locked for the rest of the transaction."""
    rows = PortfolioArrival.objects.unscoped().select_for_update(no_key=True, of=("self",))
    return rows.select_related("provider").get(pk=arrival_id)


def _require_admin(provider: Organisation, by: Actor) -> None:
    require(can_enrol(by, provider), _("Only an admin of the training provider can do this."))


def _begin(what: object, arrival: PortfolioArrival) -> None:
    enqueue(
        what,  # type: ignore[arg-type]
        str(arrival.pk),
        organisation=arrival.provider,
        subject=arrival.pk,
        queue=MEDIA,
        priority=ASKED_FOR,
    )
