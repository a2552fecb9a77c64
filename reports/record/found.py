"""What a finder of subjects finds: the names and pages of the rows that entries of a record speak of."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from accounts.seen_by import SeenBy
from apprenticeships.querysets import SIGHT
from core.actor import Actor
from core.links import path_to


class Subject(NamedTuple):
    """What to call it, and where it is, if it has a page."""

    name: str
    address: str = ""


Found = Iterator[tuple[Any, Subject]]
Finder = Callable[[Collection[str], Actor], Found]


def keys(ids: Collection[str]) -> frozenset[UUID]:
    """The ids of entries as the keys of their rows."""
    return frozenset(map(UUID, ids))


def about_learner(model: Any, about: str, place: str, row: str = "pk", *, is_by_role: bool = False) -> Finder:
    """What finds rows of a model, or what is at the end of `row`, by the apprentice’s name, at the page of `about`.

    Args:
        is_by_role: whether who sees a row depends on their roles, so that no statement serves everybody.
    """

    def rows(actor: Actor, ids: Collection[UUID]) -> QuerySet[Any, Any]:
        found: QuerySet[Any, Any] = model.objects.visible_to(actor).filter(**{f"{row}__in": ids})
        return found.values_list(row, "apprenticeship__apprentice__name", about)

    seen = rows if is_by_role else SeenBy(rows, SIGHT)

    def find(ids: Collection[str], actor: Actor) -> Found:
        for found, name, at in seen(actor, ids=keys(ids)):
            yield found, Subject(name, path_to(place, at))

    return find
