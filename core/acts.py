"""What takes something from one state to another: declared once, beside the workflow function that asks it.

`make states` writes docs/state-table.md from these.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import TextChoices

Rule = TypeVar("Rule", bound=Callable[..., Any])


@dataclass(frozen=True)
class Act(Generic[Rule]):
    """One workflow function and one thing whose state it changes: who may, from which states, to which.

    Attributes:
        name: the function.
        who: the rule that the function asks, whose docstring says it in words.
        steps: for each state in which it can be done, those in which the thing may be afterwards.
        creates: the states in which it makes a new one.
    """

    name: str
    who: Rule
    # The key of a Mapping takes no narrower type, so what kind of states they are is said by the ends.
    steps: Mapping[Any, Sequence[TextChoices]]
    creates: Sequence[TextChoices] = ()

    def starts_from(self, state: str) -> bool:
        """Whether it can be done in this state."""
        return state in self.steps

    def leads(self, state: str, to: str) -> bool:
        """Whether it may take something from one of these states to the other."""
        return any(to in ends for start, ends in self.steps.items() if start == state)

    @property
    def states(self) -> type[TextChoices]:
        """The states of the thing that it is about."""
        return type([*self.steps, *self.creates][0])
