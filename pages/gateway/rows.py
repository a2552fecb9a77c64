"""What pages of the gateway show of its list, and of what was declared."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import moments
from pages.templatetags.pace import rag
from reports.gateway.checklist import Line, Model, State

#: Lines that are done on a page that is not of one apprentice.
_WHOLE = ("quality", "investigations")


def drawn_state(state: str) -> SafeString:
    """Done, not done or not needed: a colour, a shape and a word."""
    drawn: dict[str, Callable[[], SafeString]] = {
        State.DONE.value: lambda: rag("green", _("Done")),
        State.NOT_DONE.value: lambda: rag("amber", _("Not done")),
        State.NOT_NEEDED.value: lambda: rag("none", _("Not needed")),
    }
    return drawn[state]()


def line_rows(lines: Iterable[Line], apprenticeship: UUID, *, is_own: bool) -> list[dict[str, Any]]:
    """A row for each line, with the page on which it is done. Apprentices read “You” on their own page."""
    rows = []
    for line in lines:
        address = ""
        if line.place in _WHOLE:
            address = reverse(f"pages:{line.place}")
        elif line.place:
            address = reverse(f"pages:{line.place}", args=[apprenticeship])
        rows.append(
            {
                "name": line.name,
                "state": drawn_state(line.state.value),
                "figure": line.figure,
                "why": line.why.replace(_("(apprentice)"), _("(you)")) if is_own else line.why,
                "who": line.who.replace(_("The apprentice"), _("You")) if is_own else line.who,
                "address": address,
                "group": line.state.value,
            }
        )
    return rows


def declared(shared: Mapping[str, Any]) -> dict[str, Any]:
    """What was declared, for reading."""
    return {
        "on": moments.day(date.fromisoformat(shared["on"])),
        "model": Model(shared["model"]).label,
        "lines": [
            {"name": line["name"], "state": drawn_state(line["state"]), "figure": line["figure"], "why": line["why"]}
            for line in shared["lines"]
        ],
    }
