"""Which notices are read, which are gone, and how many a person has not read.

The people are locked first, in the order of their ids, so that the number on their row is that of their notices.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from core import clock
from notifications import sight
from notifications.kinds import OF_ACTIONS, OF_REVIEWS, TO_REVIEW, TO_SIGN, News
from notifications.models import KEPT_DAYS, Letter, Notice
from notifications.telling import Lost, Settled
from programme.models import Party


def hold(people: Iterable[UUID]) -> set[UUID]:
    """Lock these people, and return those that there are."""
    wanted = set(people)
    if not wanted:
        return wanted
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    return set(rows.values_list("pk", flat=True))


def recount(people: Iterable[UUID]) -> None:
    """Bring the number of unread notices of these people up to date. They are locked."""
    unread = (
        Notice.objects.unscoped()
        .unread()
        .filter(person=OuterRef("pk"))
        .order_by()
        .values("person")
        .annotate(n=Count("pk"))
    )
    User.objects.filter(pk__in=set(people)).update(unread_notices=Coalesce(Subquery(unread.values("n")), 0))


def mark_read(notices: QuerySet[Notice], person: UUID) -> None:
    """Have these notices of a person read."""
    hold([person])
    notices.filter(person=person, read_at=None).update(read_at=clock.now())
    recount([person])


def settle(settled: Settled) -> None:
    """Have read what is dealt with, and remove what is about a submission that was unsent."""
    every = Notice.objects.unscoped()
    to_review = every.filter(news__in=TO_REVIEW)
    _change(to_review.filter(subject__in=settled.gone), removes=True)
    _change(to_review.filter(subject__in=settled.reviewed))
    _change(every.filter(news=News.REWORK_DUE, about__in=settled.reworked))
    _change(every.filter(news__in=OF_ACTIONS, subject__in=settled.acted_on))
    to_sign = every.filter(news__in=TO_SIGN.values())
    _change(to_sign.filter(subject__in=settled.corrected))
    for version, party in sorted(settled.signed):
        whose = Q(person=F("apprenticeship__apprentice"))
        _change(to_sign.filter(whose if party == Party.APPRENTICE else ~whose, subject=version))
    _change(every.filter(news__in=OF_REVIEWS, apprenticeship__in=settled.held))


def settle_things(news: Iterable[News], things: Iterable[UUID]) -> None:
    """Have this news of these things read."""
    _change(Notice.objects.unscoped().filter(news__in=list(news), subject__in=list(things)))


def _change(notices: QuerySet[Notice], *, removes: bool = False) -> None:
    unread = notices if removes else notices.filter(read_at=None)
    people = hold(unread.values_list("person", flat=True))
    if not people:
        return
    if removes:
        unread.delete()
    else:
        unread.update(read_at=clock.now())
    recount(people)


def forget_lost(lost: Lost) -> None:
    """Remove notices about apprenticeships that their readers may not see any more."""
    rows = Notice.objects.unscoped().select_related("apprenticeship")
    found = list(rows.filter(apprenticeship__in=lost.apprenticeships)) if lost.apprenticeships else []
    if lost.people:
        found += rows.filter(person__in=lost.people)
    _remove(sight.not_seen(found))


def _remove(notices: Iterable[Notice]) -> None:
    gone = list(notices)
    people = hold(notice.person_id for notice in gone)
    Notice.objects.unscoped().filter(pk__in=[notice.pk for notice in gone]).delete()
    recount(people)


#: This many are cleared in one transaction.
BATCH = 1_000


def clear_old() -> int:
    """Remove notices and letters that are older than they are kept for, and return how many notices that were."""
    before = clock.now() - timedelta(days=KEPT_DAYS)
    cleared = 0
    while count := _clear_batch(Notice.objects.unscoped().filter(at__lt=before)):
        cleared += count
    Letter.objects.filter(made_at__lt=before, notices=None).delete()
    return cleared


@transaction.atomic
def _clear_batch(old: QuerySet[Notice]) -> int:
    batch = list(old.order_by("at")[:BATCH])
    _remove(batch)
    return len(batch)
