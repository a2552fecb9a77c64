"""The pack as an export that is made in the background, and as a file that the operator writes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from core.actor import SYSTEM, Actor
from core.errors import OutOfTurn
from reports.audit_actions import PACK_EXPORTED
from reports.exports.kinds import CannotBeMade, ExportKind
from reports.exports.models import Export
from reports.pack import access, keys
from reports.pack.assembling import Assembly
from reports.pack.contents import contents_of
from reports.pack.notes import PrivateKey
from reports.pack.recorded import Recorded


@dataclass
class PackAssembly:
    """A pack with the key that signs it."""

    pack: Assembly
    key: PrivateKey
    content_type: str = "application/zip"

    @property
    def key_id(self) -> str:
        return self.key.public.id.hex()

    @property
    def step_count(self) -> int:
        return self.pack.step_count

    @property
    def file_name(self) -> str:
        return f"{self.pack.root}.zip"

    def write(self, target: BinaryIO, told: Callable[[int], None]) -> None:
        """Write the ZIP."""
        self.pack.write(target, self.key, told)

    def hidden_since(self) -> bool:
        """Whether it holds what staff hid since."""
        return self.pack.hidden_since()


def begin(export: Export, by: Actor) -> PackAssembly:
    """Read a pack.

    Raises:
        CannotBeMade: there is no key, or no piece is chosen any more.
    """
    assert export.apprenticeship is not None, "a constraint"
    key = keys.signing_key()
    if key is None:
        raise CannotBeMade(_("No key that signs packs is set. Ask whoever runs this site."))
    contents = contents_of(export.apprenticeship)
    if not contents.pieces:
        raise CannotBeMade(_("No piece of evidence is chosen any more."))
    recorded = Recorded(contents, export.apprenticeship.provider_id)
    return PackAssembly(Assembly(export.pk, contents, recorded, by, str(export.asked_for.get("uln", ""))), key)


def _may_have(by: Actor, export: Export) -> bool:
    return export.apprenticeship is not None and access.can_ask_for_pack(by, export.apprenticeship)


PACK = ExportKind(
    Export.Kind.PACK,
    _may_have,
    gettext_lazy("Only the assessor and admins of the training provider can have the pack."),
    begin,
)


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
