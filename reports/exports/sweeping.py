"""Deleting expired exports, and what was cut off while it was made."""

from datetime import timedelta

from django.utils.translation import gettext as _

from core import clock
from core.actor import SYSTEM
from files import orphans
from reports.exports.making import fail, may_be_named
from reports.exports.models import Export
from reports.exports.workflow import delete_export

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
    return removed + orphans.sweep("exports", is_named=may_be_named)
