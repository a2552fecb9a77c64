"""The coverage picture: every KSB of an apprenticeship as a tile, grouped by type and in order, with its statement."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, Self
from uuid import UUID

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship, KsbState
from core.readable import readable
from occupations.models import KsbType
from pages.addresses import addresses_of
from pages.templatetags.states import drawn_state

register = template.Library()


class KsbRow(NamedTuple):
    """What the picture needs to know of one KSB."""

    state: str
    is_to_confirm: bool
    code: str
    type: str
    statement: str
    is_assured: bool = False

    @classmethod
    def of(cls, state: str, is_to_confirm: bool, code: str, type_: str, statement: str, assured_at: object) -> Self:
        """Of a row as it is read, with the moment at which it was quality assured, if it was."""
        return cls(state, is_to_confirm, code, type_, statement, assured_at is not None)


STATES = [(state.value, str(state.label)) for state in KsbState.furthest_first()]
_LABELS = dict(STATES)

#: What stands before an address and after it.
Around = tuple[SafeString, SafeString]
_FLAG = SafeString('<span class="tile-flag" aria-hidden="true">!</span>')
_ASSURED = SafeString('<span class="tile-assured" aria-hidden="true">✓✓</span>')
_BEFORE_STATEMENT = SafeString('<li><a href="')


def beginning(statement: str, length: int = 90) -> str:
    """The first words of a statement, as many as fit."""
    statement = readable(statement)
    statement = readable(statement)
    return statement if len(statement) <= length else statement[:length].rsplit(" ", 1)[0] + "…"


@register.inclusion_tag("portfolio/_coverage_tiles.html")
def coverage_tiles(rows: Iterable[KsbRow], apprenticeship: Apprenticeship | UUID) -> dict[str, Any]:
    """The picture of `rows`, in order, each tile and each statement leading to the page of its KSB."""
    key = apprenticeship.pk if isinstance(apprenticeship, Apprenticeship) else apprenticeship
    # What the addresses begin with: they differ in the code alone, and there may be 162 of them.
    folder = escape(f"{addresses_of('coverage')(key)}ksbs/")
    numbers: Counter[str] = Counter()
    types: dict[str, list[KsbRow]] = {type_: [] for type_ in KsbType.values}
    for row in rows:
        numbers[row.state] += 1
        types[row.type].append(row)
    return {
        "groups": [_group(str(label), types[type_], folder) for type_, label in KsbType.choices if types[type_]],
        "totals": [{"state": state, "label": label, "count": numbers[state]} for state, label in STATES],
    }


def _group(label: str, rows: list[KsbRow], folder: SafeString) -> dict[str, Any]:
    """The tiles and the statements of one type, with how many are in each state that occurs."""
    numbers = Counter(row.state for row in rows)
    done = {"done": numbers[KsbState.SIGNED_OFF], "all": len(rows)}
    drawn = [_drawn(*row) for row in rows]
    return {
        "label": label,
        "done": _("%(done)s of %(all)s signed off") % done,
        "others": [
            f"{numbers[state]} {words.lower()}"
            for state, words in STATES
            if numbers[state] and state != KsbState.SIGNED_OFF
        ],
        "tiles": [tile[0] + folder + tile[1] for tile, _statement in drawn],
        "statements": [statement[0] + folder + statement[1] for _tile, statement in drawn],
    }


@lru_cache(maxsize=5_000)
def _drawn(
    state: str, is_to_confirm: bool, code: str, _type: str, statement: str, is_assured: bool
) -> tuple[Around, Around]:
    """A KSB as a tile and as a line with its whole statement: the same for everybody who has come as far with it."""
    label = _LABELS[state]
    flag = f", {_('wording has changed')}" if is_to_confirm else ""
    flag += f", {_('quality assured')}" if is_assured else ""
    # No space between the parts of a link: a screen reader would stop before the comma.
    tile = format_html(
        '{0}/" title="{1}"><span>{0}</span><svg class="state-icon" aria-hidden="true" focusable="false">'
        '<use href="#state-{2}"/></svg>{3}{4}<span class="visually-hidden">, {1}</span></a></li>',
        code,
        f"{label}{flag}: {beginning(statement)}",
        state,
        _FLAG if is_to_confirm else "",
        _ASSURED if is_assured else "",
    )
    line = format_html(
        '{0}/"><strong>{0}</strong> {1}</a>{2}</li>', code, statement, drawn_state(state, f"{label}{flag}")
    )
    return (format_html('<li><a class="tile" data-state="{}" href="', state), tile), (_BEFORE_STATEMENT, line)
