"""Files of a piece of evidence: adding, taking off, and noting who from outside opened one."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.errors import Incomplete
from accounts.models import User
from audit import chain as audit
from audit import clock
from portfolios import access, file_types, processing, storing
from portfolios.file_names import clean_name
from portfolios.models import EvidenceFile, stored_name
from portfolios.upload_handlers import MAX_FILES
from portfolios.workflow.evidence import require_editable, touch
from portfolios.workflow.locks import locked_evidence


def add_file(evidence_id: UUID, by: User, upload: UploadedFile) -> EvidenceFile:
    """Store a file with a piece of evidence: its bytes first, then its row.

    The same file under the same name, sent again, is the one that is there.

    Raises:
        FileRefused: its type is not on the list, it is empty or too large; the message says which and what would do.
        NotAllowed, OutOfTurn: as for `revise_evidence`.
        Incomplete: the piece has as many files as it may.
    """
    name = clean_name(upload.name or "")
    file_type = file_types.detect(upload, name)
    file = EvidenceFile(evidence_id=evidence_id, name=name, content_type=file_type.content_type, added_by=by)
    file.stored.name = stored_name(file, name)
    with storing.stored(upload, file.stored.name) as stored, transaction.atomic():
        evidence = locked_evidence(evidence_id)
        require(access.can_change_evidence(by, evidence), _("Only its apprentice can change this evidence."))
        require_editable(evidence)
        present = list(EvidenceFile.objects.unscoped().filter(evidence=evidence).current())
        twin = next((f for f in present if (f.name, f.sha256) == (name, stored.sha256)), None)
        if twin is None:
            if len(present) >= MAX_FILES:
                raise Incomplete(
                    _("A piece of evidence holds up to %(count)s files.") % {"count": MAX_FILES}, field="files"
                )
            file.size_bytes, file.sha256, file.added_at = stored.size_bytes, stored.sha256, clock.now()
            file.save(force_insert=True)
            processing.begin(file)
            touch(evidence)
            audit.record("evidence_file.added", by, file, organisation=evidence.apprenticeship.provider)
    if twin is not None:
        storing.remove(stored.key)
        return twin
    return file


@transaction.atomic
def remove_file(file_id: UUID, by: User) -> EvidenceFile:
    """Take a file off the working copy. What was submitted with it keeps it."""
    evidence = locked_evidence(EvidenceFile.objects.unscoped().values_list("evidence", flat=True).get(pk=file_id))
    require(access.can_change_evidence(by, evidence), _("Only its apprentice can change this evidence."))
    require_editable(evidence)
    file = EvidenceFile.objects.unscoped().get(pk=file_id)
    if file.removed_at is None:
        file.removed_at = clock.now()
        file.save(update_fields=["removed_at"])
        touch(evidence)
        audit.record("evidence_file.removed", by, file, organisation=evidence.apprenticeship.provider)
    return file


@transaction.atomic
def note_opening(file_id: UUID, by: User) -> None:
    """Record that somebody from outside opened a file."""
    file = EvidenceFile.objects.visible_to(by).select_related("evidence__apprenticeship__provider").get(pk=file_id)
    audit.record("evidence_file.opened", by, file, organisation=file.evidence.apprenticeship.provider)
