"""Files of a piece of evidence: adding, taking off, and noting who from outside opened one."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete
from core.prepared import Prepared
from files import file_types, storing
from files.file_names import clean_name
from files.file_types import MAX_FILES
from files.storing import StoredFile
from portfolios import access, quotas
from portfolios.audit_actions import EVIDENCE_FILE_ADDED, EVIDENCE_FILE_REMOVED
from portfolios.models import Evidence, EvidenceFile, may_be_named, stored_name
from portfolios.processing import jobs
from portfolios.workflow.evidence import require_editable, touch
from portfolios.workflow.locks import locked_evidence


def add_file(evidence_id: UUID, by: Actor, upload: "UploadedFile[bytes]") -> EvidenceFile:
    """Store a file with a piece of evidence: its bytes first, then its row.

    The same file under the same name, sent again, is the one that is there.

    Raises:
        FileRefused: its type is not on the list, it is empty or too large; the message says which and what would do.
        NotAllowed, OutOfTurn: as for `revise_evidence`.
        QuotaReached: there is no room for it.
        Incomplete: the piece has as many files as it may.
    """
    name = clean_name(upload.name or "")
    file_type = file_types.detect(upload, name)
    name = file_types.right_name(name, file_type)
    file = EvidenceFile(evidence_id=evidence_id, name=name, content_type=file_type.content_type, added_by_id=by.person)
    file.stored.name = stored_name(file, name)
    with storing.stored(upload, str(file.stored.name), is_named=may_be_named) as stored, transaction.atomic():
        evidence = changeable_evidence(evidence_id, by)
        kept = _twin(evidence, file, stored)
        if kept is None:
            quotas.require_place(evidence)
            quotas.require_room(evidence.apprenticeship, stored.size_bytes)
            kept = _keep(evidence, file, stored, by)
    if kept.pk != file.pk:
        storing.remove(stored.key)
    return kept


def keep_upload(evidence_id: UUID, by: Actor, file: EvidenceFile, stored: StoredFile) -> EvidenceFile:
    """Make the row of a file whose place and room were reserved, inside the transaction that finishes its upload.

    Answers the file that the piece has: its twin, where the same came before.
    """
    evidence = changeable_evidence(evidence_id, by)
    return _twin(evidence, file, stored) or _keep(evidence, file, stored, by)


def changeable_evidence(evidence_id: UUID, actor: Actor) -> Evidence:
    """The evidence, locked, for its apprentice to change.

    Raises:
        NotAllowed, OutOfTurn: as for `revise_evidence`.
    """
    evidence = locked_evidence(evidence_id)
    access.require_writer(actor, evidence)
    require_editable(evidence)
    return evidence


_twins = Prepared(
    lambda evidence, name, sha256: (
        EvidenceFile.objects.unscoped().filter(evidence=evidence).current().filter(name=name, sha256=sha256)
    ),
    is_the_same_every_day=True,
)


def _twin(evidence: Evidence, file: EvidenceFile, stored: StoredFile) -> EvidenceFile | None:
    """The same bytes under the same name, where the piece has them."""
    twin: EvidenceFile | None = _twins(evidence=evidence.pk, name=file.name, sha256=stored.sha256).first()
    return twin


def _keep(evidence: Evidence, file: EvidenceFile, stored: StoredFile, by: Actor) -> EvidenceFile:
    """Make the row of a file whose bytes are stored. Every file of every door passes here."""
    if quotas.file_count(evidence) >= MAX_FILES:
        raise Incomplete(_("A piece of evidence can have up to %(count)s files.") % {"count": MAX_FILES}, field="files")
    file.evidence = evidence
    file.size_bytes, file.sha256, file.added_at = stored.size_bytes, stored.sha256, clock.now()
    file.save(force_insert=True)
    jobs.begin(file)
    touch(evidence)
    audit.record(EVIDENCE_FILE_ADDED, by, file, organisation=evidence.apprenticeship.provider)
    return file


@transaction.atomic
def remove_file(file_id: UUID, by: Actor) -> EvidenceFile:
    """Take a file off the working copy. What was submitted with it keeps it."""
    evidence = changeable_evidence(
        EvidenceFile.objects.unscoped().values_list("evidence", flat=True).get(pk=file_id), by
    )
    file = EvidenceFile.objects.unscoped().get(pk=file_id)
    if file.removed_at is None:
        file.removed_at = clock.now()
        file.save(update_fields=["removed_at"])
        touch(evidence)
        audit.record(EVIDENCE_FILE_REMOVED, by, file, organisation=evidence.apprenticeship.provider)
    return file
