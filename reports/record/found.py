"""What a finder of subjects finds: the names and pages of the rows that entries of a record speak of."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple
from uuid import UUID

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


def about_learner(model: Any, about: str, place: str, row: str = "pk") -> Finder:
    """What finds rows of a model, or what is at the end of `row`, by the apprentice’s name, at the page of `about`."""

    def find(ids: Collection[str], actor: Actor) -> Found:
        rows = model.objects.visible_to(actor).filter(**{f"{row}__in": keys(ids)})
        for found, name, at in rows.values_list(row, "apprenticeship__apprentice__name", about):
            yield found, Subject(name, path_to(place, at))

    return find
