"""What a finder of subjects finds: the names and pages of the rows that entries of a record speak of."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from core.actor import Actor


class Subject(NamedTuple):
    """What to call it, and where it is, if it has a page."""

    name: str
    address: str = ""


Found = Iterator[tuple[Any, Subject]]
Finder = Callable[[Collection[str], Actor], Found]


def keys(ids: Collection[str]) -> frozenset[UUID]:
    """The ids of entries as the keys of their rows."""
    return frozenset(map(UUID, ids))
