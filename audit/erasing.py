"""Taking personal data out of rows so that the record still fits: what each row was before, and what it is after.

An erasure names a row in an `ErasedRow`, takes words out of it, and notes its new fingerprint. From then on
`verify_audit` follows the fingerprint of an entry over these steps to the row as it is.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import models

from audit.models import ErasedRow
from core.canonical import digest

#: Rows are named, and looked up, in batches of this many.
BATCH = 500


def key_of(subject: object) -> str:
    """How the guards name a row on either database."""
    return str(subject).replace("-", "")


def fingerprint_of(row: models.Model) -> str:
    """The row's fingerprint; empty for a model that has none."""
    fingerprint = getattr(row, "fingerprint", None)
    return str(fingerprint()) if fingerprint else ""


def name_rows(act: UUID, rows: Iterable[tuple[models.Model, str]]) -> list[ErasedRow]:
    """Let the texts of these rows be changed until `note_after`.

    Args:
        rows: each with its fingerprint.
    """
    made = [
        ErasedRow(act=act, subject_type=row._meta.label_lower, key=key_of(row.pk), before=before)
        for row, before in rows
    ]
    return ErasedRow.objects.bulk_create(made, batch_size=BATCH)


def note_after(named: ErasedRow, after: str) -> None:
    """End the change of a row: what it is now. A model without fingerprints has a mark of its own."""
    ErasedRow.objects.filter(pk=named.pk, after="").update(after=after or "-")


def digest_of(act: UUID) -> str:
    """The hash of all that an erasure did to rows, in order."""
    rows = ErasedRow.objects.filter(act=act).order_by("pk").values_list("subject_type", "key", "before", "after")
    return digest([list(row) for row in rows])


def steps_of(subject_type: str, subjects: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Of each of these rows that was erased, its fingerprints before and after each erasure, in order."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = ErasedRow.objects.filter(subject_type=subject_type, key__in={key_of(one) for one in subjects})
    for key, before, after in rows.order_by("pk").values_list("key", "before", "after"):
        found[key].append((before, after))
    return found


def leads(steps: list[tuple[str, str]], recorded: str, now: str | None) -> bool:
    """Whether erasures led from what an entry recorded of a row to what the row is."""
    at = recorded
    for before, after in steps:
        if before == at:
            at = after
    return now is not None and at == now
