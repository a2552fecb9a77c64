"""Writing down what background jobs found out about a file, and what they made of it."""

from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from audit import chain as audit
from core import clock
from core.actor import SYSTEM
from files.storing import StoredFile
from portfolios.audit_actions import (
    EVIDENCE_FILE_CLEANED,
    EVIDENCE_FILE_PREPARED,
    EVIDENCE_FILE_SCANNED,
)
from portfolios.models import EvidenceFile, FileText, Rendition, Withheld


@dataclass
class Prepared:
    """What was made of a file. One that does not `open` may have a cleaned copy all the same."""

    opens: bool = True
    may_tell_of_place: bool = False
    cleaned: StoredFile | None = None
    removed: list[str] = field(default_factory=list)
    renditions: list[Rendition] = field(default_factory=list)
    words: str = ""
    facts: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def finish_preparation(file_id: UUID, prepared: Prepared) -> bool:
    """Say that a file is ready, or has no preview, and keep what was made of it.

    Answers False, and keeps nothing, where another job did it first or the file is gone or deleted.
    """
    file = locked_file(file_id)
    if file is None or file.processing != EvidenceFile.Processing.WAITING or file.withheld == Withheld.ERASED:
        return False
    file.processing = EvidenceFile.Processing.DONE if prepared.opens else EvidenceFile.Processing.FAILED
    file.processed_at = clock.now()
    file.may_tell_of_place = prepared.may_tell_of_place
    for name, value in prepared.facts.items():
        setattr(file, name, value)
    if prepared.cleaned is not None:
        file.cleaned.name = prepared.cleaned.key
        file.cleaned_sha256, file.cleaned_size_bytes = prepared.cleaned.sha256, prepared.cleaned.size_bytes
        file.removed_details = prepared.removed
    if not settings.CLAMD_ADDRESS and file.scan == EvidenceFile.Scan.WAITING:
        file.scan, file.scan_note = EvidenceFile.Scan.NOT_SCANNED, _("No virus scanner is set up.")
    file.save()
    for row in prepared.renditions:
        row.file = file
    Rendition.objects.bulk_create(prepared.renditions)
    if prepared.words.strip():
        FileText.objects.update_or_create(file=file, defaults={"words": prepared.words})
    provider = file.evidence.apprenticeship.provider
    if prepared.cleaned is None:
        audit.record(EVIDENCE_FILE_PREPARED, SYSTEM, file, organisation=provider, state=str(file.processing))
    else:
        audit.record(
            EVIDENCE_FILE_CLEANED,
            SYSTEM,
            file,
            organisation=provider,
            sha256=file.sha256,
            cleaned_sha256=file.cleaned_sha256,
            removed=file.removed_details,
        )
    return True


@transaction.atomic
def note_scan(file_id: UUID, verdict: str, note: str = "") -> bool:
    """Keep what the virus scanner said of a file, and return whether that was new."""
    file = locked_file(file_id)
    if file is None or file.scan != EvidenceFile.Scan.WAITING or file.withheld == Withheld.ERASED:
        return False
    file.scan, file.scan_note, file.scanned_at = EvidenceFile.Scan(verdict), note, clock.now()
    file.save(update_fields=["scan", "scan_note", "scanned_at"])
    audit.record(
        EVIDENCE_FILE_SCANNED, SYSTEM, file, organisation=file.evidence.apprenticeship.provider, state=file.scan.value
    )
    return True


def locked_file(file_id: UUID) -> EvidenceFile | None:
    """The file, so that nothing else changes it in this transaction; None where it is gone."""
    return (
        EvidenceFile.objects.unscoped()
        .select_for_update(no_key=True, of=("self",))
        .select_related("evidence__apprenticeship__provider")
        .filter(pk=file_id)
        .first()
    )
