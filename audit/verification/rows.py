"""Holding rows against the entries, and the events of accounts, that have their fingerprints."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any, cast

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models

from audit import erasing
from audit.models import INSTALLATION, AccountEvent, Chain, Entry, ErasedRow
from audit.querysets import Place
from audit.verification import faults
from audit.verification.faults import Fault


def faults_of(entries: Sequence[Entry | AccountEvent], *, files: bool) -> Iterator[Fault]:
    """Hold the rows that these entries of one chain have fingerprints of against them, kind by kind."""
    spoken_of = [entry for entry in entries if entry.fingerprint]
    spoken_of.sort(key=lambda entry: (entry.subject_type, entry.place.number))
    for subject_type, group in groupby(spoken_of, key=lambda entry: entry.subject_type):
        group_entries = list(group)
        try:
            model = apps.get_model(subject_type)
        except (LookupError, ValueError):
            yield from (Fault.of(entry, "refers to an unknown kind of row") for entry in group_entries)
            continue
        yield from _faults_of_kind(model, group_entries, files=files)


def faults_of_events(*, files: bool) -> Iterator[Fault]:
    """Hold the rows that events of accounts have fingerprints of against them."""
    events = AccountEvent.objects.with_fingerprint().order_by("pk")
    batch = list(events[: faults.BATCH_SIZE])
    while batch:
        yield from faults_of(batch, files=files)
        batch = list(events.filter(pk__gt=batch[-1].pk)[: faults.BATCH_SIZE])


def _faults_of_kind(
    model: type[models.Model], entries: Sequence[Entry | AccountEvent], *, files: bool
) -> Iterator[Fault]:
    subjects = [entry.subject for entry in entries]
    kept = model._base_manager.filter(pk__in=_possible_keys(model, subjects))
    kept = kept.prefetch_related(*getattr(model, "verified_with", ()))
    rows = {str(row.pk): row for row in kept}
    is_append_only = getattr(model, "append_only", False)
    has_content = files and hasattr(model, "content_fault")
    newest: set[Place] = set()
    if has_content or not is_append_only:
        # Asked after the rows were read: a row that changed since then has an entry that is newer.
        newest = type(entries[0]).objects.with_fingerprint().newest_of_each(model._meta.label_lower, subjects)
    missing = [subject for subject in subjects if subject not in rows]
    removed = AccountEvent.objects.with_fingerprint().removed(model._meta.label_lower, missing) if missing else set()
    erased = erasing.steps_of(model._meta.label_lower, subjects)
    for entry in entries:
        row = rows.get(entry.subject)
        if row is None and entry.subject in removed:
            continue
        is_newest = entry.place in newest
        steps = erased.get(erasing.key_of(entry.subject), [])
        if row is not None and steps and erasing.leads(steps, entry.fingerprint, _fingerprint(row)):
            # What it rests on was erased with it, so there is nothing left to hold it against.
            continue
        if why := _row_misfit(entry, row, compare=is_append_only or is_newest, read=has_content and is_newest):
            yield Fault.of(entry, why)


def _possible_keys(model: type[models.Model], subjects: list[str]) -> list[Any]:
    """Those of `subjects` that can be primary keys of `model` at all."""
    keys = []
    for subject in subjects:
        with suppress(ValidationError):
            keys.append(model._meta.pk.to_python(subject))
    return keys


def _row_misfit(entry: Entry | AccountEvent, row: Any, *, compare: bool, read: bool) -> str | None:
    if row is None:
        return "refers to a row that no longer exists"
    if compare and _fingerprint(row) != entry.fingerprint:
        return "refers to a row that has been changed since"
    if compare and (contradiction := _contradiction(row)):
        return f"refers to a row that contradicts others: {contradiction}"
    if read and (content_fault := row.content_fault()):
        return f"refers to a file that does not match: {content_fault}"
    return None


def _fingerprint(row: Any) -> str | None:
    """The row's fingerprint, or None if what it holds cannot even have one."""
    try:
        return cast("str | None", row.fingerprint())
    except (AttributeError, ObjectDoesNotExist, TypeError, ValueError):
        return None


def _contradiction(row: Any) -> str | None:
    """What of the row does not agree with the rows it rests on, in words."""
    if not hasattr(row, "contradiction"):
        return None
    try:
        return cast("str | None", row.contradiction())
    except (AttributeError, KeyError, ObjectDoesNotExist, TypeError, ValueError):
        return "what it rests on cannot be read"


def unrecorded() -> Iterator[Fault]:
    """Rows that ought to be in the record, but are not: put in behind the application's back."""
    for model in apps.get_models():
        if not _is_always_recorded(model):
            continue
        for pks in _primary_keys(model):
            subjects = [str(pk) for pk in pks]
            entries = Entry.objects.with_fingerprint().newest_of_each(model._meta.label_lower, subjects)
            events = AccountEvent.objects.with_fingerprint().newest_of_each(model._meta.label_lower, subjects)
            recorded = {place.subject for place in entries | events}
            for subject in subjects:
                if subject not in recorded:
                    yield Fault(None, None, "", f"{model._meta.label_lower} {subject}", "is in no entry of the record")
    yield from _of_no_erasure()


def _of_no_erasure() -> Iterator[Fault]:
    """Notes that words were taken out of a row, of an act that is no erasure: no entry seals them."""
    rows = ErasedRow.objects.order_by("pk")
    for model in apps.get_models():
        if getattr(model, "seals_erased_rows", False):
            rows = rows.exclude(act__in=model._base_manager.values("pk"))
    for row in rows.iterator():
        yield Fault(None, None, "", f"audit.erasedrow {row.pk}", "belongs to no erasure")


def _is_always_recorded(model: type[models.Model]) -> bool:
    is_promised = getattr(model, "append_only", False) or getattr(model, "always_recorded", False)
    return is_promised and hasattr(model, "fingerprint") and model is not Entry


def _primary_keys(model: type[models.Model]) -> Iterator[list[Any]]:
    """The primary keys of all rows, in batches."""
    rows = model._base_manager.order_by("pk").values_list("pk", flat=True)
    if model is Chain:
        rows = rows.exclude(pk=INSTALLATION)
    batch = list(rows[: faults.BATCH_SIZE])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1])[: faults.BATCH_SIZE])
