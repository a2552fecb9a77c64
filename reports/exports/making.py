"""Making an export: read at one moment, written to a file of this machine, kept, and recorded."""

import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from audit import chain as audit
from core import clock
from core.actor import SYSTEM, Actor
from core.errors import OutOfTurn
from files import sandbox, storing
from reports.audit_actions import EXPORT_FAILED, EXPORT_MADE
from reports.exports.catalogue import kind_of
from reports.exports.kinds import Assembly, CannotBeMade
from reports.exports.locks import locked_export, wait_for_erasures
from reports.exports.models import Export, export_key
from reports.pack.writing import Damaged

#: How often the page is told how far it has come.
TELL_EVERY_SECONDS = 1.0


def make_export(export_id: UUID, *, is_last_try: bool = False) -> None:
    """Make what was asked for, under the rights that whoever asked has now. Made or failed, it stays as it is.

    Raises:
        OSError: the storage is away; the job is tried again unless it was the last try.
    """
    try:
        assembly = _begun(export_id)
        if assembly is None:
            return
        with sandbox.workplace() as folder:
            path = folder / "export"
            with path.open("wb") as target:
                assembly.write(target, _teller(export_id))
            _keep(export_id, path, assembly)
    except CannotBeMade as why:
        fail(export_id, str(why))
    except _Hidden:
        fail(export_id, _("A file was hidden while this was made. Ask for it again."))
    except Damaged as damaged:
        fail(
            export_id,
            _("“%(what)s” has changed since it was saved. Ask whoever runs this site to look at it with verify_audit.")
            % {"what": damaged},
        )
    except OSError:
        if not is_last_try:
            raise
        fail(export_id, _("The files could not be read or saved. Try again later."))


def _begun(export_id: UUID) -> Assembly | None:
    """What is to be written, read in one moment; None where there is nothing to do."""
    with transaction.atomic():
        wait_for_erasures(export_id)
        export = locked_export(export_id)
        if export.made_at or export.failed_at:
            return None
        by, kind = Actor(export.asked_by_id, export.provider_id), kind_of(export)
        if not kind.may_have(by, export):
            raise CannotBeMade(_("You can no longer have this file. %(why)s") % {"why": kind.refused})
        # What is hidden from now on is found by `holding_hidden`.
        _note(export_id, started_at=clock.now())
        assembly = kind.begin(export, by)
    _note(export_id, done_count=0, total_count=assembly.step_count)
    return assembly


def _teller(export_id: UUID) -> Callable[[int], None]:
    """What notes how many steps are done, not more often than somebody would look."""
    told_at = 0.0

    def tell(done: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= TELL_EVERY_SECONDS:
            told_at = time.monotonic()
            _note(export_id, done_count=done)

    return tell


def _note(export_id: UUID, **progress: object) -> None:
    Export.objects.unscoped().filter(pk=export_id).update(**progress)


class _Hidden(Exception):
    """Staff hid a file that a finished export holds."""


def _keep(export_id: UUID, path: Path, assembly: Assembly) -> None:
    """Keep the finished file and say so, unless another worker was first.

    Raises:
        _Hidden: it holds a file that was hidden while it was written.
    """
    with path.open("rb") as file, storing.stored(File(file), export_key(None, ""), is_named=may_be_named) as kept:  # noqa: SIM117
        with transaction.atomic():
            export = locked_export(export_id)
            if export.made_at or export.failed_at:
                raise OutOfTurn("another worker was first")
            if assembly.hidden_since():
                raise _Hidden
            export.made_at, export.name, export.key_id = clock.now(), assembly.file_name, assembly.key_id
            export.content_type, export.stored.name = assembly.content_type, kept.key
            export.size_bytes, export.sha256 = kept.size_bytes, kept.sha256
            export.done_count = export.total_count
            export.save()
            audit.record(
                EXPORT_MADE, SYSTEM, export, organisation=export.provider, sha256=kept.sha256, key=assembly.key_id
            )


def may_be_named(key: str) -> bool:
    """Whether an export that is not deleted names the object."""
    return Export.objects.unscoped().filter(stored=key, deleted_at=None).exists()


@transaction.atomic
def fail(export_id: UUID, why: str) -> None:
    """Say of an export that is not made why it never will be."""
    export = locked_export(export_id)
    if export.made_at or export.failed_at:
        return
    export.failed_at, export.failure, export.asked_for = clock.now(), why, {}
    export.save(update_fields=["failed_at", "failure", "asked_for"])
    audit.record(EXPORT_FAILED, SYSTEM, export, organisation=export.provider)
