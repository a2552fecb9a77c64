"""Readings of what a person may see, by statements that are prepared once (`core.prepared`)."""

from collections.abc import Callable, Hashable
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet

from core import scope
from core.actor import Actor
from core.prepared import Given, Ids, Prepared, Rows


class Sight(Protocol):
    """Something that is worked out once a request about what a person sees, such as whom they look after."""

    def ids(self, actor: Actor) -> Given:
        """The ids that it comes to, by name. Empty sets are left out."""

    def key(self, actor: Actor) -> Hashable:
        """Under which `scope.kept` keeps it."""

    def of(self, ids: Given) -> Any:
        """It, made of its ids."""


class SeenBy:
    """A reading on behalf of somebody. `build` takes the person first, and begins with `visible_to`.

    `sights` are what its conditions rest on: `apprenticeships.querysets.SIGHT`, `occupations.querysets.SIGHT`.
    `is_the_same_every_day` says that besides them the day does not matter: see `Prepared`.
    """

    def __init__(
        self, build: Callable[..., QuerySet[Any, Any]], *sights: Sight, is_the_same_every_day: bool = False
    ) -> None:
        self.build = build
        self.sights = sights
        self._prepared = Prepared(self._for_anybody, is_the_same_every_day=is_the_same_every_day)

    def __call__(self, actor: Actor, *shape: Hashable, **given: UUID | Ids | str) -> Rows:
        """The rows that `actor` sees."""
        seen = [sight.ids(actor) for sight in self.sights]
        person: Given = {"person": actor.person}
        if actor.organisation_id:
            person["here"] = actor.organisation_id
        names = tuple([tuple(ids) for ids in seen])
        ids = {name: value for one in seen for name, value in one.items()}
        return self._prepared(names, shape, **person, **ids, **given)

    def _for_anybody(
        self, names: tuple[tuple[str, ...], ...], shape: tuple[Any, ...], **given: Any
    ) -> QuerySet[Any, Any]:
        actor = Actor(given.pop("person"), given.pop("here", None))
        kept = {
            sight.key(actor): sight.of({name: given.pop(name) for name in of_sight})
            for sight, of_sight in zip(self.sights, names, strict=True)
        }
        with scope.enforced(kept):
            return self.build(actor, *shape, **given)
