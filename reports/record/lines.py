"""The organisation's record in plain words."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role, User
from apprenticeships.audit_actions import CHANGE_UNDONE, RESULT_RECORDED
from apprenticeships.models import ChangeKind, Outcome
from audit.actions import ACTIONS, Audience, shown_to
from audit.models import INSTALLATION, Chain, Entry
from audit.querysets import EntryQuerySet
from core.actor import Actor
from core.moments import minute, short_day
from core.prepared import Prepared, Rows
from reports.audit_actions import REPORT_EXPORTED
from reports.record.found import Subject
from reports.record.subjects import of_entries
from signing.models import Link

OUTCOMES = dict(Outcome.choices)
CHANGES = dict(ChangeKind.choices)
#: Roles as entries have them; an invitation without one is an apprentice's.
ROLES = dict(Role.choices) | {"": _("apprentice")}


class Row(NamedTuple):
    """What is read of an entry."""

    chain: UUID
    sequence: int
    at: datetime
    actor_person: UUID | None
    actor_link: UUID | None
    action: str
    subject_type: str
    subject: str
    data: dict[str, Any]


class End(NamedTuple):
    """Where a chain ends: the number of its newest entry, and its hash."""

    sequence: int
    hash: str


class Line(NamedTuple):
    """One entry as it is read."""

    sequence: int
    at: str
    who: str
    did: str
    about: Subject | None
    details: list[str]


_everything = Prepared(lambda chain: _newest_first(Entry.objects.filter(chain=chain)))
_of_action = Prepared(lambda chain, action: _newest_first(Entry.objects.filter(chain=chain, action=action)))
_ends = Prepared(lambda chain: Chain.objects.filter(pk=chain).values_list(*End._fields))


def _newest_first(entries: EntryQuerySet) -> QuerySet[Entry, Any]:
    return entries.newest_first().values_list(*Row._fields)


class OfOrganisation:
    """What happened in an organisation, newest first: for a paginator, which counts and slices it.

    Args:
        asked: the action, the day or both that it is narrowed to.
    """

    def __init__(self, organisation: Organisation, asked: dict[str, Any]) -> None:
        self.end = head(organisation)
        self._is_whole = not asked
        self._rows: Rows | QuerySet[Entry, Any]
        if "on" in asked:
            self._rows = _newest_first(narrowed(Entry.objects.of_organisation(organisation), asked))
        elif "action" in asked:
            self._rows = _of_action(chain=organisation.pk, action=asked["action"])
        else:
            self._rows = _everything(chain=organisation.pk)

    def count(self) -> int:
        # None is ever removed, so that the number of the newest is how many there are.
        if self._is_whole:
            return self.end.sequence if self.end else 0
        return self._rows.count()

    def __getitem__(self, part: slice) -> list[Any]:
        return list(self._rows[part])


def of_person(organisation: Organisation, person: UUID | None, since: datetime | None) -> QuerySet[Entry, Any]:
    """What one person did in an organisation from a moment on, newest first; of nobody, nothing."""
    entries = Entry.objects.of_organisation(organisation)
    if person is None or since is None:
        return _newest_first(entries.none())
    return _newest_first(entries.filter(actor_person=person, at__gte=since))


def of_catalogue(asked: dict[str, Any]) -> QuerySet[Entry, Any]:
    """What was done to the catalogue of the installation, and to who keeps it, newest first."""
    return _newest_first(
        narrowed(Entry.objects.filter(chain=INSTALLATION, action__in=list(shown_to(Audience.KEEPERS))), asked)
    )


def narrowed(entries: EntryQuerySet, asked: dict[str, Any]) -> EntryQuerySet:
    """Entries of this action, on this day."""
    if action := asked.get("action"):
        entries = entries.filter(action=action)
    if on := asked.get("on"):
        start = timezone.make_aware(datetime.combine(on, time()))
        entries = entries.filter(at__gte=start, at__lt=start + timedelta(days=1))
    return entries


_names = Prepared(lambda people: User.objects.filter(pk__in=people).values_list("pk", "name"))


def lines(rows: Iterable[tuple[Any, ...]], asker: Actor) -> list[Line]:
    """Entries in words, with the names that `asker` may see: one query for people, one for each type of subject.

    Args:
        rows: the columns of `Row` of each.
    """
    entries = [Row(*row) for row in rows]
    # What was done to the organisation itself needs no name: the whole record is its own.
    about = [(entry.subject_type, entry.subject) for entry in entries if entry.subject != str(entry.chain)]
    subjects = of_entries(about, asker)
    people = {entry.actor_person for entry in entries if entry.actor_person}
    people |= {UUID(entry.data["person"]) for entry in entries if entry.data.get("person")}
    names = {str(pk): name for pk, name in _names(people=frozenset(people))} if people else {}
    words = {action: _words(action) for action in {entry.action for entry in entries}}
    names |= _holders({entry.actor_link for entry in entries if entry.actor_link}, asker)
    somebody, system = gettext("Somebody"), gettext("The system")
    here = timezone.get_current_timezone()
    return [
        Line(
            sequence=entry.sequence,
            at=_when(entry.at.astimezone(here)),
            who=names.get(str(actor), somebody) if (actor := entry.actor_person or entry.actor_link) else system,
            did=words[entry.action],
            about=subjects.get((entry.subject_type, entry.subject)),
            details=list(_details(entry, names)) if entry.data else [],
        )
        for entry in entries
    ]


def _when(local: datetime) -> str:
    """The day and the minute of a moment that is in London's time already: 3 Mar 2026, 14:05."""
    return f"{short_day(local)}, {minute(local)}"


def _holders(links: set[UUID], asker: Actor) -> dict[str, str]:
    """The names of the people to whom these links were sent."""
    if not links:
        return {}
    rows = Link.objects.visible_to(asker).filter(pk__in=links).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


def _words(action: str) -> str:
    return str(ACTIONS[action].words)


def _details(entry: Row, names: dict[str, str]) -> Iterator[str]:
    """What an entry's data adds, in words."""
    data = entry.data
    if outcome := OUTCOMES.get(str(data.get("outcome"))):
        yield str(outcome).lower()
    if person := names.get(data.get("person", "")):
        yield person
    if role := ROLES.get(str(data.get("role"))):
        yield str(role)
    if (change := CHANGES.get(str(data.get("kind")))) and entry.action in (CHANGE_UNDONE.name, RESULT_RECORDED.name):
        yield str(change).lower()
    if data.get("to_themself"):
        yield gettext("to themselves")
    if entry.action == REPORT_EXPORTED.name:
        yield ngettext("%(count)d row", "%(count)d rows", data["rows"]) % {"count": data["rows"]}


def head(organisation: Organisation) -> End | None:
    """Where the organisation's chain ends, to be noted down elsewhere."""
    found = _ends(chain=organisation.pk).first()
    return End(*found) if found else None
