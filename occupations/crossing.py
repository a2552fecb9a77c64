"""From one text of a standard to another: which statement of the later one goes on from which of the earlier one."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from occupations.comparison import Change, Comparison, compare
from occupations.models import Ksb, Option, StandardVersion


@dataclass(frozen=True)
class Pair:
    """A statement of both texts: its rows, and what became of its words and its code."""

    before: UUID
    after: UUID
    kind: Change


@dataclass(frozen=True)
class Crossing:
    """All that differs between two texts, with the rows behind the codes."""

    before: StandardVersion
    after: StandardVersion
    comparison: Comparison
    pairs: tuple[Pair, ...]
    options: tuple[Option, ...]

    def option_for(self, option: Option | None) -> Option | None:
        """The option of the later text that has the title of `option`, if there is one."""
        if option is None:
            return None
        wanted = _folded(option.title)
        return next((other for other in self.options if _folded(other.title) == wanted), None)


def crossing(before: StandardVersion, after: StandardVersion) -> Crossing:
    """What moving from `before` to `after` means, statement by statement."""
    comparison = compare(before.content(), after.content())
    return Crossing(before, after, comparison, tuple(_pairs(before, after, comparison)), tuple(after.options.all()))


def _pairs(before: StandardVersion, after: StandardVersion, comparison: Comparison) -> Iterator[Pair]:
    ids = {
        (version, code): pk
        for version, code, pk in Ksb.objects.filter(version__in=[before, after]).values_list("version", "code", "pk")
    }
    for change in comparison.statements:
        if change.before and change.after:
            yield Pair(ids[before.pk, change.before.code], ids[after.pk, change.after.code], change.kind)


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()
