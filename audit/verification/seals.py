"""Holding events of accounts against the entries that seal them."""

from collections.abc import Iterator

from audit.audit_actions import ACCOUNT_EVENTS_SEALED
from audit.models import INSTALLATION, AccountEvent, Entry
from audit.sealing import seal_of
from audit.verification.faults import Fault


def faults_of(entries: list[Entry]) -> Iterator[Fault]:
    """Hold the events of each seal among these entries against it."""
    for entry in entries:
        if entry.chain_id != INSTALLATION or entry.action != ACCOUNT_EVENTS_SEALED.name:
            continue
        try:
            held = seal_of(AccountEvent.objects.filter(sealed_in=entry.sequence).order_by("pk"))
        except (TypeError, ValueError):
            held = {}
        if held != entry.data:
            yield Fault.of(entry, "seals events of accounts that were changed, removed or added since")


def events_in_no_seal() -> Iterator[Fault]:
    """Events that say that an entry seals them which is no seal."""
    seals = Entry.objects.filter(chain=INSTALLATION, action=ACCOUNT_EVENTS_SEALED.name).values("sequence")
    sealed = AccountEvent.objects.exclude(sealed_in=None)
    for pk in sealed.exclude(sealed_in__in=seals).order_by("pk").values_list("pk", flat=True):
        yield Fault(None, None, "", f"audit.accountevent {pk}", "is in no entry of the record")
