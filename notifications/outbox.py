"""Reading the record for what people are to be told. The record is the outbox: nothing else has to be written for it.

Each chain is read in windows, from the entry after the last one read up to and with the newest. A window, the notices
made of it and the place up to which it was read are one transaction, and the place is locked: so however many workers
read, and wherever one dies, each entry is read once.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import models, transaction
from django.db.models import F, Q

from audit.models import Chain, Entry
from core import clock
from notifications import own_things, telling
from notifications.making import make
from notifications.models import KEPT_DAYS, ReadTo
from notifications.reading import forget_lost, settle, settle_things

log = structlog.get_logger("craftmark.notifications")

#: This many entries are read in one transaction.
WINDOW = 500


def is_behind() -> bool:
    """Whether there are entries that were not read."""
    return _behind().exists()


def read_all() -> int:
    """Read every chain to its end, and return how many notices were made.

    One that cannot be read keeps none of the others from it, and is tried again the next time.
    """
    made = 0
    for chain_id in list(_behind().values_list("pk", flat=True)):
        try:
            while (of_window := read_window(chain_id)) is not None:
                made += of_window
        except Exception:
            log.exception("chain_not_read", chain=str(chain_id))
    return made


def _behind() -> models.QuerySet[Chain]:
    return Chain.objects.filter(Q(read_to=None, sequence__gt=0) | Q(sequence__gt=F("read_to__sequence"))).order_by("pk")


@transaction.atomic
def read_window(chain_id: UUID) -> int | None:
    """Read the next window of a chain. Returns how many notices that made, or None if it was read to its end."""
    ReadTo.objects.get_or_create(chain_id=chain_id)
    place = ReadTo.objects.select_for_update(no_key=True).get(chain=chain_id)
    # Entries up to this one are committed: whoever adds to a chain holds it until then.
    newest = Chain.objects.values_list("sequence", flat=True).get(pk=chain_id)
    end = min(newest, place.sequence + WINDOW)
    if end <= place.sequence:
        return None
    window = Entry.objects.filter(chain=chain_id, sequence__gt=place.sequence, sequence__lte=end).order_by("sequence")
    # Of what is older than notices are kept for, nobody is told.
    wanted = telling.READ | own_things.read()
    kept = window.filter(action__in=wanted, at__gt=clock.now() - timedelta(days=KEPT_DAYS))
    entries = list(kept)
    made = make(telling.told_by(entries) + own_things.told_by(entries))
    settle(telling.settled_by(entries))
    for news, things in own_things.settled_by(entries):
        settle_things(news, things)
    forget_lost(telling.may_have_lost(entries))
    place.sequence = end
    place.save(update_fields=["sequence"])
    return made
