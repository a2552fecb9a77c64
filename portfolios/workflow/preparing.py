"""Trying again to prepare a file."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from audit import chain as audit
from core.actor import Actor
from core.errors import OutOfTurn
from portfolios import access
from portfolios.audit_actions import EVIDENCE_FILE_RETRIED
from portfolios.models import EvidenceFile, Withheld
from portfolios.processing import jobs
from portfolios.processing.outcomes import locked_file


@transaction.atomic
def prepare_again(file_id: UUID, by: Actor) -> EvidenceFile:
    """Retry a file that has no preview. Asked twice, it is retried once.

    Raises:
        NotAllowed: `by` is neither its apprentice nor an admin of the provider.
        OutOfTurn: it has a preview.
    """
    file = locked_file(file_id)
    if file is None or file.withheld == Withheld.ERASED:
        raise OutOfTurn(_("This file has been removed."))
    may_try = access.can_prepare_again(by, file)
    require(may_try, _("Only the apprentice or an admin of the provider can try this again."))
    if file.processing == EvidenceFile.Processing.DONE:
        raise OutOfTurn(_("This file already has a preview."))
    if file.processing == EvidenceFile.Processing.FAILED:
        file.processing, file.processed_at = EvidenceFile.Processing.WAITING, None
        file.save(update_fields=["processing", "processed_at"])
        jobs.begin(file)
        audit.record(EVIDENCE_FILE_RETRIED, by, file, organisation=file.evidence.apprenticeship.provider)
    return file
