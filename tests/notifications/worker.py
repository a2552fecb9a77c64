"""A worker that looks at its clock, and what people were told then."""

from datetime import timedelta

from django.core import mail
from django.core.mail import EmailMessage

from accounts.models import User
from core import clock
from jobs.working import work_off
from notifications import letters, outbox
from notifications.models import Notice

LATER = letters.GATHERED_FOR + timedelta(minutes=1)


def told(person: User) -> list[str]:
    """What somebody was told, in the order in which it happened."""
    outbox.read_all()
    return list(Notice.objects.filter(person=person).order_by("at", "cause").values_list("news", flat=True))


def mailed(person: User, after: timedelta = LATER) -> list[EmailMessage]:
    """All mails of notices that somebody has got, once the worker ran after this time."""
    outbox.read_all()
    with clock.at(clock.now() + after):
        letters.write_what_is_due()
    return sent_to(person)


def digest(person: User) -> list[EmailMessage]:
    """The same once the mails of the day were sent."""
    outbox.read_all()
    letters.write_digests()
    return sent_to(person)


def sent_to(person: User) -> list[EmailMessage]:
    work_off(("default",))
    return [one for one in mail.outbox if one.to == [person.email] and "notices-" in one.extra_headers["Message-ID"]]
