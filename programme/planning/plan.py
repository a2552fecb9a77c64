"""A training plan: its items, which version stands, what is due by when, and what changed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apprenticeships.facts import required_hours
from apprenticeships.models import Apprenticeship, KsbState
from apprenticeships.rules import published_hours, rules_for
from core import clock, moments
from core.canonical import digest
from core.prepared import Prepared
from programme.models import Kind, SignedKind, SignedVersion

MOST_ITEMS = 100
MOST_HOURS = 999


def standing_plans(apprenticeship_id: UUID) -> QuerySet[SignedVersion]:
    """The versions that all three have signed, the newest first: it stands."""
    plans = SignedVersion.objects.unscoped().of(SignedKind.PLAN).filter(about=apprenticeship_id)
    return plans.signed_by_all().order_by("-number")


_standing = Prepared(lambda apprenticeship: standing_plans(apprenticeship), is_the_same_every_day=True)


class Item(NamedTuple):
    """One thing that is taught.

    Attributes:
        kind: of training, as entries of hours have it.
        deliverer: who delivers it.
        due_on: by when it is done.
        hours: planned for it.
        ksbs: the codes of the KSBs that it serves.
    """

    id: str
    title: str
    kind: str
    deliverer: str
    due_on: date
    hours: int
    ksbs: tuple[str, ...]

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        due_on = date.fromisoformat(kept["due_on"])
        return cls(**{name: kept[name] for name in cls._fields} | {"due_on": due_on, "ksbs": tuple(kept["ksbs"])})

    def to_json(self) -> dict[str, Any]:
        return self._asdict() | {"due_on": self.due_on.isoformat(), "ksbs": list(self.ksbs)}


def in_order(items: Iterable[Item]) -> list[Item]:
    """What is due first comes first."""
    return sorted(items, key=lambda item: (item.due_on, item.title, item.id))


def mark_of(items: Iterable[Item]) -> str:
    """What tells these items from others: of what stands on somebody's screen when they sign."""
    return digest([item.to_json() for item in in_order(items)])


def items_of(version: SignedVersion | None) -> list[Item]:
    """The items of a version, in order; none without one."""
    return [Item.from_json(kept) for kept in version.shared["items"]] if version else []


def standing_plan(apprenticeship_id: UUID) -> SignedVersion | None:
    """The newest version that all three have signed: it stands until another is. One query."""
    return next(iter(_standing(apprenticeship=apprenticeship_id)[:1]), None)


class Schedule(NamedTuple):
    """What a standing plan says about hours, in minutes."""

    planned: int
    due: int


def schedule_of(apprenticeship: Apprenticeship) -> Schedule | None:
    """The hours of the standing plan, and what of them was due by today, or by the day on which training stopped.

    None where no plan stands. One query.
    """
    return schedule_in(standing_plan(apprenticeship.pk), apprenticeship)


def schedule_in(plan: SignedVersion | None, apprenticeship: Apprenticeship) -> Schedule | None:
    """The same where the standing plan is known. No query."""
    if plan is None:
        return None
    items, until = items_of(plan), apprenticeship.stopped_on or clock.today()
    return Schedule(
        60 * sum(item.hours for item in items), 60 * sum(item.hours for item in items if item.due_on <= until)
    )


def due_by_ksb(items: Iterable[Item]) -> dict[str, date]:
    """By when each KSB is due: once the last item that serves it is done."""
    found: dict[str, date] = {}
    for item in items:
        for code in item.ksbs:
            found[code] = max(item.due_on, found.get(code, item.due_on))
    return found


def slipped(plan: SignedVersion | None, states: Mapping[str, str]) -> list[str]:
    """The KSBs that were due by the standing plan and are not signed off, in the order of their states."""
    due, today = due_by_ksb(items_of(plan)), clock.today()
    late = {code for code, day in due.items() if day < today}
    return [code for code, state in states.items() if code in late and state != KsbState.SIGNED_OFF]


def least_hours(apprenticeship: Apprenticeship) -> int:
    """The hours that the rules of the start ask a plan for. Load the standard before."""
    rules = rules_for(apprenticeship)
    published = None
    if rules.uses_published_hours:
        published = published_hours(apprenticeship.standard_version, apprenticeship.started_on)
    return required_hours(rules, published, apprenticeship.prior_learning_hours)


class Difference(NamedTuple):
    """What became of an item from one version to the next: “added”, “removed”, or what of it is different."""

    how: str
    title: str
    changes: tuple[str, ...] = ()


def differences(before: Iterable[Item], after: Iterable[Item]) -> list[Difference]:
    """What changed, in the order of the later version; what is gone comes last."""
    earlier, later = {item.id: item for item in before}, {item.id: item for item in after}
    found = []
    for key, item in later.items():
        if key not in earlier:
            found.append(Difference("added", item.title))
        elif changes := tuple(_changes(earlier[key], item)):
            found.append(Difference("changed", item.title, changes))
    return found + [Difference("removed", item.title) for key, item in earlier.items() if key not in later]


def _changes(before: Item, after: Item) -> Iterable[str]:
    kinds = dict(Kind.choices)
    said = {
        _("Title"): (before.title, after.title),
        _("Kind"): (kinds[before.kind], kinds[after.kind]),
        _("Delivered by"): (before.deliverer, after.deliverer),
        _("Due"): (moments.day(before.due_on), moments.day(after.due_on)),
        _("Hours"): (before.hours, after.hours),
        _("KSBs"): (", ".join(before.ksbs), ", ".join(after.ksbs)),
    }
    for name, (was, now) in said.items():
        if was != now:
            yield _("%(what)s: %(now)s (was %(was)s)") % {"what": name, "now": now or "—", "was": was or "—"}
