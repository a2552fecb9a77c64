"""What people are told of things of their own, which need be about no apprenticeship: an action that they took on, say.

Each kind of thing `declare`s what is told of it. Parts above this one do so for theirs, such as files to download.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from accounts.models import Membership
from audit.models import Entry
from core.actor import Actor
from notifications.kinds import News
from notifications.telling import Told, by_action

Tell = Callable[[Sequence[Entry]], Iterable[Told]]
Dealt = Callable[[Sequence[Entry]], Collection[UUID]]


@dataclass(frozen=True)
class OwnThing:
    """A kind of thing of which whoever it belongs to is told.

    Attributes:
        news: what is told of it.
        still: which of these things somebody may be told of now: their rights, and whether it is still so.
        tells: who is told what of an action of the record, by its name.
        settles: which things an action of the record deals with, by its name.
    """

    news: frozenset[News]
    still: Callable[[Actor, Collection[UUID]], set[UUID]]
    tells: Mapping[str, Tell] = field(default_factory=dict)
    settles: Mapping[str, Dealt] = field(default_factory=dict)


THINGS: list[OwnThing] = []


def declare(thing: OwnThing) -> None:
    """Have people told of a kind of thing."""
    THINGS.append(thing)


def read() -> set[str]:
    """The names of the actions of the record that matter here."""
    return {name for thing in THINGS for name in (*thing.tells, *thing.settles)}


def told_by(entries: Iterable[Entry]) -> list[Told]:
    """Who is told what of these entries."""
    found = by_action(entries)
    return [told for thing in THINGS for name, tell in thing.tells.items() if found[name] for told in tell(found[name])]


def settled_by(entries: Iterable[Entry]) -> list[tuple[frozenset[News], set[UUID]]]:
    """Of what news these entries settle which things."""
    found = by_action(entries)
    return [
        (thing.news, set(dealt(found[name])))
        for thing in THINGS
        for name, dealt in thing.settles.items()
        if found[name]
    ]


def still_told(actor: Actor, of: Mapping[str, Collection[UUID]]) -> set[tuple[str, UUID]]:
    """Of things by their news, those that `actor` may be told of now."""
    return {
        (news, subject)
        for thing in THINGS
        if (asked := {news: set(subjects) for news, subjects in of.items() if news in thing.news})
        for still in [thing.still(actor, set().union(*asked.values()))]
        for news, subjects in asked.items()
        for subject in subjects & still
    }


def belongs_to(person: UUID, provider: UUID | None) -> bool:
    """Whether somebody still has a role where something of theirs is kept. What no organisation keeps is theirs."""
    return provider is None or Membership.objects.live().filter(user=person, organisation=provider).exists()
