"""Writing a portfolio: its data, its files and the schema in one ZIP, signed where this installation has a key."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from audit.checkpoints import Checkpoint, checkpoint
from audit.models import Chain
from core import clock
from core.actor import SYSTEM, Actor
from core.canonical import canonical
from core.errors import OutOfTurn
from reports.audit_actions import PORTFOLIO_EXPORTED
from reports.exports.kinds import ExportKind
from reports.exports.models import Export
from reports.pack import access, keys
from reports.pack.checkpointing import PackCheckpoint
from reports.pack.naming import clean_part
from reports.pack.notes import PrivateKey
from reports.pack.writing import PackFile
from reports.portfolio import schema
from reports.portfolio.gathering import Gathering
from reports.portfolio.layout import PORTFOLIO, SCHEMA, piece_path


def write_portfolio(out: PackFile, folder: str, gathered: Gathering, export: UUID, told: Callable[[int], None]) -> None:
    """Add the data and files of a portfolio, in a folder of the ZIP.

    Args:
        folder: with a slash at its end, or empty.
        told: is told after each piece and each file how many of them are done.

    Raises:
        Damaged: a stored file is not what was kept.
        OSError: a file cannot be read, or the ZIP cannot be written.
    """
    done = 0
    for piece in gathered.pieces():
        out.json(f"{folder}{piece_path(piece['id'])}", piece)
        told(done := done + 1)
        for file in piece["files"]:
            out.copy(f"{folder}{file['path']}", gathered.files[file["id"]])
            told(done := done + 1)
    out.json(f"{folder}{PORTFOLIO}", gathered.portfolio(export))


class PortfolioAssembly:
    """One portfolio, to be written, as `reports.pack.assembling.Assembly` is a pack."""

    content_type = "application/zip"

    def __init__(
        self,
        export: UUID,
        apprenticeship: Apprenticeship,
        key: PrivateKey | None,
        *,
        reader: Actor | None = None,
        record: Checkpoint | None = None,
    ) -> None:
        """`reader` is who gets it, if not the apprentice; `record` is that of the provider, if it is known already."""
        self.export, self.whose, self.key, self.record = export, apprenticeship, key, record
        self.gathered = Gathering(apprenticeship, reader=reader)
        self.root = clean_part(f"Portfolio of {apprenticeship.apprentice.name}")

    @property
    def step_count(self) -> int:
        """How many steps `write` tells of."""
        return self.gathered.step_count

    def hidden_since(self) -> bool:
        """Whether staff hid a file since it was opened for this portfolio: then it must reach nobody."""
        return self.gathered.hidden_since()

    @property
    def file_name(self) -> str:
        return f"{self.root}.zip"

    @property
    def key_id(self) -> str:
        return self.key.public.id.hex() if self.key else ""

    def write(self, target: BinaryIO, told: Callable[[int], None]) -> None:
        """Write the ZIP. Memory does not grow with the files, nor with how many pieces there are.

        Raises:
            Damaged: a stored file is not what was kept.
            OSError: a file cannot be read, or `target` cannot be written.
        """
        made_at = clock.now()
        with PackFile(target, self.root, made_at) as out:
            write_portfolio(out, "", self.gathered, self.export, told)
            out.text(SCHEMA, schema.PATH.read_text())
            manifest = out.manifest(str(self.export))
            if self.key:
                out.checkpoint(
                    signed(self.key, self.record or of_today(self.whose.provider_id), self.export, manifest, made_at)
                )


def of_today(chain: UUID) -> Checkpoint:
    """The checkpoint over a whole record, which is read once."""
    return checkpoint(chain, Chain.objects.get(pk=chain).sequence)


def signed(key: PrivateKey, record: Checkpoint, export: UUID, manifest: bytes, made_at: datetime) -> str:
    """The signed text of a ZIP with this manifest."""
    note = PackCheckpoint(
        origin=f"{key.name}/record/{record.chain}",
        size=record.size,
        root=record.root,
        pack=str(export),
        manifest_bytes=len(manifest),
        manifest_sha256=sha256(manifest).hexdigest(),
        made_at=canonical(made_at),
    )
    return key.sign(note.text())


def _begin(export: Export, _by: Actor) -> PortfolioAssembly:
    assert export.apprenticeship is not None, "a constraint"
    return PortfolioAssembly(export.pk, export.apprenticeship, keys.signing_key())


def _may_have(by: Actor, export: Export) -> bool:
    return export.apprenticeship is not None and access.owns_portfolio(by, export.apprenticeship)


PORTFOLIO_EXPORT = ExportKind(
    Export.Kind.PORTFOLIO, _may_have, gettext_lazy("Only the apprentice can have the whole portfolio."), _begin
)


def export_portfolio(apprenticeship_id: UUID, target: Path) -> UUID:
    """Write the portfolio of an apprenticeship to a new file, as the operator. It is recorded, and kept nowhere else.

    Raises:
        OutOfTurn: staff hid a file while it was made.
        Damaged: a stored file is not what was kept.
        OSError: a file cannot be read or written; there is one of this name.
    """
    export = uuid4()
    with target.open("xb") as file:
        try:
            with transaction.atomic():
                apprenticeship = locked_apprenticeship(apprenticeship_id)
                assembly = PortfolioAssembly(export, apprenticeship, keys.signing_key())
                audit.record(
                    PORTFOLIO_EXPORTED, SYSTEM, apprenticeship, organisation=apprenticeship.provider, export=export
                )
            assembly.write(file, lambda done: None)
            if assembly.hidden_since():
                raise OutOfTurn(_("A file was hidden while this was made. Ask for it again."))
        except BaseException:
            target.unlink()
            raise
    return export
