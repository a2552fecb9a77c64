"""What a worker that died left: objects between keeping them and saying so, and the folders its children worked in."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from core import clock
from files import storing
from portfolios.models import may_be_named

FOLDERS = ("cleaned", "renditions")
#: Younger ones may belong to a job that is under way.
OLD_ENOUGH = timedelta(days=1)
#: A job's children have minutes, and fetching the file from a store takes less than the rest of this.
WORKPLACES_LIVE = timedelta(hours=2)


def sweep() -> int:
    """Remove them, and answer how many there were. What a row names, or might name, stays."""
    removed = 0
    limit = clock.now() - OLD_ENOUGH
    for folder in FOLDERS:
        try:
            inner, _files = default_storage.listdir(folder)
        except FileNotFoundError:
            continue
        for part in inner:
            _folders, names = default_storage.listdir(f"{folder}/{part}")
            for name in names:
                key = f"{folder}/{part}/{name}"
                if default_storage.get_modified_time(key) < limit and not may_be_named(key):
                    storing.remove(key)
                    removed += 1
    return removed


def sweep_workplaces() -> int:
    """Remove folders of jobs that were cut off, with what they hold of somebody's file; answer how many there were."""
    removed = 0
    for folder in Path(settings.PROCESSING_DIR).glob("tmp*"):
        try:
            changed = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
        except FileNotFoundError:
            continue
        if changed < clock.now() - WORKPLACES_LIVE:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed
