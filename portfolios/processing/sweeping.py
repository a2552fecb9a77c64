"""Removing files that are no longer used: uploads that ran out, and what was cut off on its way in or at work."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings

from core import clock
from core.scope import ScopedQuerySet
from files import orphans, spool, storing
from portfolios.models import EvidenceFile, Rendition, Upload, Withheld, may_be_named

#: What no row names goes when it is this old: by then whatever was about to name it has failed.
ORPHANS_LIVE = timedelta(hours=1)
#: A job's children have minutes, and fetching the file from a store takes less than the rest of this.
WORKPLACES_LIVE = timedelta(hours=2)


class Swept(NamedTuple):
    """How much was removed."""

    uploads: int
    parts: int
    objects: int
    workplaces: int


def sweep_files() -> Swept:
    """Remove uploads whose time has run out, and what no row names. Safe at any time and by several at once.

    An upload that was cut off can go on for a day after its last byte, so its part stays that long. A part or an object
    of the store without a row goes after an hour, and the folder in which a job worked after two. What a row names, or
    might name, is never touched.
    """
    uploads, _by_model = Upload.objects.unscoped().filter(expires_at__lte=clock.now()).delete()
    return Swept(uploads, _sweep_parts(), _sweep_objects(), _sweep_workplaces())


def erase_bytes(file_id: UUID) -> None:
    """Remove what is stored of a file that two people had deleted: as it came, and its copy. Safe to run twice."""
    erased = EvidenceFile.objects.unscoped().filter(pk=file_id, withheld=Withheld.ERASED)
    for keys in erased.values_list("stored", "cleaned"):
        for key in filter(None, keys):
            storing.remove(key)


def _sweep_parts() -> int:
    removed = 0
    for upload_id, written_at in list(spool.parts()):
        is_wanted = Upload.objects.unscoped().under_way().filter(pk=upload_id).exists()
        if not is_wanted and _is_older(datetime.fromtimestamp(written_at, UTC), ORPHANS_LIVE):
            spool.remove(upload_id)
            removed += 1
    return removed


def _sweep_objects() -> int:
    """Objects between keeping them and saying so: whoever was about to name them was cut off."""
    return sum(orphans.remove_old(key, is_named=may_be_named, older_than=ORPHANS_LIVE) for key in _unnamed())


def _unnamed() -> Iterator[str]:
    """The keys of objects that no row names, a folder at a time."""
    files, renditions = EvidenceFile.objects.unscoped(), Rendition.objects.unscoped()
    where: list[tuple[str, ScopedQuerySet[Any], str]] = [
        ("evidence", files, "stored"),
        ("cleaned", files, "cleaned"),
        ("renditions", renditions, "stored"),
    ]
    for top, rows, column in where:
        for inner in orphans.listed(top)[0]:
            folder = f"{top}/{inner}/"
            named = set(rows.filter(**{f"{column}__startswith": folder}).values_list(column, flat=True))
            yield from (key for name in orphans.listed(folder)[1] if (key := f"{folder}{name}") not in named)


def _sweep_workplaces() -> int:
    """Folders of jobs that were cut off, with what they hold of somebody's file."""
    removed = 0
    for folder in Path(settings.PROCESSING_DIR).glob("tmp*"):
        try:
            changed = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
        except FileNotFoundError:
            continue
        if _is_older(changed, WORKPLACES_LIVE):
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _is_older(at: datetime, age: timedelta) -> bool:
    return at < clock.now() - age
