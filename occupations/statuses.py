"""What the published status of an occupation means, in the kinds of the public map's legend."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class StatusKind(models.TextChoices):
    """The kinds of the legend, and one more for what nobody can start any longer."""

    APPROVED = "approved", _("Approved: apprentices can start")
    IN_DEVELOPMENT = "in_development", _("In development: being written or waiting for approval")
    POTENTIAL = "potential", _("Potential: an occupation that may get a standard")
    NO_APPRENTICESHIP = "no_apprenticeship", _("Occupational standard without apprenticeship")
    CUSTOM = "custom", _("Custom card: shown on the map, but has no standard")
    CLOSED = "closed", _("Retired or withdrawn: closed to new starts")


#: The words of the public API, in small letters.
API_STATUSES = (
    "approved for delivery",
    "approved for development",
    "in development",
    "proposal in development",
    "proposal approved",
    "retired",
    "withdrawn",
)

#: The first words found in a published status decide. Longer ones stand before those they contain.
_WORDS = (
    ("without apprenticeship", StatusKind.NO_APPRENTICESHIP),
    ("custom", StatusKind.CUSTOM),
    ("potential", StatusKind.POTENTIAL),
    ("retired", StatusKind.CLOSED),
    ("withdrawn", StatusKind.CLOSED),
    ("development", StatusKind.IN_DEVELOPMENT),
    ("proposal", StatusKind.IN_DEVELOPMENT),
    ("approved", StatusKind.APPROVED),
)


@dataclass(frozen=True)
class LegendRow:
    """One line of the legend."""

    kind: str
    label: str


def kind_of(status: str) -> str:
    """The kind a published status belongs to; empty for words that are not known."""
    told = status.casefold()
    return next((kind.value for words, kind in _WORDS if words in told), "")


def are_same(one: str, other: str) -> bool:
    """Whether two published statuses mean the same: the map and the public API have different words for each kind."""
    kind = kind_of(one)
    return kind == kind_of(other) if kind else one.casefold() == other.casefold()


def preferred(one: str, other: str) -> str:
    """Of two statuses that mean the same, the one in the words of the public API; else the first."""
    return other if other.casefold() in API_STATUSES and one.casefold() not in API_STATUSES else one


def legend() -> list[LegendRow]:
    """Every kind with its meaning."""
    return [LegendRow(kind.value, str(kind.label)) for kind in StatusKind]
