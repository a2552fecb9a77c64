"""Who sees the private standards of a provider: its people, and whoever a part above gives a reason to see one."""

from collections.abc import Callable, Hashable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Membership, User
from core import scope
from core.prepared import Given

#: Each gives the ids of standards that a person needs to see, whoever owns them. Parts above add to it when they start.
Reason = Callable[[User], QuerySet[Any]]
REASONS: list[Reason] = []


def private_standards_of(user: User) -> list[UUID]:
    """The ids of the private standards that `user` sees: few, and none at all for most people. One query a request."""
    return scope.kept(_key(user), lambda: _worked_out(user))


def _key(user: User) -> Hashable:
    return ("private_standards", user.pk, user.acting_for and user.acting_for.pk)


class _Sight:
    """The private standards for readings that are prepared: see `accounts.seen_by`."""

    def ids(self, user: User) -> Given:
        private = frozenset(private_standards_of(user))
        return {"private": private} if private else {}

    def key(self, user: User) -> Hashable:
        return _key(user)

    def of(self, ids: Given) -> list[UUID]:
        private = ids.get("private", frozenset())
        return list(private) if isinstance(private, frozenset) else [private]


SIGHT = _Sight()


def _worked_out(user: User) -> list[UUID]:
    from occupations.models import Standard

    seen = Q(owner__in=Membership.objects.acting(user).values("organisation"))
    for reason in REASONS:
        seen |= Q(pk__in=reason(user))
    return list(Standard.objects.unscoped().filter(seen, owner__isnull=False).values_list("pk", flat=True))
