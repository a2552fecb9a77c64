"""Deleting expired exports, and what was cut off while it was made."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from core import clock
from core.actor import SYSTEM
from files import storing
from reports.exports.making import fail, may_be_named
from reports.exports.models import Export
from reports.exports.workflow import delete_export

#: An object that no export names goes when it is this old: by then whatever was about to name it has failed.
ORPHANS_LIVE = timedelta(hours=2)
#: An export that is not made by then has lost its job.
LONGEST_MAKING = timedelta(days=1)


def sweep_exports() -> int:
    """Delete what is past its time, or holds a file that staff hid since. Safe by several at once.

    Returns how many exports and objects that were.
    """
    removed = 0
    kept = Export.objects.unscoped()
    hidden = kept.standing().filter(made_at__isnull=False).holding_hidden().values_list("pk", flat=True)
    for export in [*kept.outlived().values_list("pk", flat=True), *hidden]:
        delete_export(export, SYSTEM)
        removed += 1
    lost = Export.objects.unscoped().standing().filter(made_at=None, asked_at__lt=clock.now() - LONGEST_MAKING)
    for export in list(lost.values_list("pk", flat=True)):
        fail(export, _("It was cut off. Ask for it again."))
    return removed + _sweep_objects()


def _sweep_objects() -> int:
    removed = 0
    for folder in _listed("exports")[0]:
        for name in _listed(f"exports/{folder}")[1]:
            key = f"exports/{folder}/{name}"
            if _is_old(key) and not may_be_named(key):
                storing.remove(key)
                removed += 1
    return removed


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _is_old(key: str) -> bool:
    try:
        return default_storage.get_modified_time(key) < clock.now() - ORPHANS_LIVE
    except FileNotFoundError:
        return False
