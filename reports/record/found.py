"""What a finder of subjects finds: the names and pages of the rows that entries of a record speak of."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple
from uuid import UUID

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


def about_learner(model: Any, about: str, place: str, row: str = "pk") -> Finder:
    """What finds rows of a model, or what is at the end of `row`, by the apprentice’s name, at the page of `about`."""

    seen = SeenBy(
        lambda user, ids: (
            model.objects.visible_to(user)
            .filter(**{f"{row}__in": ids})
            .values_list(row, "apprenticeship__apprentice__name", about)
        ),
        SIGHT,
    )

    def find(ids: Collection[str], actor: Actor) -> Found:
        for found, name, at in seen(actor, ids=keys(ids)):
            yield found, Subject(name, path_to(place, at))

    return find
