"""Taking hold of an apprenticeship for the rest of a transaction.

Locks are taken in one order everywhere: apprenticeship, evidence, claims, progress, then the audit's head.
"""

from uuid import UUID

from apprenticeships.models import Apprenticeship
from core.prepared import Prepared

_lock = Prepared(
    lambda key: Apprenticeship.objects.unscoped().select_for_update(no_key=True).filter(pk=key).values_list("pk"),
    is_the_same_every_day=True,
)
_whole = Prepared(
    lambda key: (
        Apprenticeship.objects.unscoped()
        .filter(pk=key)
        .select_related("apprentice", "provider", "standard_version__standard", "option")
    ),
    is_the_same_every_day=True,
)


def locked_apprenticeship(apprenticeship_id: UUID) -> Apprenticeship:
    """The apprenticeship, locked for the rest of the transaction: one change at a time to one person's record."""
    # Alone, and only then with what it points at: PostgreSQL, having waited for somebody who moved the learner to
    # another text, would hold the new row against the old text, and find nothing.
    if not list(_lock(key=apprenticeship_id)):
        raise Apprenticeship.DoesNotExist
    apprenticeship: Apprenticeship = next(iter(_whole(key=apprenticeship_id)))
    return apprenticeship
