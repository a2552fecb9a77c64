"""Checking a document before anybody but who added it opens it: for viruses, and for what tells of place and device."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from audit import chain as audit
from core.actor import SYSTEM
from files import orphans, sandbox, scanning, storing
from files.storing import StoredFile
from programme.audit_actions import DOCUMENT_PREPARED
from programme.learner_file.models import LearnerDocument, document_key, may_be_named

#: What may tell of a place and is shown to others in a cleaned copy.
_CLEANED = ("image/", "video/", "audio/")


def prepare(document_id: UUID, *, is_last_try: bool = False) -> None:
    """Check a document, and clean a photo or a recording. Done before, it is done.

    Raises:
        scanning.ScannerAway, OSError: for another try, unless this is the last.
    """
    document = LearnerDocument.objects.unscoped().filter(pk=document_id, state=LearnerDocument.State.WAITING).first()
    if document is None:
        return
    try:
        _prepare(document)
    except Exception:
        if is_last_try:
            _finish(document, refused=_("This document could not be checked. Add it again."))
        raise


def _prepare(document: LearnerDocument) -> None:
    if settings.CLAMD_ADDRESS:
        with storing.opened(document.stored) as content:
            if scanning.ask(content).state == scanning.INFECTED:
                _finish(document, refused=_("This document failed the virus check."))
                return
    if not document.content_type.startswith(_CLEANED):
        _finish(document)
        return
    with sandbox.workplace() as workplace, storing.at_hand(document.stored, workplace) as path:
        try:
            cleaned = sandbox.clean(path, document.content_type, workplace).path
        except sandbox.CannotOpen:
            _finish(document, refused=_("This file cannot be opened. Save it as a PDF and add it again."))
            return
        _finish(document, copy=cleaned)


def _finish(document: LearnerDocument, *, refused: str = "", copy: Path | None = None) -> None:
    """Say what came of it, once."""
    before = document.stored
    kept = _store(copy) if copy else None
    with transaction.atomic():
        row: LearnerDocument = LearnerDocument.objects.unscoped().select_for_update(no_key=True).get(pk=document.pk)
        is_first = row.state == LearnerDocument.State.WAITING
        if is_first:
            row.state = LearnerDocument.State.REFUSED if refused else LearnerDocument.State.READY
            row.refused_because = refused
            if kept:
                row.stored, row.size_bytes, row.sha256 = kept.key, kept.size_bytes, kept.sha256
            row.save(update_fields=["state", "refused_because", "stored", "size_bytes", "sha256"])
            audit.record(DOCUMENT_PREPARED, SYSTEM, row, organisation=row.provider, state=str(row.state))
    if kept:
        storing.remove(before if is_first else kept.key)


def _store(path: Path) -> StoredFile:
    key = document_key()
    with path.open("rb") as content:
        return storing.store(File(content, key), key)


def sweep() -> int:
    """Remove documents that no row names, and return how many."""
    return orphans.sweep("documents", is_named=may_be_named)
