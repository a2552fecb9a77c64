"""Objects that no row names, left by a worker that died between keeping them and saying so."""

from datetime import timedelta

from django.core.files.storage import default_storage

from audit import clock
from portfolios import storing

FOLDERS = ("cleaned", "renditions")
#: Younger ones may belong to a job that is under way.
OLD_ENOUGH = timedelta(days=1)


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
                if default_storage.get_modified_time(key) < limit and not storing.may_be_named(key):
                    storing.remove(key)
                    removed += 1
    return removed
