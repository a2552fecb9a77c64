"""Putting events of accounts into the installation's chain: many with one entry, which holds their Merkle root."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from audit import chain as audit
from audit import merkle
from audit.audit_actions import ACCOUNT_EVENTS_SEALED
from audit.models import AccountEvent
from core.actor import SYSTEM

BATCH_SIZE = 1_000


def seal_events() -> int:
    """Seal all events that wait, batch by batch, and return how many. Cut off between two batches, it goes on later."""
    sealed = 0
    while count := _seal_batch():
        sealed += count
    return sealed


@transaction.atomic
def _seal_batch() -> int:
    installation = audit.locked_installation()
    events = list(AccountEvent.objects.unsealed()[:BATCH_SIZE])
    if events:
        entry = audit.record(ACCOUNT_EVENTS_SEALED, SYSTEM, installation, **seal_of(events))
        AccountEvent.objects.filter(pk__in=[event.pk for event in events]).update(sealed_in=entry.sequence)
    return len(events)


def seal_of(events: Iterable[AccountEvent]) -> dict[str, Any]:
    """What an entry keeps of these events, which are in the order of their ids."""
    leaves = [event.leaf() for event in events]
    return {"count": len(leaves), "root": merkle.root(leaves).hex()}
