"""Taking hold of an apprenticeship for the rest of a transaction.

Locks are taken in one order everywhere: apprenticeship, evidence, claims, progress, then the audit's head.
"""

from uuid import UUID

from apprenticeships.models import Apprenticeship


def locked_apprenticeship(apprenticeship_id: UUID) -> Apprenticeship:
    """The apprenticeship, locked for the rest of the transaction: one change at a time to one person's record."""
    whole = Apprenticeship.objects.unscoped().filter(pk=apprenticeship_id)
    # Alone, and only then with what it points at: PostgreSQL, having waited for somebody who moved the learner to
    # another text, would hold the new row against the old text, and find nothing.
    whole.select_for_update().get()
    return whole.select_related("apprentice", "provider", "standard_version__standard", "option").get()
