"""Readings of what a person may see, by statements that are put together once (`core.prepared`)."""

from collections.abc import Callable, Hashable
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organisation, User
from core import scope
from core.prepared import Given, Ids, Prepared, Rows


class Sight(Protocol):
    """Something that is worked out once a request about what a person sees, such as whom they look after."""

    def ids(self, user: User) -> Given:
        """The ids that it comes to, by name. Empty sets are left out."""

    def key(self, user: User) -> Hashable:
        """Under which `scope.kept` keeps it."""

    def of(self, ids: Given) -> Any:
        """It, made of its ids."""


class SeenBy:
    """A reading on behalf of somebody. `build` takes the person first, and begins with `visible_to`.

    `sights` are what its conditions rest on: `apprenticeships.reach.SIGHT`, `occupations.sight.SIGHT`.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *sights: Sight) -> None:
        self.build = build
        self.sights = sights
        self._prepared = Prepared(self._for_anybody)

    def __call__(self, user: User, *shape: Hashable, **given: UUID | Ids) -> Rows:
        """The rows that `user` sees."""
        seen = [sight.ids(user) for sight in self.sights]
        person: Given = {"person": user.pk}
        if user.acting_for:
            person["here"] = user.acting_for.pk
        names = tuple([tuple(ids) for ids in seen])
        ids = {name: value for one in seen for name, value in one.items()}
        return self._prepared((frozenset(user.roles), user.is_keeper), names, shape, **person, **ids, **given)

    def _for_anybody(
        self, roles: Any, names: tuple[tuple[str, ...], ...], shape: tuple[Any, ...], **given: Any
    ) -> QuerySet[Any, Any]:
        user = User(pk=given.pop("person"))
        user.acting_for = Organisation(pk=given.pop("here")) if "here" in given else None
        user.roles, user.is_keeper = roles
        kept = {
            sight.key(user): sight.of({name: given.pop(name) for name in of_sight})
            for sight, of_sight in zip(self.sights, names, strict=True)
        }
        with scope.enforced(kept):
            return self.build(user, *shape, **given)
