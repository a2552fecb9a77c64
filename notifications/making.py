"""Making notices, each once for a person and a cause."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accounts.models import User
from core import clock
from notifications.kinds import USUAL, How, Kind
from notifications.models import MAILED_WITHIN, Choice, Notice
from notifications.reading import hold, recount
from notifications.telling import Told


@transaction.atomic
def make(told: Iterable[Told]) -> int:
    """Keep what people are told, each in the way that they chose. Returns how many people and causes were new.

    Whoever has no address has no account, and is told nothing.
    """
    now = clock.now()
    told = list(told)
    with_account = set(
        User.objects.filter(pk__in={one.person for one in told}, is_active=True, email__isnull=False).values_list(
            "pk", flat=True
        )
    )
    people = hold(with_account)
    ways = chosen_by(people)
    causes = {one.cause for one in told}
    known = set(Notice.objects.unscoped().filter(person__in=people, cause__in=causes).values_list("person", "cause"))
    notices = [
        Notice(
            person_id=one.person,
            apprenticeship_id=one.apprenticeship,
            provider_id=one.provider,
            news=one.news,
            subject=one.subject,
            about=one.about,
            codes=list(one.codes),
            cause=one.cause,
            at=one.at,
            made_at=now,
            how=ways[one.person][one.news.kind] if one.is_mailed and now - one.at < MAILED_WITHIN else How.NEVER,
        )
        for one in told
        if one.person in with_account and (one.person, one.cause) not in known
    ]
    Notice.objects.bulk_create(notices)
    recount({notice.person_id for notice in notices})
    return len(notices)


def chosen_by(people: Iterable[UUID]) -> dict[UUID, dict[Kind, How]]:
    """How each of these people has each kind mailed."""
    ways = {person: dict(USUAL) for person in people}
    for person, kind, how in Choice.objects.unscoped().filter(person__in=ways).values_list("person", "kind", "how"):
        ways[person][Kind(kind)] = How(how)
    return ways
