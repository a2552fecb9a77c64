"""Adding to the record. Each entry carries the hash of the one before it, so a change, a gap or a removal shows."""

from typing import Any

from django.db import models, transaction

from audit import clock
from audit.canonical import canonical, digest
from audit.models import Entry, Head

FORMAT_VERSION = 1


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
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an audit entry belongs in the transaction of its change")
    if fingerprint := getattr(subject, "fingerprint", None):
        data["fingerprint"] = fingerprint()
    Head.objects.get_or_create(pk=1)
    head = Head.objects.select_for_update().get(pk=1)
    entry = Entry(
        sequence=head.sequence + 1,
        at=clock.now(),
        actor=by.pk if by else None,
        organisation=organisation.pk if organisation else None,
        action=action,
        subject_type=subject._meta.label_lower,
        subject=str(subject.pk),
        data=canonical(data),
        format_version=FORMAT_VERSION,
        previous_hash=head.hash,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    head.sequence, head.hash = entry.sequence, entry.hash
    head.save(update_fields=["sequence", "hash"])
    return entry
