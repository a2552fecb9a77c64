"""Making a pack: read at one moment, written to a file of this machine, kept, and recorded."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from core import clock
from core.actor import SYSTEM, Actor
from core.errors import OutOfTurn
from files import sandbox, storing
from reports.audit_actions import PACK_EXPORTED, PACK_FAILED, PACK_MADE
from reports.pack import access, keys
from reports.pack.assembling import Assembly
from reports.pack.contents import contents_of
from reports.pack.locks import locked_pack
from reports.pack.models import Pack, pack_key
from reports.pack.recorded import Recorded
from reports.pack.writing import Damaged
from reports.portfolio.exporting import PortfolioAssembly

#: How often the page is told how far it has come.
TELL_EVERY_SECONDS = 1.0


def make_pack(pack_id: UUID, *, is_last_try: bool = False) -> None:
    """Make a pack that was asked for, under the rights that whoever asked has now. Made or failed, it stays as it is.

    Raises:
        OSError: the storage is away; the job is tried again unless it was the last try.
    """
    assembly = _begun(pack_id)
    if assembly is None:
        return
    key = keys.signing_key()
    if key is None and isinstance(assembly, Assembly):
        fail(pack_id, _("No key that signs packs is set. Ask whoever runs this site."))
        return
    try:
        with sandbox.workplace() as folder:
            path = folder / "pack.zip"
            with path.open("wb") as target:
                # A pack has its key by now; a portfolio is signed where there is one.
                assembly.write(target, cast("Any", key), _teller(pack_id))
            _keep(pack_id, path, assembly, key.public.id.hex() if key else "")
    except _Hidden:
        fail(pack_id, _("A file was hidden while this was made. Ask for it again."))
    except Damaged as damaged:
        fail(
            pack_id,
            _("“%(what)s” has changed since it was saved. Ask whoever runs this site to look at it with verify_audit.")
            % {"what": damaged},
        )
    except OSError:
        if not is_last_try:
            raise
        fail(pack_id, _("The files could not be read or saved. Try again later."))


def export_pack(apprenticeship_id: UUID, target: Path, *, uln: str = "") -> UUID:
    """Write the pack of an apprenticeship to a file, as the operator. It is recorded, and kept nowhere else.

    Raises:
        OutOfTurn: no key is set, no piece is chosen, or a file was hidden while it was written.
        Damaged: something is not what was kept.
        OSError: a file cannot be read or written.
    """
    key, pack_id = keys.signing_key(), uuid4()
    if key is None:
        raise OutOfTurn(_("No key that signs packs is set: see PACK_KEY."))
    with transaction.atomic():
        apprenticeship = locked_apprenticeship(apprenticeship_id)
        contents = contents_of(apprenticeship)
        if not contents.pieces:
            raise OutOfTurn(_("No piece of evidence is chosen for this pack."))
        file = target.open("xb")
        audit.record(PACK_EXPORTED, SYSTEM, apprenticeship, organisation=apprenticeship.provider, pack=pack_id)
        recorded = Recorded(contents, apprenticeship.provider_id)
    try:
        with file:
            assembly = Assembly(pack_id, contents, recorded, SYSTEM, uln)
            assembly.write(file, key, lambda done: None)
            if assembly.hidden_since():
                raise OutOfTurn(_("A file was hidden while this was made. Ask for it again."))
    except BaseException:
        target.unlink()
        raise
    return pack_id


def _begun(pack_id: UUID) -> Assembly | PortfolioAssembly | None:
    """What is to be written, read in one moment; None where there is nothing to do."""
    with transaction.atomic():
        pack = locked_pack(pack_id)
        if pack.made_at or pack.failed_at:
            return None
        by = Actor(pack.asked_by_id, pack.provider_id)
        is_portfolio = pack.kind == Pack.Kind.PORTFOLIO
        allowed = access.can_have(by, pack.apprenticeship, pack.kind)
        if allowed and is_portfolio:
            whole = PortfolioAssembly(pack.pk, pack.apprenticeship)
        elif allowed:
            contents = contents_of(pack.apprenticeship)
            recorded = Recorded(contents, pack.provider_id)
    if not allowed:
        fail(
            pack_id,
            _("This is not yours any more.") if is_portfolio else _("You no longer look after this apprentice."),
        )
        return None
    assembly: Assembly | PortfolioAssembly
    if is_portfolio:
        assembly = whole
    elif contents.pieces:
        assembly = Assembly(pack.pk, contents, recorded, by, pack.uln)
    else:
        fail(pack_id, _("No piece of evidence is chosen any more."))
        return None
    _note(pack_id, started_at=clock.now(), done_count=0, total_count=assembly.step_count)
    return assembly


def _teller(pack_id: UUID) -> Callable[[int], None]:
    """What notes how many steps are done, not more often than somebody would look."""
    told_at = 0.0

    def tell(done: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= TELL_EVERY_SECONDS:
            told_at = time.monotonic()
            _note(pack_id, done_count=done)

    return tell


def _note(pack_id: UUID, **progress: object) -> None:
    Pack.objects.unscoped().filter(pk=pack_id).update(**progress)


class _Hidden(Exception):
    """Staff hid a file that a finished pack holds."""


def _keep(pack_id: UUID, path: Path, assembly: Assembly | PortfolioAssembly, key_id: str) -> None:
    """Keep the finished file and say so, unless another worker was first.

    Raises:
        _Hidden: it holds a file that was hidden while it was written.
    """
    name = f"{assembly.root}.zip"
    with path.open("rb") as file, storing.stored(File(file), pack_key(None, ""), is_named=may_be_named) as kept:  # noqa: SIM117
        with transaction.atomic():
            pack = locked_pack(pack_id)
            if pack.made_at or pack.failed_at:
                raise OutOfTurn("another worker was first")
            if assembly.hidden_since():
                raise _Hidden
            pack.made_at, pack.name, pack.key_id = clock.now(), name, key_id
            pack.stored.name, pack.size_bytes, pack.sha256 = kept.key, kept.size_bytes, kept.sha256
            pack.done_count = pack.total_count
            pack.save()
            audit.record(
                PACK_MADE, SYSTEM, pack, organisation=pack.apprenticeship.provider, sha256=kept.sha256, key=key_id
            )


def may_be_named(key: str) -> bool:
    """Whether a pack that is not deleted names the object."""
    return Pack.objects.unscoped().filter(stored=key, deleted_at=None).exists()


@transaction.atomic
def fail(pack_id: UUID, why: str) -> None:
    """Say of a pack that is not made why it never will be."""
    pack = locked_pack(pack_id)
    if pack.made_at or pack.failed_at:
        return
    pack.failed_at, pack.failure = clock.now(), why
    pack.save(update_fields=["failed_at", "failure"])
    audit.record(PACK_FAILED, SYSTEM, pack, organisation=pack.apprenticeship.provider)
