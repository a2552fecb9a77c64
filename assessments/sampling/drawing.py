"""Drawing a sample by a seed. Whoever has the seed and the pool draws the same: nothing here reads anything else.

Each decision, and each result of an outcome, gets the SHA-256 of the seed, a colon and its id; what has the lowest of
these is drawn first.
1. Of each apprentice who is near the gateway, the plan's share for them.
2. Of what each assessor decided and marked on each standard, the share of that line. What the first step drew counts.
3. For each factor that the sample is spread across, one of the pool for each value that has none yet, value by value.
Shares are rounded up. What another plan drew already is not drawn again, and
nothing about an apprentice with whom whoever plans has a conflict of interest is drawn.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

#: The order in which the sample is spread across the factors.
FACTORS = ("candidates", "assessors", "methods", "elements", "records", "sites")


class Drawable(NamedTuple):
    """A decision or a result of the pool, with all that the draw depends on."""

    #: The id of the decision or of the result.
    drawn: UUID
    line: UUID
    percent: int
    is_near_gateway: bool
    was_sampled: bool
    has_conflict: bool
    #: What it is in each factor, such as whose it is.
    traits: Mapping[str, str]


def number_of(seed: str, drawn: UUID) -> str:
    """What decides whether something is drawn: the lowest first."""
    return sha256(f"{seed}:{drawn}".encode()).hexdigest()


def draw(seed: str, pool: Iterable[Drawable], gateway_percent: int, factors: Iterable[str]) -> dict[UUID, str]:
    """For each decision and result of the pool why it was drawn, or that it was not: a word of `models.Why`."""
    ordered = sorted(pool, key=lambda one: number_of(seed, one.drawn))
    found = {one.drawn: _why_left(one) for one in ordered}
    free = [one for one in ordered if not (one.was_sampled or one.has_conflict)]
    drawn: set[UUID] = set()

    def take(these: Iterable[Drawable], why: str) -> None:
        for one in these:
            drawn.add(one.drawn)
            found[one.drawn] = why

    near: dict[str, list[Drawable]] = defaultdict(list)
    lines: dict[UUID, list[Drawable]] = defaultdict(list)
    for one in free:
        lines[one.line].append(one)
        if one.is_near_gateway:
            near[one.traits["candidates"]].append(one)
    for theirs in near.values():
        take(theirs[: _share(gateway_percent, theirs)], "gateway")
    for of_line in lines.values():
        wanted = _share(of_line[0].percent, of_line) - sum(one.drawn in drawn for one in of_line)
        rest = [one for one in of_line if one.drawn not in drawn]
        take(rest[: max(wanted, 0)], "rate")
    for factor in FACTORS:
        if factor not in factors:
            continue
        covered = {one.traits[factor] for one in free if one.drawn in drawn}
        for one in free:
            if one.traits[factor] not in covered:
                covered.add(one.traits[factor])
                take([one], factor)
    return found


def _why_left(one: Drawable) -> str:
    if one.has_conflict:
        return "conflict"
    return "sampled_before" if one.was_sampled else "not_drawn"


def _share(percent: int, of: Sequence[Drawable]) -> int:
    """So many percent of these, rounded up."""
    return -(-percent * len(of) // 100)
