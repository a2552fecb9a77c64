"""Mails of notices: all that came together for one person in one mail, with a link for each and none of the work.

Which notices are in a letter is settled in one transaction, which also asks for the job that sends it: so each is in
one letter, once. What the letter says is written when it is sent, at every try again, from what its reader may still be
told then. If a worker dies between the mail server's answer and the note that it was sent, the next one sends the same
mail again, under the same message id.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Min
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.links import absolute
from accounts.models import User
from core import clock
from core.links import path_to
from jobs.mail import hand_over
from jobs.queue import enqueue, job
from notifications import sight, stopping
from notifications.kinds import How, Kind
from notifications.making import chosen_by
from notifications.models import Letter, Notice
from notifications.words import Told, line_of

log = structlog.get_logger("craftmark.notifications")

#: What is mailed straight away waits this long, so that what comes together is one mail.
GATHERED_FOR = timedelta(minutes=2)
#: This many notices are told of in one mail; of more, their number.
MOST_LINES = 30


def is_any_due() -> bool:
    """Whether something that is mailed straight away has been gathered for long enough."""
    return Notice.objects.unscoped().to_mail(How.AT_ONCE).filter(made_at__lte=clock.now() - GATHERED_FOR).exists()


def write_what_is_due() -> int:
    """Make the letters that go straight away, and return how many. Whoever is due gets all that waits for them."""
    first = Notice.objects.unscoped().to_mail(How.AT_ONCE).order_by().values("person").annotate(first=Min("made_at"))
    people = first.filter(first__lte=clock.now() - GATHERED_FOR).values_list("person", flat=True)
    return _write_to(people, How.AT_ONCE)


def write_digests() -> int:
    """Make the letters that go once a day, and return how many."""
    people = Notice.objects.unscoped().to_mail(How.DAILY).order_by().values_list("person", flat=True).distinct()
    return _write_to(people, How.DAILY)


def _write_to(people: Iterable[UUID], how: How) -> int:
    return sum(write_letter(person, how) is not None for person in list(people))


@transaction.atomic
def write_letter(person_id: UUID, how: How) -> Letter | None:
    """Put all that waits for one person into a letter, and ask for the job that sends it. None if nothing waits."""
    waiting = Notice.objects.unscoped().to_mail(how).filter(person=person_id).select_for_update(no_key=True)
    notices = list(waiting.order_by("pk").values_list("pk", flat=True))
    if not notices:
        return None
    letter = Letter.objects.create(person_id=person_id)
    Notice.objects.unscoped().filter(pk__in=notices).update(letter=letter)
    enqueue(send_letter, str(letter.pk))
    return letter


@job(_("Sending an email"))
def send_letter(letter_id: str) -> None:
    """Send a letter, unless that is done. Where its reader may be told none of it any more, nothing is sent."""
    letter = Letter.objects.select_related("person").filter(pk=UUID(letter_id), settled_at=None).first()
    if letter is None:
        return
    told = _still_told(letter)
    if told:
        hand_over(_written(letter, told))
    Letter.objects.filter(pk=letter.pk).update(settled_at=clock.now(), told=len(told))
    log.info("letter_settled", letter=str(letter.pk), told=len(told))


def _still_told(letter: Letter) -> list[Notice]:
    """What of a letter its reader may be told now, and still wants to be, oldest first."""
    rows = Notice.objects.unscoped().filter(letter=letter).select_related("apprenticeship__apprentice")
    ways = chosen_by([letter.person_id])[letter.person_id]
    wanted = [notice for notice in rows.order_by("at", "pk") if ways[notice.kind] != How.NEVER]
    return sight.still_told(letter.person, wanted)


def _written(letter: Letter, notices: list[Notice]) -> EmailMessage:
    told = [Told.of(notice) for notice in notices]
    names = sight.names_in_links(told)
    lines = [line_of(one, names) for one in told]
    kinds = sorted({notice.kind for notice in notices}, key=list(Kind).index)
    stop = absolute(path_to("notices-stop", stopping.token_of(letter.person, kinds)))
    body = render_to_string(
        "notifications/email/notices.txt",
        {
            "name": letter.person.name,
            "lines": [(line.said, absolute(line.path)) for line in lines[:MOST_LINES]],
            "more": len(lines) - MOST_LINES,
            "all": absolute(path_to("notices")),
            "settings": absolute(path_to("notices-emails")),
            "stop": stop,
        },
    )
    subject = lines[0].said.rstrip(".") if len(lines) == 1 else _subject(len(lines))
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {
        "Message-ID": f"<notices-{letter.pk}@{host}>",
        "List-Unsubscribe": f"<{stop}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(" ".join(subject.split()), body, to=[_address_of(letter.person)], headers=headers)


def _subject(count: int) -> str:
    return ngettext("%(n)d piece of news from Craftmark", "%(n)d pieces of news from Craftmark", count) % {"n": count}


def _address_of(person: User) -> str:
    assert person.email, "who has no address is told nothing"
    return person.email
