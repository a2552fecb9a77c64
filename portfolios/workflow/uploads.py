"""A file on its way into a piece of evidence: announced, received piece by piece, then kept or refused.

The bytes are none of this module's business: `files.http.receiving` takes them into the spool and hands them over.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.workflow.locks import locked_apprenticeship
from core import clock
from core.actor import Actor
from core.errors import NotAllowed, OutOfTurn
from files import file_types, storing
from files.file_names import clean_name
from files.file_types import FileRefused
from files.spool import Cancelled
from portfolios import quotas
from portfolios.content import EvidenceContent
from portfolios.models import Evidence, EvidenceFile, Upload, may_be_named, stored_name
from portfolios.workflow.evidence import create_evidence
from portfolios.workflow.files import changeable_evidence, keep_upload

#: How long what has come is kept after its last byte, so that a laptop closed in the evening goes on in the morning.
PARTS_LIVE = timedelta(hours=24)
#: How long a receipt can be asked for by the upload's address. What it became is kept with the evidence.
RECEIPTS_LIVE = timedelta(days=7)


@transaction.atomic
def begin_upload(
    apprenticeship_id: UUID,
    evidence_id: UUID,
    by: Actor,
    *,
    upload_id: UUID,
    name: str,
    size_bytes: int,
    sha256: str = "",
) -> Upload:
    """Announce a file: reserve its place and its room. Where no piece has this id yet, a draft is started.

    It has the day and the kind that a new form shows, until the form is saved with others.

    Announced again under the same `upload_id`, it is the upload that there is, however far that has come.

    Args:
        sha256: the hash of the whole file in hexadecimal, where the sender has it: what arrives is held against it.

    Raises:
        FileRefused: its name or size cannot be evidence.
        NotAllowed, OutOfTurn: as for `revise_evidence`; or the id stands for another file.
        QuotaReached: there is no room for it.
        Incomplete: the piece has as many files as it may.
    """
    name = clean_name(name)
    file_types.announced(name, size_bytes)
    locked_apprenticeship(apprenticeship_id)
    if not Evidence.objects.unscoped().filter(pk=evidence_id).exists():
        create_evidence(apprenticeship_id, by, evidence_id=evidence_id, content=EvidenceContent.begun())
    evidence = changeable_evidence(evidence_id, by)
    require(evidence.apprenticeship_id == apprenticeship_id, _("This piece belongs to another apprenticeship."))
    if made := Upload.objects.unscoped().filter(pk=upload_id).first():
        if (made.owner_id, made.evidence_id, made.name, made.size_bytes) != (
            by.person_id,
            evidence_id,
            name,
            size_bytes,
        ):
            raise OutOfTurn(_("This upload was started for a different file. Start a new one."))
        return made
    quotas.require_place(evidence)
    quotas.require_room(evidence.apprenticeship, size_bytes)
    now = clock.now()
    return Upload.objects.create(
        pk=upload_id,
        owner_id=by.person,
        evidence=evidence,
        name=name,
        size_bytes=size_bytes,
        sha256=sha256,
        begun_at=now,
        changed_at=now,
        expires_at=now + PARTS_LIVE,
    )


def note_received(upload_id: UUID, before_bytes: int, received_bytes: int) -> bool:
    """Move on how far an upload has come, if it is still at `before_bytes`. Returns whether it was."""
    now = clock.now()
    moved = (
        Upload.objects.unscoped()
        .under_way()
        .filter(pk=upload_id, received_bytes=before_bytes)
        .update(received_bytes=received_bytes, changed_at=now, expires_at=now + PARTS_LIVE)
    )
    return moved == 1


@dataclass(frozen=True)
class UploadsOf:
    """The uploads of one person, as `files.http.receiving` reads and changes them."""

    by: Actor

    def find(self, upload_id: UUID) -> Upload | None:
        return Upload.objects.unscoped().filter(pk=upload_id).first()

    def note_received(self, upload_id: UUID, before_bytes: int, received_bytes: int) -> bool:
        return note_received(upload_id, before_bytes, received_bytes)

    def finish(self, upload_id: UUID, content: BinaryIO) -> Upload:
        return finish_upload(upload_id, self.by, content)


def finish_upload(upload_id: UUID, by: Actor, content: BinaryIO) -> Upload:
    """Make a whole upload a file of its piece, or refuse it for what it is: its bytes first, then the rows.

    Whoever calls holds the upload's spool, so nobody else finishes it. Cut off anywhere, it is done by the next call:
    the stored object has the upload's own key, and what an earlier call left there goes first.

    Raises:
        NotAllowed, OutOfTurn: as for `revise_evidence`; the upload stays as it was.
        Cancelled: it is not there any more.
    """
    upload = Upload.objects.unscoped().filter(pk=upload_id).first()
    if upload is None:
        raise Cancelled
    if upload.finished_at:
        return upload
    try:
        file_type = file_types.detect(content, upload.name)
    except FileRefused as refusal:
        return _refuse(upload_id, str(refusal))
    file = EvidenceFile(
        pk=upload.pk,
        evidence_id=upload.evidence_id,
        name=file_types.right_name(upload.name, file_type),
        content_type=file_type.content_type,
        added_by_id=by.person,
    )
    key = file.stored.name = stored_name(file, file.name)
    storing.clear(key, is_named=may_be_named)
    with storing.stored(File(content, upload.name), key, is_named=may_be_named) as stored:
        is_what_was_announced = upload.sha256 in ("", stored.sha256)
        if is_what_was_announced:
            with transaction.atomic():
                kept = keep_upload(upload.evidence_id, by, file, stored)
                upload = _ended(upload_id, file=kept)
    if not is_what_was_announced:
        storing.remove(key)
        return _refuse(upload_id, _("“%(name)s” was damaged on the way. Add it again.") % {"name": upload.name})
    if kept.pk != file.pk:
        storing.remove(key)
    return upload


@transaction.atomic
def cancel_upload(upload_id: UUID, by: Actor) -> None:
    """Give up an upload: its place and room are free again. One that was refused is forgotten.

    Raises:
        OutOfTurn: it has become a file of the piece, which is taken off there.
    """
    upload = Upload.objects.unscoped().select_for_update(no_key=True).filter(pk=upload_id).first()
    if upload is None:
        return
    if upload.owner_id != by.person_id:
        raise NotAllowed(_("This upload belongs to somebody else."))
    if upload.file_id:
        raise OutOfTurn(_("This file has already arrived. If you do not want it, remove it from the piece."))
    upload.delete()


@transaction.atomic
def _refuse(upload_id: UUID, message: str) -> Upload:
    return _ended(upload_id, refusal=message)


def _ended(upload_id: UUID, *, file: EvidenceFile | None = None, refusal: str = "") -> Upload:
    """Write down how an upload ended, inside a transaction."""
    upload = Upload.objects.unscoped().select_for_update(no_key=True).filter(pk=upload_id).first()
    if upload is None:
        raise Cancelled
    now = clock.now()
    upload.file, upload.refusal = file, refusal
    upload.received_bytes = upload.size_bytes
    upload.changed_at = upload.finished_at = now
    upload.expires_at = now + RECEIPTS_LIVE
    upload.save(update_fields=["file", "refusal", "received_bytes", "changed_at", "finished_at", "expires_at"])
    return upload
