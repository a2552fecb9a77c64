"""The registry of what can be recorded. Each part declares its actions in its own `audit_actions.py`."""

from dataclasses import dataclass
from enum import Flag, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Audience(Flag):
    """Who reads entries of an action on a page. All of them are kept, verified and exported alike."""

    NOBODY = 0
    #: Those who may read the record of the organisation in which it happened.
    ORGANISATION = auto()
    #: Catalogue keepers, where it happened in the installation's record.
    KEEPERS = auto()


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of thing that is recorded."""

    #: What was done, as `thing.happened`. Entries keep it for good, so a name is never given a second meaning.
    name: str
    #: What is shown after the name of who did it: "signed a KSB off".
    words: "_StrPromise"
    #: The label of the model of the rows it is done to, such as "portfolios.evidence".
    subject: str
    audience: Audience
    #: Whether its entries keep the row's fingerprint. Those that change nothing of what that is made of do not:
    #: otherwise looking at a row that somebody altered would make it good.
    seals: bool = True
    #: Whether the row is gone afterwards; its entries keep the fingerprint that it had.
    removes: bool = False

    def __str__(self) -> str:
        return self.name


#: Every action, by its name.
ACTIONS: dict[str, Action] = {}


class Undeclared(Exception):
    """Something was to be recorded that no part declares, or about a row of another kind than declared."""


def declare(
    name: str,
    words: "_StrPromise",
    subject: str,
    audience: Audience = Audience.ORGANISATION,
    *,
    seals: bool = True,
    removes: bool = False,
) -> Action:
    """Add an action to the registry; `Action` says what the arguments mean.

    Raises:
        Undeclared: another action has this name.
    """
    action = Action(name, words, subject, audience, seals, removes)
    if ACTIONS.setdefault(name, action) != action:
        raise Undeclared(f"{name} is declared twice")
    return action


def removals() -> list[str]:
    """The names of the actions after which a row is gone."""
    return [name for name, action in ACTIONS.items() if action.removes]


def shown_to(audience: Audience) -> "dict[str, _StrPromise]":
    """The words of every action that `audience` reads, by the action's name."""
    return {name: action.words for name, action in ACTIONS.items() if action.audience & audience}
