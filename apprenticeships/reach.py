"""What a person sees of other people's work, as ids. `querysets.reach_of` works it out once for each request."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from accounts.models import Role

#: Roles that see every apprenticeship of their provider.
PROVIDER_WIDE_ROLES = frozenset({Role.PROVIDER_ADMIN, Role.IQA, Role.MANAGER, Role.VIEWER})


@dataclass(frozen=True)
class Reach:
    """What somebody sees who acts for an organisation: of those whom it looks after, and of their own.

    It is for reading. A rule that is asked after a row is locked reads memberships and assignments again instead.
    """

    #: The apprenticeships in which they are the apprentice, wherever that is.
    own: frozenset[UUID] = frozenset()
    #: The training provider whose apprenticeships they all see.
    provider: UUID | None = None
    #: The apprenticeships that they are the assessor of today.
    assessing: frozenset[UUID] = frozenset()
    #: The apprenticeships that they are the mentor of today.
    mentoring: frozenset[UUID] = frozenset()
    #: The apprenticeships that they see today and judge nothing of: as a trainer, or as an assessor of other standards.
    watching: frozenset[UUID] = frozenset()
    #: The apprenticeships in their scope as an external auditor today.
    auditing: frozenset[UUID] = frozenset()

    def condition(self, path: str = "", of_others: Q | None = None) -> Q:
        """Rows of the apprenticeships that are reached; of other people's, those for which `of_others` holds.

        `path` leads from a row to its apprenticeship, and ends in `apprenticeship`: a row that has one has its
        provider beside it.
        """
        caseload = self.assessing | self.mentoring | self.watching | self.auditing
        found = Q()
        if self.provider:
            found |= Q(**{path.removesuffix("apprenticeship") + "provider": self.provider})
        if caseload:
            found |= _among(path, caseload)
        if found and of_others is not None:
            found &= of_others
        if self.own:
            found |= _among(path, self.own)
        return found or Q(pk__in=())


def _among(path: str, apprenticeships: frozenset[UUID]) -> Q:
    return Q(**{f"{path}__in" if path else "pk__in": apprenticeships})


NOBODY = Reach()
