"""The texts of a standard: the one that an address names, and the others that are held beside it."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from accounts.seen_by import SeenBy
from core.actor import Actor
from core.prepared import Prepared
from occupations.models import Favourite, StandardVersion
from occupations.querysets import SIGHT


class Held(NamedTuple):
    """A text that is held, as far as lists of them tell."""

    pk: UUID
    version: str
    correction: int
    change: str
    earliest_start_on: date | None
    latest_start_on: date | None


_with_number = SeenBy(
    lambda actor, slug, number: (
        StandardVersion.objects.visible_to(actor)
        .filter(standard__slug=slug, version=number)
        .select_related("standard__owner")
        .order_by("-correction")
    ),
    SIGHT,
)
_of_standard = Prepared(
    lambda standard: (
        StandardVersion.objects.unscoped().filter(standard=standard).order_by("correction").values_list(*Held._fields)
    )
)
_favourite = Prepared(
    lambda person, standard: Favourite.objects.filter(user=person, standard=standard).values_list("pk")
)


def text_of(actor: Actor, slug: str, number: str, correction: int | None = None) -> StandardVersion | None:
    """The version with this number, if `actor` sees it: the correction named, or else the newest."""
    texts: Iterable[StandardVersion] = _with_number(actor, slug=slug, number=number)
    for text in texts:
        if correction in (None, text.correction):
            return text
    return None


def texts_beside(version: StandardVersion) -> list[Held]:
    """All texts that are held of its standard, itself among them. It was read through `visible_to`."""
    return [Held(*row) for row in _of_standard(standard=version.standard_id)]


def is_favourite(actor: Actor, version: StandardVersion) -> bool:
    """Whether its standard is one of the person's favourites."""
    return _favourite(person=actor.person, standard=version.standard_id).first() is not None
