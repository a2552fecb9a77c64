"""Removing objects that no row names: whoever was about to name them was cut off, or nobody came for them in time."""

from collections.abc import Callable
from datetime import timedelta

from django.core.files.storage import default_storage

from core import clock
from files import storing

#: An object that no row names goes when it is this old: by then whatever was about to name it has failed.
ORPHANS_LIVE = timedelta(hours=2)


def sweep(top: str, *, is_named: Callable[[str], bool], older_than: timedelta = ORPHANS_LIVE) -> int:
    """Remove what no row names in the folders of `top` (`top/folder/object`). Safe at any time and by several at once.

    Args:
        is_named: returns whether a row names the object with this key, or might before long; it then stays.

    Returns:
        How many objects were removed.
    """
    removed = 0
    for folder in listed(top)[0]:
        for name in listed(f"{top}/{folder}")[1]:
            removed += remove_old(f"{top}/{folder}/{name}", is_named=is_named, older_than=older_than)
    return removed


def remove_old(key: str, *, is_named: Callable[[str], bool], older_than: timedelta = ORPHANS_LIVE) -> bool:
    """Remove one object if it is old enough and no row names it. Returns whether it was removed."""
    # Its age is checked before its name is looked up: a row may be added in between.
    if not _is_older(key, older_than) or is_named(key):
        return False
    storing.remove(key)
    return True


def listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and the objects in a folder of the storage."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _is_older(key: str, age: timedelta) -> bool:
    try:
        return default_storage.get_modified_time(key) < clock.now() - age
    except FileNotFoundError:
        return False
