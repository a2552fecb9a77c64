"""Leaving out small groups where a report leaves the provider: nobody is to be known by a number."""

from collections.abc import Callable, Iterable
from typing import TypeVar

#: A group with fewer people says something of each of them.
FEWEST = 5

Group = TypeVar("Group")


def shown(groups: Iterable[Group], size: Callable[[Group], int]) -> tuple[list[Group], int]:
    """The groups that are large enough, and how many were left out.

    Where one alone would be left out, the smallest of the others is, too: its numbers would follow from the total.
    """
    every = list(groups)
    kept = [group for group in every if size(group) >= FEWEST]
    if len(every) - len(kept) == 1 and kept:
        kept.remove(min(kept, key=size))
    return kept, len(every) - len(kept)
