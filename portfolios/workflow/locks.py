"""Taking hold of an apprenticeship or a piece of evidence for the rest of a transaction.

Locks are taken in one order everywhere: apprenticeship, evidence, claims, progress, then the audit's head.
"""

from uuid import UUID

from portfolios.models import Apprenticeship, Evidence


def locked_apprenticeship(apprenticeship_id: UUID) -> Apprenticeship:
    """The apprenticeship, locked for the rest of the transaction: one change at a time to one person's record."""
    whole = Apprenticeship.objects.unscoped().filter(pk=apprenticeship_id)
    # Alone, and only then with what it points at: PostgreSQL, having waited for somebody who moved the learner to
    # another text, would hold the new row against the old text, and find nothing.
    whole.select_for_update().get()
    return whole.select_related("apprentice", "provider", "standard_version__standard", "option").get()


def locked_evidence(evidence_id: UUID) -> Evidence:
    """The evidence and its apprenticeship, locked, in that order from the top."""
    apprenticeship = locked_apprenticeship(
        Evidence.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=evidence_id)
    )
    evidence = Evidence.objects.unscoped().select_for_update().get(pk=evidence_id)
    evidence.apprenticeship = apprenticeship
    return evidence
