"""What a person sees of other people's work, worked out once and kept for the request that asked."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Membership, Role
from accounts.seen_by import SeenBy
from core import scope
from core.prepared import Given, Prepared

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
    return scope.kept(_key(user), lambda: _worked_out(user, here))


def _key(user: "User") -> Hashable:
    return ("reach", user.pk, user.acting_for and user.acting_for.pk)


class _Sight:
    """A reach for readings that are prepared: see `accounts.seen_by`."""

    def ids(self, user: "User") -> Given:
        reach = reach_of(user)
        found = {"provider": reach.provider, "assessing": reach.assessing, "mentoring": reach.mentoring}
        return {name: value for name, value in found.items() if value}

    def key(self, user: "User") -> Hashable:
        return _key(user)

    def of(self, ids: Given) -> Reach:
        return Reach(**ids)  # type: ignore[arg-type]


SIGHT = _Sight()

_roles = SeenBy(lambda user: Membership.objects.acting(user).values_list("role"))


@Prepared
def _assignments(person: UUID) -> QuerySet[Any, Any]:
    from apprenticeships.models import Assignment

    rows = Assignment.objects.live().filter(person=person)
    return rows.values_list("role", "apprenticeship", "apprenticeship__provider", "apprenticeship__employer")


def _worked_out(user: "User", here: UUID) -> Reach:
    from apprenticeships.models import Assignment

    roles = {role for (role,) in _roles(user)}
    live: dict[str, set[UUID]] = {Assignment.Role.ASSESSOR: set(), Assignment.Role.MENTOR: set()}
    if roles & {Role.ASSESSOR, Role.MENTOR}:
        for role, apprenticeship, provider, employer in _assignments(person=user.pk):
            is_here = provider == here if role == Assignment.Role.ASSESSOR else employer == here
            if is_here and role in roles:
                live[role].add(apprenticeship)
    return Reach(
        here if roles & PROVIDER_WIDE_ROLES else None,
        frozenset(live[Assignment.Role.ASSESSOR]),
        frozenset(live[Assignment.Role.MENTOR]),
    )
