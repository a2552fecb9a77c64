"""The words for reading standards, and who sees which. The catalogue is for everybody; private ones are their owner's.

A provider's people see its private standards, and so does whoever a part above gives a reason to see one.
"""

import re
from collections.abc import Callable, Hashable
from functools import cache
from typing import TYPE_CHECKING, Any, Self, cast
from uuid import UUID

from django.db import models
from django.db.models import Exists, Q, QuerySet

from accounts.models import Membership
from accounts.seen_by import SeenBy, Sight
from core import scope
from core.actor import Actor
from core.prepared import Given
from core.scope import Row, ScopedQuerySet

if TYPE_CHECKING:
    from accounts.models import Organisation
    from occupations.models.standards import Ksb, Option, Standard, StandardVersion

_SLUG = re.compile(r"(?P<reference>[A-Z]{2}[0-9]{4})(?P<of_owner>-[0-9]{8})?")

#: Each gives the ids of standards that a person needs to see, whoever owns them, with what its conditions rest on.
#: Parts above add to it when they start.
Reason = tuple[Callable[[Actor], QuerySet[Any]], Sight]
REASONS: list[Reason] = []


class OfStandardQuerySet(ScopedQuerySet[Row]):
    """Standards, or rows that belong to the standard at the end of `path`."""

    path = ""

    def _about(self, **conditions: object) -> Q:
        prefix = f"{self.path}__" if self.path else ""
        return Q(**{f"{prefix}{name}": value for name, value in conditions.items()})

    def visible_to(self, actor: Actor) -> Self:
        """The catalogue that every provider uses, and the private standards that `actor` has a reason to see."""
        if not actor.person_id:
            return self.unscoped().none()
        private = self._about(pk__in=private_standards_of(actor))
        return self.unscoped().filter(self._about(owner=None) | private)

    def of_owner(self, owner: "Organisation | None") -> Self:
        """The private ones of a provider; those of the catalogue where `owner` is None. For workflow functions."""
        return self.unscoped().filter(self._about(owner=owner))

    def usable_by(self, provider: "Organisation") -> Self:
        """What a provider can put its apprentices on: the catalogue, and its own."""
        return self.unscoped().filter(self._about(owner=None) | self._about(owner=provider))

    def addressed(self, slug: str) -> Self:
        """Those of the standard that an address names."""
        return self.filter(self._about(slug=slug)) if _SLUG.fullmatch(slug) else self.none()


class StandardQuerySet(OfStandardQuerySet["Standard"]):
    pass


class StandardVersionQuerySet(OfStandardQuerySet["StandardVersion"]):
    path = "standard"

    def newest_of(self, number: str) -> "StandardVersion | None":
        """The latest correction of the version with this number."""
        return self.filter(version=number).order_by("-correction").first()

    def newest(self) -> "StandardVersion | None":
        """The one with the highest number, as last corrected."""
        return max(self, key=lambda held: (held.number_parts, held.correction), default=None)

    def with_everything(self) -> Self:
        """With all parts of what a version says, in a fixed number of queries."""
        return self.select_related("standard").prefetch_related(
            "products", "options", "ksbs__options", "duties__options", "duties__ksbs", "assessments__ksbs"
        )


class KsbQuerySet(models.QuerySet["Ksb"]):
    def in_order(self) -> Self:
        """Knowledge, then skills, then behaviours, each by number."""
        return self.order_by("position")

    def divided_by_options(self) -> Self:
        """Those that not everybody on their version learns: they belong to options."""
        return self.filter(options__isnull=False).distinct()

    def applying_to(self, version: "StandardVersion | UUID", option: "Option | UUID | None") -> Self:
        """What somebody on `version` with `option` learns: the core, and what the option adds.

        While no option is chosen where the options differ in their KSBs, none applies: how many there are is not known.
        """
        ksbs = self.filter(version=version)
        if option is None:
            return ksbs.filter(~Exists(self.model.objects.filter(version=version).divided_by_options()))
        return ksbs.filter(Q(options=None) | Q(options=option))


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
    from occupations.models.standards import Standard

    seen = Q(owner__in=Membership.objects.acting(actor).values("organisation"))
    for reason, _ in REASONS:
        seen |= Q(pk__in=reason(actor))
    return Standard.objects.unscoped().filter(seen, owner__isnull=False).values_list("pk")
