"""Holding the record against itself, and the rows it speaks of against the record."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from audit.chain import FORMAT_VERSION, entry_hash
from audit.models import GENESIS_HASH, Entry, Head

BATCH_SIZE = 500


class Anchor(NamedTuple):
    """A place in the record that was written down elsewhere: the sequence of an entry and its hash."""

    sequence: int
    hash: str


@dataclass(frozen=True)
class Fault:
    """Something that does not fit: which entry, what it speaks of, and why. Rows in no entry have no sequence."""

    sequence: int | None
    action: str
    subject: str
    why: str

    def __str__(self) -> str:
        what = "a row" if self.sequence is None else f"entry {self.sequence}"
        details = ", ".join(filter(None, [self.action, self.subject]))
        return f"{what} ({details}) {self.why}" if details else f"{what} {self.why}"


def head() -> Anchor:
    """Where the record ends now."""
    found = Head.objects.filter(pk=1).values_list("sequence", "hash").first()
    return Anchor(*found) if found else Anchor(0, GENESIS_HASH)


def verify(*, files: bool = True, anchor: Anchor | None = None) -> Iterator[Fault]:
    """Walk the record from its first entry and yield whatever does not fit, first things first.

    People may go on working meanwhile. Memory and the number of queries per batch do not grow with the record.

    Args:
        files: read the stored bytes of files again, too.
        anchor: a place known from elsewhere, by which a record that was cut off or rewritten as a whole is found.
    """
    last = Anchor(0, GENESIS_HASH)
    while True:
        # Read before the entries: a head moves in the transaction of its entry, so if none is left it must be the last.
        standing_head = head()
        try:
            entries = _entries_after(last.sequence)
        except ValueError:
            yield Fault(last.sequence + 1, "", "", "cannot be read: a value in it is not one of ours")
            return
        if not entries:
            break
        misfits: dict[int, Fault] = {}
        for entry in entries:
            if why := _misfit(entry, last, anchor):
                misfits[entry.sequence] = _fault(entry, why)
            last = Anchor(entry.sequence, entry.hash)
        fitting = [entry for entry in entries if entry.sequence not in misfits]
        row_faults = list(_row_faults(fitting, files=files))
        yield from sorted([*misfits.values(), *row_faults], key=lambda fault: fault.sequence or 0)
    if standing_head.sequence > last.sequence:
        yield Fault(last.sequence + 1, "", "", f"is missing: the record went on to entry {standing_head.sequence}")
    elif standing_head != last:
        yield Fault(last.sequence, "", "", "is the last, but the head of the record is another")
    elif anchor and anchor.sequence > last.sequence:
        yield Fault(last.sequence + 1, "", "", f"is missing: the anchor was written at entry {anchor.sequence}")
    yield from _unrecorded_rows()


def _entries_after(sequence: int) -> list[Entry]:
    """The next entries in order: a batch, or only the next if something in the batch cannot be read."""
    entries = Entry.objects.filter(sequence__gt=sequence).order_by("sequence")
    try:
        return list(entries[:BATCH_SIZE])
    except ValueError:
        return list(entries[:1])


def _fault(entry: Entry, why: str) -> Fault:
    return Fault(entry.sequence, entry.action, f"{entry.subject_type} {entry.subject}", why)


def _misfit(entry: Entry, last: Anchor, anchor: Anchor | None) -> str | None:
    """Why `entry` cannot come after `last`, if it cannot."""
    if entry.sequence != last.sequence + 1:
        return f"does not follow entry {last.sequence}: what was between them is missing"
    if entry.format_version != FORMAT_VERSION:
        return f"has format {entry.format_version}, which is unknown"
    try:
        is_whole = isinstance(entry.data, dict) and entry.hash == entry_hash(entry)
    except (TypeError, ValueError):
        is_whole = False
    if not is_whole:
        return "was changed: its hash is not that of its content"
    if entry.previous_hash != last.hash:
        return f"was not written after entry {last.sequence} as that is now"
    if anchor and entry.sequence == anchor.sequence and entry.hash != anchor.hash:
        return "is not the one that the anchor was written for: the record was rewritten"
    return None


def _row_faults(entries: list[Entry], *, files: bool) -> Iterator[Fault]:
    """Hold the rows that `entries` have fingerprints of against them, kind by kind."""
    spoken_of = [entry for entry in entries if "fingerprint" in entry.data]
    spoken_of.sort(key=lambda entry: (entry.subject_type, entry.sequence))
    for subject_type, group in groupby(spoken_of, key=lambda entry: entry.subject_type):
        group_entries = list(group)
        try:
            model = apps.get_model(subject_type)
        except LookupError:
            yield from (_fault(entry, "speaks of a kind of row that is not known here") for entry in group_entries)
            continue
        subjects = [entry.subject for entry in group_entries]
        rows = {str(row.pk): row for row in model._base_manager.filter(pk__in=_possible_keys(model, subjects))}
        is_append_only = getattr(model, "append_only", False)
        has_content = files and hasattr(model, "content_fault")
        newest: dict[str, int] = {}
        if has_content or not is_append_only:
            # Asked after the rows were read: a row that changed since then has an entry that is newer.
            newest = Entry.objects.with_fingerprint().newest_of_each(subject_type, subjects)
        for entry in group_entries:
            row, is_newest = rows.get(entry.subject), newest.get(entry.subject) == entry.sequence
            if why := _row_misfit(entry, row, compare=is_append_only or is_newest, read=has_content and is_newest):
                yield _fault(entry, why)


def _possible_keys(model: type[models.Model], subjects: list[str]) -> list[Any]:
    """Those of `subjects` that can be primary keys of `model` at all."""
    keys = []
    for subject in subjects:
        with suppress(ValidationError):
            keys.append(model._meta.pk.to_python(subject))
    return keys


def _row_misfit(entry: Entry, row: Any, *, compare: bool, read: bool) -> str | None:
    if row is None:
        return "speaks of a row that is gone"
    if compare and _fingerprint(row) != entry.data["fingerprint"]:
        return "speaks of a row that was changed since"
    if read and (content_fault := row.content_fault()):
        return f"speaks of a file that does not fit: {content_fault}"
    return None


def _fingerprint(row: Any) -> str | None:
    """The row's fingerprint, or None if what it holds cannot even have one."""
    try:
        return row.fingerprint()
    except (AttributeError, TypeError, ValueError):
        return None


def _unrecorded_rows() -> Iterator[Fault]:
    """Rows that never change and ought to be in the record, but are not: put in behind the application's back."""
    for model in apps.get_models():
        if model is Entry or not getattr(model, "append_only", False) or not hasattr(model, "fingerprint"):
            continue
        for pks in _primary_keys(model):
            subjects = [str(pk) for pk in pks]
            recorded = Entry.objects.with_fingerprint().newest_of_each(model._meta.label_lower, subjects)
            for subject in subjects:
                if subject not in recorded:
                    yield Fault(None, "", f"{model._meta.label_lower} {subject}", "is in no entry of the record")


def _primary_keys(model: type[models.Model]) -> Iterator[list[Any]]:
    """The primary keys of all rows, in batches."""
    rows = model._base_manager.order_by("pk").values_list("pk", flat=True)
    batch = list(rows[:BATCH_SIZE])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1])[:BATCH_SIZE])
