"""What a person sees of other people's work, worked out once and kept for the request that asked."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.access import roles_of
from accounts.models import Role
from core import scope
from core.actor import Actor
from core.prepared import Given, Prepared

#: Roles that see every apprenticeship of their provider.
PROVIDER_WIDE_ROLES = frozenset({Role.PROVIDER_ADMIN, Role.IQA, Role.VIEWER})


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

    def condition(self, path: str = "", of_others: Q | None = None) -> Q:
        """Rows of the apprenticeships that are reached; of other people's, those for which `of_others` holds.

        `path` leads from a row to its apprenticeship, and ends in `apprenticeship`: a row that has one has its
        provider beside it.
        """
        caseload = self.assessing | self.mentoring
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


def reach_of(actor: Actor) -> Reach:
    """What `actor` sees today in the organisation they act for. Where they act for none, nothing is worked out.

    They see their own rows then, which are found by person: see `visible_to`.
    """
    if actor.organisation_id is None:
        return NOBODY
    here = actor.organisation_id
    return scope.kept(_key(actor), lambda: _worked_out(actor, here))


def _key(actor: Actor) -> Hashable:
    return ("reach", actor)


class _Sight:
    """A reach for readings that are prepared: see `accounts.seen_by`."""

    def ids(self, actor: Actor) -> Given:
        reach = reach_of(actor)
        found = {name: getattr(reach, name) for name in ("own", "provider", "assessing", "mentoring")}
        return {name: value for name, value in found.items() if value}

    def key(self, actor: Actor) -> Hashable:
        return _key(actor)

    def of(self, ids: Given) -> Reach:
        return Reach(**ids)  # type: ignore[arg-type]


SIGHT = _Sight()


@Prepared
def _assignments(person: UUID, here: UUID) -> QuerySet[Any, Any]:
    from apprenticeships.models import Assignment

    is_here = Q(role=Assignment.Role.ASSESSOR, apprenticeship__provider=here) | Q(
        role=Assignment.Role.MENTOR, apprenticeship__employer=here
    )
    return (
        Assignment.objects.live()
        .filter(is_here, person=person, apprenticeship__undone_at=None)
        .values_list("role", "apprenticeship")
    )


def _own_of(person: UUID) -> QuerySet[Any, Any]:
    from apprenticeships.models import Apprenticeship

    return Apprenticeship.objects.unscoped().filter(apprentice=person).enrolled().values_list("pk")


_own = Prepared(_own_of, is_the_same_every_day=True)


def _worked_out(actor: Actor, here: UUID) -> Reach:
    from apprenticeships.models import Assignment

    roles = roles_of(actor)
    live: dict[str, set[UUID]] = {Assignment.Role.ASSESSOR: set(), Assignment.Role.MENTOR: set()}
    if roles & {Role.ASSESSOR, Role.MENTOR}:
        for role, apprenticeship in _assignments(person=actor.person, here=here):
            if role in roles:
                live[role].add(apprenticeship)
    return Reach(
        frozenset(pk for (pk,) in _own(person=actor.person)),
        here if roles & PROVIDER_WIDE_ROLES else None,
        frozenset(live[Assignment.Role.ASSESSOR]),
        frozenset(live[Assignment.Role.MENTOR]),
    )
