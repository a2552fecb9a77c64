"""Distance travelled: how each KSB was rated at the start and how it is rated now."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.seen_by import SeenBy
from apprenticeships.querysets import SIGHT
from core.actor import Actor
from core.prepared import Prepared
from occupations.models import Ksb
from programme.models import Party, SkillsScan
from programme.querysets.scans import SkillsScanQuerySet
from programme.scanning.ratings import KNOWN_FROM, PLACES, Asked

_COLUMNS = ("pk", "party", "number", "standard_version", "ratings", "comment", "name", "at")


class Handed(NamedTuple):
    """One scan that counts."""

    id: UUID
    party: str
    number: int
    version: UUID
    ratings: dict[str, str]
    comment: str
    name: str
    at: Any

    @property
    def on(self) -> date:
        return timezone.localtime(self.at).date()


def _rows(rows: SkillsScanQuerySet) -> QuerySet[Any, Any]:
    return rows.standing().in_order().values_list(*_COLUMNS)


_seen = SeenBy(
    lambda actor, apprenticeship: _rows(SkillsScan.objects.visible_to(actor).filter(apprenticeship=apprenticeship)),
    SIGHT,
    is_the_same_every_day=True,
)
_all = Prepared(
    lambda apprenticeship: _rows(SkillsScan.objects.unscoped().filter(apprenticeship=apprenticeship)),
    is_the_same_every_day=True,
)
_statements = Prepared(
    lambda version: Ksb.objects.filter(version=version).values_list("code", "statement"), is_the_same_every_day=True
)


def scans_seen_by(actor: Actor, apprenticeship_id: UUID) -> list[Handed]:
    """The scans of an apprentice, the oldest first, as somebody sees them. One query."""
    return [Handed(*row) for row in _seen(actor, apprenticeship=apprenticeship_id)]


def scans_of(apprenticeship_id: UUID) -> list[Handed]:
    """The same, for what is worked out for everybody. One query."""
    return [Handed(*row) for row in _all(apprenticeship=apprenticeship_id)]


class Step(NamedTuple):
    """Where a KSB stood at the start and where it stands now, as places on the scale; None where nobody can say."""

    code: str
    start: int | None
    now: int | None

    @property
    def gain(self) -> int | None:
        return None if self.start is None or self.now is None else self.now - self.start


class Distance(NamedTuple):
    """How far one party sees the apprentice to have come.

    Attributes:
        started_on, latest_on: the days of the first scan and of the newest; the same where there is only one.
        steps: of each KSB that applies today, in the order of the standard.
    """

    party: str
    started_on: date
    latest_on: date
    scan_count: int
    steps: list[Step]

    @property
    def average(self) -> float | None:
        """By how many steps of the scale KSBs have come on; None until there are two scans."""
        gains = [step.gain for step in self.steps if step.gain is not None]
        return round(sum(gains) / len(gains), 1) if gains and self.scan_count > 1 else None

    @property
    def not_gained(self) -> list[str]:
        """KSBs that have come no further, and were not at the top at the start."""
        if self.scan_count < 2:
            return []
        top = max(PLACES.values())
        return [step.code for step in self.steps if step.gain is not None and step.gain <= 0 and step.start != top]


def distances(asked: Iterable[Asked], scans: Iterable[Handed], version: UUID) -> list[Distance]:
    """The distance travelled as the apprentice and the employer see it, of whoever has rated.

    A KSB that was rated in other words than those of today has no start: the two cannot be compared. A query for each
    earlier version of the standard that was rated, and none otherwise.

    Args:
        asked: the KSBs that apply today.
        version: of the standard, today.
    """
    asked, scans = list(asked), list(scans)
    words: dict[UUID, dict[str, str]] = {version: {one.code: one.statement for one in asked}}
    found = []
    for party in (Party.APPRENTICE, Party.EMPLOYER):
        theirs = [scan for scan in scans if scan.party == party]
        if not theirs:
            continue
        first, newest = theirs[0], theirs[-1]
        steps = [Step(one.code, _place(first, one, words), _place(newest, one, words)) for one in asked]
        found.append(Distance(party.value, first.on, newest.on, len(theirs), steps))
    return found


def _place(scan: Handed, ksb: Asked, words: dict[UUID, dict[str, str]]) -> int | None:
    if scan.version not in words:
        words[scan.version] = dict(_statements(version=scan.version))
    if words[scan.version].get(ksb.code) != ksb.statement:
        return None
    return PLACES.get(scan.ratings.get(ksb.code, ""))


def known_at_start(found: Iterable[Distance]) -> dict[str, list[str]]:
    """The KSBs that were known when somebody first rated them, with the parties who said so."""
    known: dict[str, list[str]] = {}
    for distance in found:
        for step in distance.steps:
            if step.start is not None and step.start >= KNOWN_FROM:
                known.setdefault(step.code, []).append(distance.party)
    return known


def apart(found: Iterable[Distance]) -> list[str]:
    """The KSBs that the apprentice and the employer see two steps or more apart now: to be talked about."""
    by_party = {distance.party: {step.code: step.now for step in distance.steps} for distance in found}
    if len(by_party) < 2:
        return []
    theirs = by_party[Party.EMPLOYER]
    return [
        code
        for code, mine in by_party[Party.APPRENTICE].items()
        if mine is not None and (other := theirs.get(code)) is not None and abs(mine - other) >= 2
    ]


def as_json(found: Iterable[Distance]) -> list[dict[str, Any]]:
    """What a progress review keeps of it; the rest is worked out from that."""
    return [
        {
            "party": one.party,
            "since": one.started_on,
            "on": one.latest_on,
            "count": one.scan_count,
            "steps": [list(step) for step in one.steps],
        }
        for one in found
    ]


def from_json(kept: Iterable[dict[str, Any]]) -> list[Distance]:
    """The distances that a progress review kept."""

    def day(said: Any) -> date:
        return date.fromisoformat(said) if isinstance(said, str) else said

    return [
        Distance(one["party"], day(one["since"]), day(one["on"]), one["count"], [Step(*step) for step in one["steps"]])
        for one in kept
    ]
