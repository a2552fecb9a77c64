"""A training plan as plain values for pages."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apprenticeships.models import KsbState
from core import moments
from pages.templatetags.states import drawn_state
from programme.learning_hours.durations import in_words
from programme.models import Kind, SignedVersion
from programme.planning.plan import Difference, Item, in_order

_KINDS = dict(Kind.choices)


def item_rows(items: Iterable[Item], done: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
    """A row for each item; `done` are the minutes that were entered for each."""
    return [
        {
            "id": item.id,
            "title": item.title,
            "kind": _KINDS[item.kind],
            "deliverer": item.deliverer,
            "due": moments.day(item.due_on),
            "hours": item.hours,
            "done": in_words(done[item.id]) if done and item.id in done else "",
            "codes": ", ".join(item.ksbs),
        }
        for item in in_order(items)
    ]


def document_of_plan(shared: Mapping[str, Any]) -> dict[str, Any]:
    """What all three see of a plan, for reading."""
    return {
        "started_on": moments.day(date.fromisoformat(shared["started_on"])),
        "planned_end_on": moments.day(date.fromisoformat(shared["planned_end_on"])),
        "hours": shared["hours"],
        "prior_learning_hours": shared["prior_learning_hours"],
        "prior_learning_pounds": f"{shared['prior_learning_pounds']:,}" if shared["prior_learning_pounds"] else "",
        "recognised": ", ".join(shared["recognised"]),
        "items": item_rows(Item.from_json(kept) for kept in shared["items"]),
    }


def difference_rows(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """What changed, with its words."""
    said = {"added": _("Added"), "removed": _("Removed"), "changed": _("Changed")}
    return [{"how": said[one.how], "title": one.title, "changes": one.changes} for one in found]


def drawn_plan_state(version: SignedVersion, *, stands: bool, is_newest: bool) -> SafeString:
    """The markup of how far a version has come. It was read `with_signatures`."""
    facts = vars(version)
    if stands:
        return drawn_state(KsbState.SIGNED_OFF.value, _("Signed by all three: this is the current plan"))
    if not is_newest:
        return drawn_state(KsbState.NOT_STARTED.value, _("Replaced by a later version"))
    if facts["is_declined"]:
        return drawn_state(KsbState.NEEDS_WORK.value, _("Declined"))
    return drawn_state(KsbState.SUBMITTED.value, _("Waiting for signatures"))
