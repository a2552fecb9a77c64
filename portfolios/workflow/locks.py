"""Taking hold of a piece of evidence for the rest of a transaction: after its apprenticeship, as everywhere."""

from uuid import UUID

from apprenticeships.workflow import locked_apprenticeship
from core.prepared import Prepared
from portfolios.models import Evidence

_whose = Prepared(
    lambda key: Evidence.objects.unscoped().filter(pk=key).values_list("apprenticeship"), is_the_same_every_day=True
)
_lock = Prepared(
    lambda key: Evidence.objects.unscoped().select_for_update(no_key=True).filter(pk=key), is_the_same_every_day=True
)


def locked_evidence(evidence_id: UUID) -> Evidence:
    """The evidence and its apprenticeship, locked, in that order from the top."""
    whose = _whose(key=evidence_id).first()
    if whose is None:
        raise Evidence.DoesNotExist
    apprenticeship = locked_apprenticeship(whose[0])
    evidence: Evidence | None = _lock(key=evidence_id).first()
    if evidence is None:
        raise Evidence.DoesNotExist
    evidence.apprenticeship = apprenticeship
    return evidence
