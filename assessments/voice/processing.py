"""Preparing a recording before anybody but its assessor hears it: checked, cleaned, measured. And sweeping."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.voice.models import VoiceDraft, may_be_named, voice_key
from files import orphans, sandbox, scanning, storing
from files.storing import StoredFile


def prepare(draft_id: UUID, *, is_last_try: bool = False) -> None:
    """Check a recording for viruses, take out what tells of place and device, and measure it. Done before, it is done.

    Raises:
        scanning.ScannerAway, OSError: for another try, unless this is the last.
    """
    draft = VoiceDraft.objects.unscoped().filter(pk=draft_id, state=VoiceDraft.State.WAITING).first()
    if draft is None:
        return
    try:
        _prepare(draft)
    except Exception:
        if is_last_try:
            _finish(draft, refused=_("It could not be made ready. Record it again."))
        raise


def _prepare(draft: VoiceDraft) -> None:
    if settings.CLAMD_ADDRESS:
        with storing.opened(draft.stored) as content:
            if scanning.ask(content).state == scanning.INFECTED:
                _finish(draft, refused=_("It failed the virus check."))
                return
    with sandbox.workplace() as workplace, storing.at_hand(draft.stored, workplace) as path:
        try:
            seen = sandbox.look(path, draft.content_type, workplace)
            cleaned = sandbox.clean(path, draft.content_type, workplace).path
        except sandbox.CannotOpen:
            _finish(draft, refused=_("It cannot be played. Record it again."))
            return
        if seen.width:
            _finish(draft, refused=_("It has a picture in it. Record sound only."))
            return
        _finish(draft, duration_ms=seen.duration_ms, copy=cleaned)


def _finish(draft: VoiceDraft, *, refused: str = "", duration_ms: int | None = None, copy: Path | None = None) -> None:
    """Say what came of it. Where it was recorded again or removed meanwhile, nothing is kept."""
    before = draft.stored
    kept = _store(copy) if copy else None
    with transaction.atomic():
        same = VoiceDraft.objects.unscoped().filter(pk=draft.pk, state=VoiceDraft.State.WAITING, stored=before)
        changes = {"stored": kept.key, "size_bytes": kept.size_bytes, "sha256": kept.sha256} if kept else {}
        is_kept = same.update(
            state=VoiceDraft.State.REFUSED if refused else VoiceDraft.State.READY,
            refused_because=refused,
            duration_ms=duration_ms,
            **changes,
        )
    if kept:
        storing.remove(before if is_kept else kept.key)


def _store(path: Path) -> StoredFile:
    key = voice_key()
    with path.open("rb") as content:
        return storing.store(File(content, key), key)


def sweep() -> int:
    """Remove recordings that no row names, and return how many."""
    return orphans.sweep("voice", is_named=may_be_named)
