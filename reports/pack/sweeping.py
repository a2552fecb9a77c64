"""Deleting expired packs, and what was cut off while it was made."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from core import clock
from core.actor import SYSTEM
from files import storing
from reports.pack.making import fail, may_be_named
from reports.pack.models import Pack
from reports.pack.workflow.asking import delete_pack

#: An object that no pack names goes when it is this old: by then whatever was about to name it has failed.
ORPHANS_LIVE = timedelta(hours=2)
#: A pack that is not made by then has lost its job.
LONGEST_MAKING = timedelta(days=1)


def sweep_packs() -> int:
    """Delete what is past its time, or holds a file that staff hid since. Safe by several at once.

    Returns how many packs and objects that were.
    """
    removed = 0
    kept = Pack.objects.unscoped()
    hidden = kept.standing().filter(made_at__isnull=False).holding_hidden().values_list("pk", flat=True)
    for pack in [*kept.outlived().values_list("pk", flat=True), *hidden]:
        delete_pack(pack, SYSTEM)
        removed += 1
    lost = Pack.objects.unscoped().standing().filter(made_at=None, asked_at__lt=clock.now() - LONGEST_MAKING)
    for pack in list(lost.values_list("pk", flat=True)):
        fail(pack, _("It was cut off. Ask for it again."))
    return removed + _sweep_objects()


def _sweep_objects() -> int:
    removed = 0
    for folder in _listed("packs")[0]:
        for name in _listed(f"packs/{folder}")[1]:
            key = f"packs/{folder}/{name}"
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
