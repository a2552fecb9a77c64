"""A portfolio from elsewhere: opened as something hostile, and checked to the last byte before it is used."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext as _

from core.canonical import canonical
from core.errors import Incomplete
from reports.pack.checkpointing import BadCheckpoint, PackCheckpoint
from reports.pack.notes import PublicKey
from reports.pack.verifying import (
    CHECKPOINT,
    DAMAGED,
    MANIFEST,
    MOST_MANIFEST_BYTES,
    MOST_NOTE_BYTES,
    NotAPack,
    Report,
    contents,
    file_fault,
    listing,
    note_in,
    whole,
)
from reports.portfolio import schema
from reports.portfolio.layout import FILE, PIECE, PORTFOLIO, SCHEMA, file_path, piece_path

Data = dict[str, Any]
#: No document of a portfolio is as long as this, in bytes, nor all of them together as long as the other.
MOST_DOCUMENT_BYTES, MOST_DOCUMENTS_BYTES = 32 * 1024**2, 1024**3
#: What unpacks to more than this many times its size is made to fill a disk.
MOST_TIMES = 100


class Refused(Incomplete):
    """A file that is no whole, honest portfolio. The message names what is wrong with it."""

    def __init__(self, why: str) -> None:
        super().__init__(_("This file is not a portfolio that can be imported: %(why)s.") % {"why": why}, field="file")


@dataclass(frozen=True)
class Arrived:
    """A portfolio whose every byte is what its manifest says.

    Attributes:
        portfolio: what `portfolio.json` says.
        sha256: of the ZIP.
        signed_by: the name and id of the key that signed it; empty where nobody did.
        is_trusted: whether that is a key that whoever asks believes.
    """

    archive: zipfile.ZipFile
    present: dict[str, zipfile.ZipInfo]
    listed: dict[str, tuple[int, str]]
    portfolio: Data
    sha256: str
    signed_by: str
    is_trusted: bool

    def pieces(self) -> Iterator[Data]:
        """The pieces one by one, in their order."""
        for pk in self.portfolio["pieces"]:
            yield _read(self.archive, self.present, piece_path(pk), "piece")

    @contextmanager
    def opened(self, file: UUID) -> "Iterator[File[bytes]]":
        """The bytes of one file."""
        path = file_path(file)
        with self.archive.open(self.present[path]) as stream:
            content: File[bytes] = File(stream, str(file))
            content.size = self.listed[path][0]
            yield content


@contextmanager
def arrived(
    path: Path,
    keys: "tuple[PublicKey, ...] | list[PublicKey]" = (),
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Iterator[Arrived]:
    """A file that says it is a portfolio, for the block.

    Args:
        told: is told, after each file in it, how many of how many are checked.

    Raises:
        Refused: it is damaged, oversized, or not what it says; the message names what.
        OSError: it cannot be read.
    """
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1024**2):
            sha256.update(chunk)
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED as fault:
        raise Refused(_("it cannot be read as a ZIP")) from fault
    with archive:
        try:
            made = _checked(archive, list(keys), sha256.hexdigest(), told)
        except NotAPack as why:
            raise Refused(str(why)) from None
        except DAMAGED as fault:
            raise Refused(_("it is damaged: %(fault)s") % {"fault": fault}) from fault
        yield made


def _checked(archive: zipfile.ZipFile, keys: list[PublicKey], sha256: str, told: Callable[[int, int], None]) -> Arrived:
    report = Report()
    present = contents(archive, report)
    if faults := [*report.malformed, *report.altered]:
        raise Refused(faults[0])
    written = whole(archive, present, MANIFEST, MOST_MANIFEST_BYTES)
    export, listed = listing(written)
    for path in sorted(set(present) - set(listed) - {MANIFEST, CHECKPOINT}):
        raise Refused(_("%(path)s is in no list of its files") % {"path": path})
    _require_sizes(present, listed)
    for done, (path, (size_bytes, file_hash)) in enumerate(listed.items(), 1):
        if path not in present:
            raise Refused(_("%(path)s is missing") % {"path": path})
        if fault := file_fault(archive, present[path], size_bytes, file_hash):
            raise Refused(f"{path} {fault}")
        told(done, len(listed))
    signed_by, is_trusted = _signature(archive, present, keys, export, written)
    portfolio = _read(archive, present, PORTFOLIO, "portfolio")
    if portfolio["export"] != export:
        raise Refused(_("%(path)s is that of another portfolio") % {"path": MANIFEST})
    made = Arrived(archive, present, listed, portfolio, sha256, signed_by, is_trusted)
    _require_whole(made)
    return made


def _require_sizes(present: dict[str, zipfile.ZipInfo], listed: dict[str, tuple[int, str]]) -> None:
    """Only what a portfolio has, and nothing that unpacks to more than it should."""
    documents = 0
    for path, (size_bytes, _sha256) in listed.items():
        is_document = path in (PORTFOLIO, SCHEMA) or PIECE.fullmatch(path) is not None
        if not is_document and not FILE.fullmatch(path):
            raise Refused(_("%(path)s is no part of a portfolio") % {"path": path})
        most = MOST_DOCUMENT_BYTES if is_document else settings.EVIDENCE_FILE_MAX_BYTES
        documents += size_bytes if is_document else 0
        if not 0 < size_bytes <= most or documents > MOST_DOCUMENTS_BYTES:
            raise Refused(_("%(path)s is empty or too large") % {"path": path})
        entry = present.get(path)
        if entry and entry.file_size > MOST_TIMES * (entry.compress_size + 1024):
            raise Refused(_("%(path)s unpacks to far more than it is") % {"path": path})


def _signature(
    archive: zipfile.ZipFile, present: dict[str, zipfile.ZipInfo], keys: list[PublicKey], export: object, written: bytes
) -> tuple[str, bool]:
    """Who signed it, and whether that is believed. A signature that is there has to fit."""
    if CHECKPOINT not in present:
        return "", False
    note = note_in(whole(archive, present, CHECKPOINT, MOST_NOTE_BYTES))
    try:
        checkpoint = PackCheckpoint.read(note.text)
    except BadCheckpoint as bad:
        raise Refused(f"{CHECKPOINT}: {bad}") from None
    manifest = (len(written), hashlib.sha256(written).hexdigest())
    if (checkpoint.pack, (checkpoint.manifest_bytes, checkpoint.manifest_sha256)) != (export, manifest):
        raise Refused(_("%(path)s is not the one that was signed") % {"path": MANIFEST})
    signer = note.signer(keys)
    if signer is None:
        named = {(one.name, one.key_id) for one in note.signatures}
        if any((key.name, key.id) in named for key in keys):
            raise Refused(_("its signature is false"))
    signed_by = ", ".join(f"{one.name}+{one.key_id.hex()}" for one in note.signatures)
    return signed_by, signer is not None and checkpoint.origin.startswith(f"{signer.name}/record/")


def _read(archive: zipfile.ZipFile, present: dict[str, zipfile.ZipInfo], path: str, kind: str) -> Data:
    """A document, held against the schema."""
    try:
        read = json.loads(whole(archive, present, path, MOST_DOCUMENT_BYTES), parse_float=_no_float)
        if read != canonical(read):
            raise Refused(_("%(path)s is not in its canonical form") % {"path": path})
    except (ValueError, TypeError, RecursionError):
        raise Refused(_("%(path)s cannot be read") % {"path": path}) from None
    if found := schema.faults(read, kind):
        raise Refused(f"{path}: {found[0]}")
    return dict(read)


def _no_float(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")


def _require_whole(made: Arrived) -> None:
    """Every piece that is named is there and speaks only of what is there; nothing is there that no piece names."""
    if len(set(made.portfolio["pieces"])) < len(made.portfolio["pieces"]):
        raise Refused(_("a piece is named twice"))
    wanted = {PORTFOLIO, SCHEMA, *map(piece_path, made.portfolio["pieces"])}
    for path in sorted(wanted - {SCHEMA} - set(made.listed)):
        raise Refused(_("%(path)s is missing") % {"path": path})
    for pk, piece in zip(made.portfolio["pieces"], made.pieces(), strict=True):
        if piece["id"] != pk:
            raise Refused(_("%(path)s is about another piece") % {"path": piece_path(pk)})
        for file in piece["files"]:
            path = file_path(file["id"])
            if file["path"] != path or path in wanted:
                raise Refused(_("%(path)s does not belong where it is named") % {"path": file["path"]})
            if made.listed.get(path) != (file["size_bytes"], file["sha256"]):
                raise Refused(_("%(path)s is not the file that its piece names") % {"path": path})
            wanted.add(path)
    for path in sorted(set(made.listed) - wanted):
        raise Refused(_("%(path)s is named by no piece") % {"path": path})
