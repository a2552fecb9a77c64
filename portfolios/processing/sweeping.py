"""Removing what was cut off: uploads that ran out, parts and stored objects that no row names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import FileField

from core import clock
from core.scope import ScopedQuerySet
from files import spool, storing
from portfolios.models import EvidenceFile, Rendition, Upload

#: What no row names goes when it is this old: by then whatever was about to name it has failed.
ORPHANS_LIVE = timedelta(hours=1)


@dataclass(frozen=True)
class Swept:
    """How much was removed."""

    uploads: int
    parts: int
    objects: int


def sweep_uploads() -> Swept:
    """Remove uploads whose time has run out, and what no row names. Safe at any time and by several at once.

    An upload that was cut off can go on for a day after its last byte, so its part stays that long; a part or object
    without a row goes after an hour. What a row names is never touched.
    """
    uploads, _by_model = Upload.objects.unscoped().filter(expires_at__lte=clock.now()).delete()
    return Swept(uploads, _sweep_parts(), _sweep_objects())


def _sweep_parts() -> int:
    removed = 0
    for upload_id, written_at in list(spool.parts()):
        is_wanted = Upload.objects.unscoped().under_way().filter(pk=upload_id).exists()
        if not is_wanted and _is_old(datetime.fromtimestamp(written_at, UTC)):
            spool.remove(upload_id)
            removed += 1
    return removed


def _sweep_objects() -> int:
    removed = 0
    for field in (
        EvidenceFile._meta.get_field("stored"),
        EvidenceFile._meta.get_field("cleaned"),
        Rendition._meta.get_field("stored"),
    ):
        for key in _unnamed(field):
            # Its age is asked before its name is looked for once more: a row may have come meanwhile.
            if _is_old_object(key) and not _is_named(field, key):
                storing.remove(key)
                removed += 1
    return removed


def _unnamed(field: FileField) -> Iterator[str]:
    """The keys of objects that no row names in `field`, a folder at a time."""
    top = {"stored_name": "evidence", "cleaned_name": "cleaned", "rendition_name": "renditions"}[
        vars(field)["upload_to"].__name__
    ]
    for folder in _listed(top)[0]:
        keys = [f"{top}/{folder}/{name}" for name in _listed(f"{top}/{folder}")[1]]
        named = set(
            _rows(field).filter(**{f"{field.name}__startswith": f"{top}/{folder}/"}).values_list(field.name, flat=True)
        )
        yield from (key for key in keys if key not in named)


def _rows(field: FileField) -> ScopedQuerySet[Any]:
    """All rows of the model that has the field."""
    rows: ScopedQuerySet[Any] = field.model._default_manager.all()  # type: ignore[assignment]  # all of them are scoped
    return rows.unscoped()


def _is_named(field: FileField, key: str) -> bool:
    return _rows(field).filter(**{field.name: key}).exists()


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and the objects in a folder of the storage."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _is_old_object(key: str) -> bool:
    try:
        return _is_old(default_storage.get_modified_time(key))
    except FileNotFoundError:
        return False


def _is_old(at: datetime) -> bool:
    return at < clock.now() - ORPHANS_LIVE
