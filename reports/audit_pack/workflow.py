"""Asking for the audit pack of a learner."""

from uuid import UUID

from django.db import transaction

from apprenticeships.workflow import locked_apprenticeship
from core.actor import Actor
from reports.exports.models import Export
from reports.exports.workflow import ask_for_export


@transaction.atomic
def ask_for_audit_pack(apprenticeship_id: UUID, by: Actor) -> Export:
    """Have the checklist and its documents made as one file. While one is being made, that one is returned.

    Raises:
        NotAllowed: `by` is no admin, quality assurer or manager of the provider.
    """
    return ask_for_export(Export.Kind.AUDIT, by, apprenticeship=locked_apprenticeship(apprenticeship_id))
