"""Adding to the record. Each entry carries the hash of the one before it, so a change, a gap or a removal shows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import models, transaction

from audit.models import Entry, Head
from core import clock
from core.canonical import canonical, digest

FORMAT_VERSION = 1
BATCH_SIZE = 2_000


@dataclass(frozen=True, slots=True)
class Happening:
    """Something to be recorded: the arguments of `record`, and when it happened (now, if that is not said)."""

    action: str
    by: models.Model | None
    subject: models.Model
    organisation: models.Model | None = None
    data: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None


def entry_hash(entry: Entry) -> str:
    """The hash of an entry: of every field but the hash itself."""
    return digest(
        {
            "format_version": entry.format_version,
            "sequence": entry.sequence,
            "at": entry.at,
            "actor": entry.actor,
            "organisation": entry.organisation,
            "action": entry.action,
            "subject_type": entry.subject_type,
            "subject": entry.subject,
            "data": entry.data,
            "previous_hash": entry.previous_hash,
        }
    )


def record(
    action: str,
    by: models.Model | None,
    subject: models.Model,
    *,
    organisation: models.Model | None = None,
    **data: Any,
) -> Entry:
    """Add what just happened to the chain, inside the transaction of the change itself.

    Args:
        action: what was done, as `thing.happened`.
        by: the person who did it; None where the system itself did.
        subject: the row it was done to. If it has a `fingerprint()`, that is kept too, so `verify_audit` can hold the
            row against it later.
        organisation: whose record this belongs to.
        data: ids, codes, counts and states; never names or narratives, so an erasure leaves the chain whole.

    Raises:
        TransactionManagementError: called outside a transaction: there would be a change without its entry.
    """
    head = _locked_head()
    entry = _next_entry(head, Happening(action, by, subject, organisation, data))
    entry.save(force_insert=True)
    head.save(update_fields=["sequence", "hash"])
    return entry


def record_many(happenings: Iterable[Happening]) -> int:
    """Add many things to the chain at once, in the order given, and answer how many: for imports in bulk.

    The head stays locked until the transaction around this ends, so nobody else can record meanwhile; memory does not
    grow with the number. Same rules and errors as `record`.
    """
    head = _locked_head()
    entries = (_next_entry(head, happening) for happening in happenings)
    before = head.sequence
    while batch := list(islice(entries, BATCH_SIZE)):
        Entry.objects.bulk_create(batch)
    if head.sequence > before:
        head.save(update_fields=["sequence", "hash"])
    return head.sequence - before


def _locked_head() -> Head:
    """The head, which nobody else can move until this transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an audit entry belongs in the transaction of its change")
    locked = Head.objects.select_for_update()
    if head := locked.filter(pk=1).first():
        return head
    # The first entry of all. Of two that come at once, one makes the head and the other waits for it here.
    Head.objects.get_or_create(pk=1)
    return locked.get(pk=1)


def _next_entry(head: Head, happening: Happening) -> Entry:
    """The entry that comes after `head`, not saved yet; `head` moves on to it, not saved either."""
    by, subject, organisation = happening.by, happening.subject, happening.organisation
    data = canonical(happening.data)
    if fingerprint := getattr(subject, "fingerprint", None):
        data["fingerprint"] = fingerprint()
    entry = Entry(
        sequence=head.sequence + 1,
        at=happening.at or clock.now(),
        actor=by.pk if by else None,
        organisation=organisation.pk if organisation else None,
        action=happening.action,
        subject_type=subject._meta.label_lower,
        subject=str(subject.pk),
        data=data,
        format_version=FORMAT_VERSION,
        previous_hash=head.hash,
    )
    entry.hash = entry_hash(entry)
    head.sequence, head.hash = entry.sequence, entry.hash
    return entry
