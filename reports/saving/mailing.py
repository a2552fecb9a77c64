"""Mailing saved views: on a day of each week or month, at seven in the morning in London, as a link to the view.

A mail holds no data. Whoever opens the link signs in and sees what they may see then. Sending notes the next moment in
the transaction that queues the mails, so nothing is sent twice or lost; what was due while no worker ran is sent once.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.links import absolute
from accounts.models import Membership, Organisation, User
from audit import chain as audit
from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Incomplete
from core.links import path_to
from reports.audit_actions import VIEW_MAILED, VIEW_MAILING_ENDED, VIEW_MAILING_SET
from reports.saving import access
from reports.saving.models import ReportMailing, Rhythm, SavedView

HOUR = 7
MOST_PEOPLE = 50


def members_who_may(organisation: Organisation) -> QuerySet[User]:
    """The members of today who see learners here and so may open a view, by name."""
    held = Membership.objects.live().filter(
        organisation=organisation, role__in=access.ROLES_WITH_VIEWS, user__is_active=True
    )
    return User.objects.filter(pk__in=held.values("user"), email__isnull=False).order_by("name", "pk")


@transaction.atomic
def set_mailing(view_id: UUID, by: Actor, rhythm: str, day: int, people: Collection[UUID]) -> ReportMailing:
    """Have a view mailed from now on, in place of how it was mailed before. The same again changes nothing.

    Args:
        day: of the week, Monday being 1; or of the month, 28 at most, which every month has.

    Raises:
        NotAllowed: `by` saves no views here.
        Incomplete: the day or the people cannot be, with the field.
    """
    view = _locked(view_id)
    require(
        by.organisation_id == view.organisation_id and view.removed_at is None and access.can_save(by),
        _("Only people who oversee apprentices can have a view emailed."),
    )
    if rhythm not in Rhythm.values or not 1 <= day <= (7 if rhythm == Rhythm.WEEKLY else 28):
        raise Incomplete(_("Choose a day that every week or month has."), field="day")
    wanted = set(people)
    found = set(members_who_may(view.organisation).filter(pk__in=wanted).values_list("pk", flat=True))
    if not wanted or found != wanted or len(wanted) > MOST_PEOPLE:
        raise Incomplete(_("Choose who gets it, from the list: 50 people at most."), field="people")
    before = ReportMailing.objects.unscoped().filter(view=view, ended_at=None).first()
    if before and (before.rhythm, before.day) == (rhythm, day) and {one.pk for one in before.people.all()} == wanted:
        return before
    if before:
        _end(before)
    made = ReportMailing.objects.create(
        view=view, rhythm=rhythm, day=day, next_at=next_after(clock.now(), rhythm, day), by_id=by.person, at=clock.now()
    )
    made.people.set(User.objects.filter(pk__in=wanted))
    audit.record(
        VIEW_MAILING_SET, by, view, organisation=view.organisation, rhythm=str(rhythm), people=sorted(map(str, wanted))
    )
    return made


@transaction.atomic
def end_mailing(view_id: UUID, by: Actor) -> SavedView:
    """Stop mailing a view. Doing so again changes nothing.

    Raises:
        NotAllowed: `by` neither set it up, nor saved the view, nor is an admin of the provider.
    """
    view = _locked(view_id)
    running = ReportMailing.objects.unscoped().filter(view=view, ended_at=None).first()
    is_own = running is not None and running.by_id == by.person_id and access.can_save(by)
    require(
        access.can_remove(by, view) or (is_own and by.organisation_id == view.organisation_id),
        _("Only the person who set this up and an admin can stop it."),
    )
    if running:
        _end(running)
        audit.record(VIEW_MAILING_ENDED, by, view, organisation=view.organisation)
    return view


def _locked(view_id: UUID) -> SavedView:
    view: SavedView = SavedView.objects.unscoped().select_for_update(no_key=True).get(pk=view_id)
    return view


def _end(mailing: ReportMailing) -> None:
    mailing.ended_at = clock.now()
    mailing.save(update_fields=["ended_at"])


def is_any_due() -> bool:
    """Whether the moment of a mailing has come."""
    return ReportMailing.objects.unscoped().due().exists()


def send_due() -> int:
    """Send every mailing that is due, each in a transaction of its own, and return how many mails that were."""
    due = list(ReportMailing.objects.unscoped().due().values_list("view", flat=True))
    return sum(_send(view_id) for view_id in due)


@transaction.atomic
def _send(view_id: UUID) -> int:
    """Mail a view to those who may open it today, and note when it is mailed next."""
    view = _locked(view_id)
    mailing = ReportMailing.objects.unscoped().due().filter(view=view).first()
    if mailing is None:
        return 0
    mailing.next_at = next_after(clock.now(), mailing.rhythm, mailing.day)
    mailing.save(update_fields=["next_at"])
    # Those who left, or see no learners any more, get none.
    told = list(members_who_may(view.organisation).filter(pk__in=mailing.people.values("pk")))
    for person in told:
        _write(mailing, view, person)
    audit.record(VIEW_MAILED, SYSTEM, view, organisation=view.organisation, people=len(told))
    return len(told)


def _write(mailing: ReportMailing, view: SavedView, person: User) -> None:
    subject = _("Your report: %(name)s") % {"name": view.name}
    words = {
        "person": person,
        "view": view,
        "address": absolute(path_to("saved-view", view.pk)),
        "when": when_words(mailing.rhythm, mailing.day),
        "by": mailing.by,
    }
    EmailMessage(subject, render_to_string("reports/saving/mailed.txt", words), to=[str(person.email)]).send()


def when_words(rhythm: str, day: int) -> str:
    """When it is mailed: “every Monday at 7:00”, “on day 5 of every month at 7:00”."""
    if rhythm == Rhythm.WEEKLY:
        return _("every %(day)s at %(hour)s:00") % {"day": WEEKDAYS[day - 1], "hour": HOUR}
    return _("on day %(day)s of every month at %(hour)s:00") % {"day": day, "hour": HOUR}


def next_after(moment: datetime, rhythm: str, day: int) -> datetime:
    """The first moment after another at which it is mailed: by the clock in London, on both sides of a change of it."""
    on = timezone.localtime(moment).date()
    while True:
        is_day = (on.isoweekday() if rhythm == Rhythm.WEEKLY else on.day) == day
        if is_day and (at := _morning(on)) > moment:
            return at
        on += timedelta(days=1)


def _morning(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(HOUR)), timezone.get_default_timezone())
