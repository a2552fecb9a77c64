"""What a person does with their notices, and how they want them mailed."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import chain as audit
from core.actor import Actor
from notifications import stopping
from notifications.audit_actions import EMAILS_CHOSEN
from notifications.kinds import USUAL, How, Kind
from notifications.models import Choice, Notice
from notifications.reading import hold, mark_read


@transaction.atomic
def read_notice(notice_id: UUID, by: Actor) -> None:
    """Note that somebody has read one of their notices. Read before, it stays as it was."""
    mark_read(Notice.objects.visible_to(by).filter(pk=notice_id), by.person)


@transaction.atomic
def read_every_notice(by: Actor) -> None:
    """Note that somebody has read all that is before them where they act."""
    mark_read(Notice.objects.visible_to(by), by.person)


@transaction.atomic
def choose_emails(by: Actor, ways: Mapping[Kind, How]) -> None:
    """Choose how each of these kinds is mailed from now on, also what waits to be mailed. Others stay as they are."""
    _choose(User.objects.get(pk=by.person), ways, by)


@transaction.atomic
def stop_emails(token: str, *, every: bool) -> User | None:
    """Stop the mails that a link in one of them names, or `every` one. Stopped twice, they are stopped.

    Returns whose mails they are; None if the link is not one of ours.
    """
    found = stopping.read(token)
    if found is None:
        return None
    person, kinds = found
    _choose(person, dict.fromkeys(Kind if every else kinds, How.NEVER), Actor(person.pk))
    return person


def _choose(person: User, ways: Mapping[Kind, How], by: Actor) -> None:
    hold([person.pk])
    before = USUAL | {
        Kind(kind): How(how) for kind, how in Choice.objects.unscoped().filter(person=person).values_list("kind", "how")
    }
    changed = {kind: how for kind, how in ways.items() if before[kind] != how}
    for kind, how in changed.items():
        Choice.objects.unscoped().update_or_create(person=person, kind=kind, defaults={"how": how})
    if not changed:
        return
    waiting = Notice.objects.unscoped().filter(person=person, letter=None).exclude(how=How.NEVER)
    for notice in waiting:
        if notice.kind in changed:
            notice.how = changed[notice.kind]
            notice.save(update_fields=["how"])
    audit.note(EMAILS_CHOSEN, by, person, **{str(kind): str(how) for kind, how in changed.items()})
