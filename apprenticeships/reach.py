"""What a person sees of other people's work, worked out once and kept for the request that asked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership, Role
from core import scope

if TYPE_CHECKING:
    from accounts.models import User

#: Roles that see every apprenticeship of their provider.
PROVIDER_WIDE_ROLES = frozenset({Role.PROVIDER_ADMIN, Role.IQA, Role.VIEWER})


@dataclass(frozen=True)
class Reach:
    """What somebody sees as a member of the organisation they act for. Their own apprenticeships are not in it.

    It is for reading. A rule that is asked after a row is locked reads memberships and assignments again instead.
    """

    #: The training provider whose apprenticeships they all see.
    provider: UUID | None = None
    #: The apprenticeships that they are the assessor of today.
    assessing: frozenset[UUID] = frozenset()
    #: The apprenticeships that they are the mentor of today.
    mentoring: frozenset[UUID] = frozenset()

    def condition(self, path: str = "") -> Q:
        """Rows of the apprenticeships that are reached; `path` leads from a row to its apprenticeship."""
        caseload = self.assessing | self.mentoring
        found = Q()
        if self.provider:
            found |= Q(**{f"{path}__provider" if path else "provider": self.provider})
        if caseload:
            found |= Q(**{f"{path}__in" if path else "pk__in": caseload})
        return found or Q(pk__in=())


NOBODY = Reach()


def reach_of(user: "User | Any") -> Reach:
    """What `user` sees today in the organisation they act for: nothing of others where they act for none."""
    if not user.is_authenticated or user.acting_for is None:
        return NOBODY
    here = user.acting_for.pk
    return scope.kept(("reach", user.pk, here), lambda: _worked_out(user, here))


def _worked_out(user: "User", here: UUID) -> Reach:
    from apprenticeships.models import Assignment

    roles = set(Membership.objects.acting(user).values_list("role", flat=True))
    live: dict[str, set[UUID]] = {Assignment.Role.ASSESSOR: set(), Assignment.Role.MENTOR: set()}
    if roles & {Role.ASSESSOR, Role.MENTOR}:
        assignments = (
            Assignment.objects.live()
            .filter(person=user)
            .values_list("role", "apprenticeship", "apprenticeship__provider", "apprenticeship__employer")
        )
        for role, apprenticeship, provider, employer in assignments:
            is_here = provider == here if role == Assignment.Role.ASSESSOR else employer == here
            if is_here and role in roles:
                live[role].add(apprenticeship)
    return Reach(
        here if roles & PROVIDER_WIDE_ROLES else None,
        frozenset(live[Assignment.Role.ASSESSOR]),
        frozenset(live[Assignment.Role.MENTOR]),
    )
