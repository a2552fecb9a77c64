"""Taking hold of a piece of evidence for the rest of a transaction: after its apprenticeship, as everywhere."""

from uuid import UUID

from apprenticeships.workflow import locked_apprenticeship
from portfolios.models import Evidence


def locked_evidence(evidence_id: UUID) -> Evidence:
    """The evidence and its apprenticeship, locked, in that order from the top."""
    apprenticeship = locked_apprenticeship(
        Evidence.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=evidence_id)
    )
    evidence = Evidence.objects.unscoped().select_for_update().get(pk=evidence_id)
    evidence.apprenticeship = apprenticeship
    return evidence
