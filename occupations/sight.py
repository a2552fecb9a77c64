"""Who sees the private standards of a provider: its people, and whoever a part above gives a reason to see one."""

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, cast
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Membership
from accounts.seen_by import SeenBy, Sight
from core import scope
from core.actor import Actor
from core.prepared import Given

#: Each gives the ids of standards that a person needs to see, whoever owns them, with what its conditions rest on.
#: Parts above add to it when they start.
Reason = tuple[Callable[[Actor], QuerySet[Any]], Sight]
REASONS: list[Reason] = []


def private_standards_of(actor: Actor) -> list[UUID]:
    """The ids of the private standards that `actor` sees: few, and none at all for most people. One query a request."""
    return scope.kept(_key(actor), lambda: [pk for (pk,) in _reading()(actor)])


def _key(actor: Actor) -> Hashable:
    return ("private_standards", actor)


class _Sight:
    """The private standards for readings that are prepared: see `accounts.seen_by`."""

    def ids(self, actor: Actor) -> Given:
        private = frozenset(private_standards_of(actor))
        return {"private": private} if private else {}

    def key(self, actor: Actor) -> Hashable:
        return _key(actor)

    def of(self, ids: Given) -> list[UUID]:
        private = ids.get("private", frozenset())
        return list(private) if isinstance(private, frozenset) else [cast(UUID, private)]


SIGHT = _Sight()


@cache
def _reading() -> SeenBy:
    """Put together once all parts have started and said why somebody sees a standard."""
    return SeenBy(_worked_out, *(rests_on for _, rests_on in REASONS))


def _worked_out(actor: Actor) -> QuerySet[Any, Any]:
    from occupations.models import Standard

    seen = Q(owner__in=Membership.objects.acting(actor).values("organisation"))
    for reason, _ in REASONS:
        seen |= Q(pk__in=reason(actor))
    return Standard.objects.unscoped().filter(seen, owner__isnull=False).values_list("pk")
