"""The coverage picture: every KSB of an apprenticeship as a tile, grouped by type and in order."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django import template
from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship, KsbState
from occupations.models import KsbType
from pages.addresses import addresses_of

register = template.Library()


class KsbRow(NamedTuple):
    """What the picture needs to know of one KSB."""

    state: str
    is_to_confirm: bool
    code: str
    type: str
    statement: str


STATES = [(state.value, str(state.label)) for state in KsbState.furthest_first()]


def beginning(statement: str, length: int = 90) -> str:
    """The first words of a statement, as many as fit."""
    return statement if len(statement) <= length else statement[:length].rsplit(" ", 1)[0] + "…"


@register.inclusion_tag("portfolio/_coverage_tiles.html")
def coverage_tiles(rows: Iterable[KsbRow], apprenticeship: Apprenticeship | UUID) -> dict[str, Any]:
    """The picture of `rows`, in order, each tile leading to the page of its KSB."""
    key = apprenticeship.pk if isinstance(apprenticeship, Apprenticeship) else apprenticeship
    labels, folder = dict(STATES), _folder(key)
    numbers: Counter[str] = Counter()
    tiles: dict[str, list[dict[str, Any]]] = {type_: [] for type_ in KsbType.values}
    for state, is_to_confirm, code, type_, statement in rows:
        numbers[state] += 1
        flag = f", {_('wording has changed')}" if is_to_confirm else ""
        tiles[type_].append(
            {
                "code": code,
                "state": state,
                "address": f"{folder}{code}/",
                "about": f"{labels[state]}{flag}: {beginning(statement)}",
                "is_to_confirm": is_to_confirm,
            }
        )
    return {
        "groups": [_group(str(label), tiles[type_]) for type_, label in KsbType.choices if tiles[type_]],
        "totals": [{"state": state, "label": label, "count": numbers[state]} for state, label in STATES],
    }


def _folder(apprenticeship_id: UUID) -> str:
    """What the addresses begin with: they differ in the code alone, and there may be 162 of them."""
    return f"{addresses_of('coverage')(apprenticeship_id)}ksbs/"


def _group(label: str, tiles: list[dict[str, Any]]) -> dict[str, Any]:
    """The tiles of one type, with how many are in each state that occurs."""
    numbers = Counter(tile["state"] for tile in tiles)
    done = {"done": numbers[KsbState.SIGNED_OFF], "all": len(tiles)}
    return {
        "label": label,
        "done": _("%(done)s of %(all)s signed off") % done,
        "others": [
            f"{numbers[state]} {words.lower()}"
            for state, words in STATES
            if numbers[state] and state != KsbState.SIGNED_OFF
        ],
        "tiles": tiles,
    }
