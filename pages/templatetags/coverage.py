"""The coverage picture: every KSB of an apprenticeship as a tile, grouped by type and in order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django import template
from django.urls import reverse

from apprenticeships.models import Apprenticeship, KsbState
from occupations.models import KsbType

register = template.Library()


class KsbRow(NamedTuple):
    """What the picture needs to know of one KSB."""

    state: str
    is_to_confirm: bool
    code: str
    type: str
    statement: str


@dataclass(frozen=True)
class Tile:
    """One KSB in the picture."""

    code: str
    state: str
    state_label: str
    statement_start: str
    url: str
    is_to_confirm: bool = False


@dataclass(frozen=True)
class StateCount:
    """How many KSBs are in one state."""

    state: str
    label: str
    count: int


@dataclass
class Group:
    """The tiles of one type."""

    label: str
    tiles: list[Tile] = field(default_factory=list)

    @property
    def signed_off_count(self) -> int:
        return sum(tile.state == KsbState.SIGNED_OFF for tile in self.tiles)

    def counts(self) -> list[StateCount]:
        """The states that occur in this group, the furthest first."""
        return [count for count in counted(self.tiles) if count.count]


#: The furthest first: what is done is what one looks for.
STATES = list(reversed(KsbState.choices))


def counted(tiles: Iterable[Tile]) -> list[StateCount]:
    """The number of tiles in each state, the furthest state first."""
    numbers = Counter(tile.state for tile in tiles)
    return [StateCount(state, str(label), numbers[state]) for state, label in STATES]


def beginning(statement: str, length: int = 90) -> str:
    """The first words of a statement, as many as fit."""
    return statement if len(statement) <= length else statement[:length].rsplit(" ", 1)[0] + "…"


@register.inclusion_tag("portfolio/_coverage_tiles.html")
def coverage_tiles(rows: Iterable[KsbRow], apprenticeship: Apprenticeship | UUID) -> dict[str, Any]:
    """The picture of `rows`, in order, each tile leading to the page of its KSB."""
    apprenticeship_id = getattr(apprenticeship, "pk", apprenticeship)
    labels = {state: str(label) for state, label in KsbState.choices}
    groups = {type_: Group(str(label)) for type_, label in KsbType.choices}
    folder = None
    for row in rows:
        code = row.code
        if folder is None:
            # The addresses differ in the code alone; resolving 162 of them would take longer than the rest of the page.
            folder = reverse("pages:ksb", args=[apprenticeship_id, code]).removesuffix(f"{code}/")
        groups[row.type].tiles.append(
            Tile(
                code=code,
                state=row.state,
                state_label=labels[row.state],
                statement_start=beginning(row.statement),
                url=f"{folder}{code}/",
                is_to_confirm=row.is_to_confirm,
            )
        )
    shown = [group for group in groups.values() if group.tiles]
    return {"groups": shown, "totals": counted(tile for group in shown for tile in group.tiles)}
